//! What a house remembers of itself.

use bastide_base::{AccountId, ClockState, Seed, Timestamp};
use bastide_store::{Snapshot, Table};
use serde::{Deserialize, Serialize};

/// One row.
pub(crate) struct Houses;

impl Table for Houses {
    const NAME: &'static str = "kernel.house";
    type Key = ();
    type Row = House;
}

#[derive(Clone, Serialize, Deserialize)]
pub(crate) struct House {
    pub seed: Seed,
    /// What distinguishes a fork from the house that it was copied from; empty in a house that was founded.
    #[serde(default)]
    pub fork: Vec<u8>,
    /// Counts the starts.
    pub boot: u64,
    pub clock: ClockState,
    pub management: AccountId,
    pub founded: Timestamp,
}

/// The management account of the house that `state` is of; `None` before it was founded.
pub fn management_account(state: &Snapshot) -> Option<AccountId> {
    state.get::<Houses>(()).map(|house| house.management)
}

impl House {
    /// Where the randomness of calls comes from. A fork must not draw what the house that it was copied from draws.
    pub fn stream_seed(&self) -> Seed {
        if self.fork.is_empty() { self.seed.clone() } else { self.seed.derived(&self.fork) }
    }
}
