//! The one door: listens, and takes every request down the same road.
//!
//! Never here: a service, a policy, a signature's arithmetic, a protocol's spelling. Start at `pipeline.rs`: the walk of
//! a request, top to bottom in one file; `listen.rs` is the socket, `respond.rs` the way out.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod activity;
mod body;
mod health;
mod limits;
mod listen;
mod pipeline;
mod request;
mod respond;
pub mod tls;

pub use limits::Limits;
pub use listen::{Settings, serve};
pub use pipeline::Gateway;
pub use request::{Peer, Request, Response};
