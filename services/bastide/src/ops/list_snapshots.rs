//! Bastide ListSnapshots: the saved snapshots, oldest first.

use crate::{ask, wire};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct ListSnapshots {}

    pub struct Output {
        Snapshots: Vec<wire::Snapshot>,
    }
}

impl Op for ListSnapshots {
    const NAME: &'static str = "ListSnapshots";
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:ListSnapshots", "snapshot/*")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        Ok(Output { Snapshots: cx.tx.saved().iter().map(wire::Snapshot::from).collect() })
    }
}
