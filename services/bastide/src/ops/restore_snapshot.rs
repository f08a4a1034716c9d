//! Bastide RestoreSnapshot: puts the whole state back. The record and the clock go on.

use crate::{ask, fault, only_management, wire};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct RestoreSnapshot {
        Name: String,
    }

    pub struct Output {
        Snapshot: wire::Snapshot,
    }
}

impl Op for RestoreSnapshot {
    const NAME: &'static str = "RestoreSnapshot";
    const READ_ONLY: bool = false;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:RestoreSnapshot", &format!("snapshot/{}", self.Name))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        only_management(cx.account(), cx.cloud())?;
        let saved = cx.tx.saved().iter().find(|saved| saved.name == self.Name).cloned();
        let saved = saved.ok_or_else(|| fault::not_found(format!("There is no snapshot {}.", self.Name)))?;
        cx.cloud().restore(cx.tx, &self.Name)?;
        Ok(Output { Snapshot: (&saved).into() })
    }
}
