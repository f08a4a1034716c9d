use crate::Timestamp;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// Virtual time: it runs with the wall clock until it is advanced or frozen, and never goes back.
///
/// It remembers every move, because clients sign with their own wall clock: a signature made before the clock was
/// advanced thirty days is thirty days old afterwards ([`Clock::at_wall`]).
pub struct Clock {
    source: Source,
    inner: Mutex<Inner>,
}

enum Source {
    System,
    /// Stands still until told otherwise; for tests.
    Manual(std::sync::atomic::AtomicI64),
}

struct Inner {
    state: ClockState,
    /// The latest instant handed out: wall clocks are sometimes set back, virtual time is not.
    latest: Timestamp,
}

/// What of a clock outlives a restart.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct ClockState {
    /// In order of wall time; before the first, virtual time is wall time.
    moves: Vec<Move>,
}

/// From `wall` on, virtual time is `time`, running or standing still.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Move {
    wall: Timestamp,
    time: Timestamp,
    frozen: bool,
}

impl Move {
    /// A move at `wall`, dated back to the start of its second: signatures carry whole seconds, and one that was made
    /// within the second of the move must not look as if it came from before.
    fn from(wall: Timestamp, time: Timestamp, frozen: bool) -> Self {
        let second = wall.whole_seconds();
        let past = if frozen { 0 } else { wall.millis() - second.millis() };
        Move { wall: second, time: time.plus_millis(-past), frozen }
    }
}

/// Why the clock was not moved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BadClockMove {
    Backwards,
    TooFar,
}

impl fmt::Display for BadClockMove {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            BadClockMove::Backwards => "The clock can only be moved forward.",
            BadClockMove::TooFar => "The clock cannot be moved past the year 9999.",
        })
    }
}
impl std::error::Error for BadClockMove {}

/// Moves kept; the oldest are forgotten first. Only signatures older than that many moves could tell.
const MOVES_MAX: usize = 256;
const LAST: Timestamp = Timestamp::from_secs(253_402_300_799);

impl ClockState {
    fn at(&self, wall: Timestamp) -> Timestamp {
        match self.moves.iter().rev().find(|moved| moved.wall <= wall) {
            Some(moved) if moved.frozen => moved.time,
            Some(moved) => moved.time.plus_millis(wall.millis() - moved.wall.millis()),
            None => wall,
        }
    }

    pub fn frozen(&self) -> bool {
        self.moves.last().is_some_and(|moved| moved.frozen)
    }

    fn push(&mut self, moved: Move) {
        self.moves.retain(|earlier| earlier.wall < moved.wall);
        self.moves.push(moved);
        if self.moves.len() > MOVES_MAX {
            self.moves.remove(0);
        }
    }
}

impl Clock {
    /// A clock that runs with this machine's, as a saved state left it.
    pub fn system(state: ClockState) -> Self {
        Clock { source: Source::System, inner: Mutex::new(Inner { state, latest: Timestamp::default() }) }
    }

    /// A clock whose wall time stands at `wall`.
    pub fn manual(wall: Timestamp) -> Self {
        Clock {
            source: Source::Manual(wall.millis().into()),
            inner: Mutex::new(Inner { state: ClockState::default(), latest: Timestamp::default() }),
        }
    }

    /// What the machine's clock shows. For judging what clients dated with theirs; everything else asks [`Clock::now`].
    pub fn wall(&self) -> Timestamp {
        match &self.source {
            Source::System => Timestamp::wall(),
            Source::Manual(wall) => Timestamp::from_millis(wall.load(std::sync::atomic::Ordering::Relaxed)),
        }
    }

    fn inner(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn now(&self) -> Timestamp {
        let wall = self.wall();
        let mut inner = self.inner();
        inner.latest = inner.latest.max(inner.state.at(wall));
        inner.latest
    }

    /// Virtual time as it was when a wall clock showed `wall`.
    pub fn at_wall(&self, wall: Timestamp) -> Timestamp {
        self.inner().state.at(wall)
    }

    /// What the time would be if `state` were in force now.
    pub fn under(&self, state: &ClockState) -> Timestamp {
        let time = state.at(self.wall());
        self.inner().latest.max(time)
    }

    /// What has to be saved.
    pub fn state(&self) -> ClockState {
        self.inner().state.clone()
    }

    /// Replaces the moves, as after a snapshot was restored. Time that was already told is not taken back.
    pub fn restore(&self, state: ClockState) {
        self.inner().state = state;
    }

    /// The state after moving to `time`, which is not in force before [`Clock::restore`]: the caller saves it first.
    pub fn moved_to(&self, time: Timestamp) -> Result<ClockState, BadClockMove> {
        let now = self.now();
        if time < now {
            return Err(BadClockMove::Backwards);
        }
        if time > LAST {
            return Err(BadClockMove::TooFar);
        }
        let mut state = self.state();
        let frozen = state.frozen();
        state.push(Move::from(self.wall(), time, frozen));
        Ok(state)
    }

    /// The state after freezing or resuming; not in force before [`Clock::restore`].
    pub fn with_frozen(&self, frozen: bool) -> ClockState {
        let time = self.now();
        let mut state = self.state();
        if state.frozen() != frozen {
            state.push(Move::from(self.wall(), time, frozen));
        }
        state
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const START: Timestamp = Timestamp::from_secs(1_800_000_000);

    #[test]
    fn advancing_ages_what_was_signed_before() {
        let clock = Clock::manual(START);
        let signed = START;
        let Source::Manual(wall) = &clock.source else { unreachable!() };
        wall.store(START.plus_secs(10).millis(), std::sync::atomic::Ordering::Relaxed);
        clock.restore(clock.moved_to(clock.now().plus_secs(86_400)).unwrap());
        assert_eq!(clock.now(), START.plus_secs(10 + 86_400));
        assert_eq!(clock.at_wall(signed), START);
        assert_eq!(clock.at_wall(START.plus_secs(10)), START.plus_secs(10 + 86_400));
        assert_eq!(clock.moved_to(START), Err(BadClockMove::Backwards));
    }

    #[test]
    fn a_frozen_clock_stands_until_resumed() {
        let clock = Clock::manual(START);
        clock.restore(clock.with_frozen(true));
        let Source::Manual(wall) = &clock.source else { unreachable!() };
        wall.store(START.plus_secs(60).millis(), std::sync::atomic::Ordering::Relaxed);
        assert_eq!(clock.now(), START);
        clock.restore(clock.with_frozen(false));
        wall.store(START.plus_secs(61).millis(), std::sync::atomic::Ordering::Relaxed);
        assert_eq!(clock.now(), START.plus_secs(1));
    }
}
