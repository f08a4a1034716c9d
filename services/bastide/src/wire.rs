//! Structures that several operations answer with.

use bastide_base::Timestamp;
use bastide_kernel::Cx;

bastide_kernel::shape! {
    pub struct Clock {
        Time: Timestamp,
        Frozen: bool,
    }

    pub struct Snapshot {
        Name: String,
        Time: Timestamp,
        Version: i64,
    }
}

impl Clock {
    /// The clock as it will stand by `state`.
    pub fn of(cx: &Cx<'_>, state: &bastide_base::ClockState) -> Self {
        Clock { Time: cx.cloud().clock().under(state), Frozen: state.frozen() }
    }
}

impl From<&bastide_store::Saved> for Snapshot {
    fn from(saved: &bastide_store::Saved) -> Self {
        Snapshot { Name: saved.name.clone(), Time: saved.time, Version: saved.version as i64 }
    }
}
