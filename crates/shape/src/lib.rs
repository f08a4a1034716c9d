//! The API model as types: services, operations, shapes and their constraints, and the [`Value`] that every protocol is
//! decoded into and encoded from.
//!
//! Never here: a wire protocol, a service's meaning, a network. Start at [`types::Service`] and [`service()`].

mod load;
pub mod pack;
pub mod types;
mod value;

pub use load::{
    by_endpoint_prefix, by_query_version, by_signing_name, by_target_prefix, entries, entry, service, services,
};

pub use types::*;
pub use value::{Fields, Value};
