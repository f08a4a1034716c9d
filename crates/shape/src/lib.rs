//! The API model as types: services, operations, shapes and their constraints, and the [`Value`] that every protocol is
//! decoded into and encoded from. Beside it what AWS publishes about authorisation ([`authorization`]) and the policies that
//! AWS manages ([`managed`]). All of it is data that the binary carries (`models/`), opened piece by piece when asked for.
//!
//! Never here: a wire protocol, a service's meaning, a network. Start at [`types::Service`] and [`service()`].

pub mod authorization;
mod load;
pub mod managed;
pub mod pack;
pub mod types;
mod value;

pub use load::{
    by_endpoint_prefix, by_query_version, by_signing_name, by_target_prefix, entries, entry, service, services,
};

pub use types::*;
pub use value::{Fields, Value};
