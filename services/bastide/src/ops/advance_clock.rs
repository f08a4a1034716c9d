//! Bastide AdvanceClock: moves virtual time forward. What falls due on the way happens, in order, before the answer of
//! the next call.

use crate::{ask, fault, only_management, wire};
use bastide_base::Timestamp;
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct AdvanceClock {
        Seconds: Option<i64>,
        To: Option<Timestamp>,
    }
}

impl Op for AdvanceClock {
    const NAME: &'static str = "AdvanceClock";
    const READ_ONLY: bool = false;
    type Output = wire::Clock;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:AdvanceClock", "clock")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<wire::Clock, Fault> {
        only_management(cx.account(), cx.cloud())?;
        let clock = cx.cloud().clock();
        let to = match (self.Seconds, self.To) {
            (Some(seconds), None) => clock.now().plus_secs(seconds),
            (None, Some(to)) => to,
            _ => return Err(fault::invalid_request("Say how far to move the clock by either Seconds or To.")),
        };
        let state = clock.moved_to(to).map_err(|why| fault::invalid_request(why.to_string()))?;
        let answer = wire::Clock::of(cx, &state);
        cx.set_clock(state)?;
        Ok(answer)
    }
}
