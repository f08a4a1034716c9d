//! Bastide FreezeClock: stops virtual time where it stands.

use crate::{ask, only_management, wire};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct FreezeClock {}
}

impl Op for FreezeClock {
    const NAME: &'static str = "FreezeClock";
    const READ_ONLY: bool = false;
    type Output = wire::Clock;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:FreezeClock", "clock")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<wire::Clock, Fault> {
        only_management(cx.account(), cx.cloud())?;
        let state = cx.cloud().clock().with_frozen(true);
        let answer = wire::Clock::of(cx, &state);
        cx.set_clock(state)?;
        Ok(answer)
    }
}
