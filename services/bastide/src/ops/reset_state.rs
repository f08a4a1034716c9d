//! Bastide ResetState: back to the first day. The root user keeps its access key, the record and the clock go on.

use crate::{ask, only_management};
use bastide_kernel::{Ask, Cx, Fault, Granted, Nothing, Op, Read, shape};

shape! {
    pub struct ResetState {}
}

impl Op for ResetState {
    const NAME: &'static str = "ResetState";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:ResetState", "*")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        only_management(cx.account(), cx.cloud())?;
        cx.cloud().found_anew(cx.tx)?;
        Ok(Nothing)
    }
}
