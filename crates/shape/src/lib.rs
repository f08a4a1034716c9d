//! The API model as types: services, operations, shapes and their constraints, and the [`Value`] that every protocol is
//! decoded into and encoded from.
//!
//! Never here: a wire protocol, a service's meaning, a network. Start at [`types::Service`].

pub mod types;
mod value;

pub use types::*;
pub use value::{Fields, Value};
