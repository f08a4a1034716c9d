//! What every room needs and none should invent again: instants and the virtual clock, seeded randomness, AWS's
//! identifiers, ARNs, accounts and regions, secrets.
//!
//! Never here: I/O, a service's meaning, the wire. Start at [`Clock`] and [`Arn`].

mod arn;
mod clock;
mod id;
mod random;
mod region;
mod secret;
mod time;

pub use arn::{AccountId, Arn, BadAccountId, BadArn};
pub use clock::{BadClockMove, Clock, ClockState};
pub use id::{PrincipalKind, account_of_access_key, unique_id};
pub use random::{Random, Seed};
pub use region::{Region, UnknownRegion};
pub use secret::{Sealer, Secret, SecretBytes, SecretString, with_sealer};
pub use time::{BadTimestamp, Timestamp};
