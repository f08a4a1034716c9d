//! Bastide GetClock: virtual time, and whether it stands still.

use crate::{ask, wire};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct GetClock {}
}

impl Op for GetClock {
    const NAME: &'static str = "GetClock";
    const READ_ONLY: bool = true;
    type Output = wire::Clock;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:GetClock", "clock")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<wire::Clock, Fault> {
        Ok(wire::Clock::of(cx, &cx.cloud().clock().state()))
    }
}
