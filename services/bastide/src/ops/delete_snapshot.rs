//! Bastide DeleteSnapshot: drops a saved snapshot.

use crate::{ask, fault, only_management};
use bastide_kernel::{Ask, Cx, Fault, Granted, Nothing, Op, Read, shape};
use bastide_store::StoreError;

shape! {
    pub struct DeleteSnapshot {
        Name: String,
    }
}

impl Op for DeleteSnapshot {
    const NAME: &'static str = "DeleteSnapshot";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:DeleteSnapshot", &format!("snapshot/{}", self.Name))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        only_management(cx.account(), cx.cloud())?;
        match cx.tx.forget(&self.Name) {
            Ok(()) => Ok(Nothing),
            Err(StoreError::NoSuchSnapshot(name)) => Err(fault::not_found(format!("There is no snapshot {name}."))),
            Err(error) => Err(Fault::internal(error)),
        }
    }
}
