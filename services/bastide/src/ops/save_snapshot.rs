//! Bastide SaveSnapshot: keeps the whole state under a name.

use crate::{ask, fault, only_management, wire};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};
use bastide_store::StoreError;

shape! {
    pub struct SaveSnapshot {
        Name: String,
    }

    pub struct Output {
        Snapshot: wire::Snapshot,
    }
}

impl Op for SaveSnapshot {
    const NAME: &'static str = "SaveSnapshot";
    const READ_ONLY: bool = false;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:SaveSnapshot", &format!("snapshot/{}", self.Name))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        only_management(cx.account(), cx.cloud())?;
        let now = cx.now();
        match cx.tx.save(&self.Name, now) {
            Ok(saved) => Ok(Output { Snapshot: (&saved).into() }),
            Err(StoreError::SnapshotExists(name)) => {
                Err(fault::conflict(format!("There is a snapshot {name} already.")))
            }
            Err(error) => Err(Fault::internal(error)),
        }
    }
}
