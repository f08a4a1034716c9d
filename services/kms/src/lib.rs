//! KMS: keys whose material never leaves, and everything that is done with them. Real cryptography, key policies, grants,
//! and a clock by which keys rotate, expire and are deleted.
//!
//! Never here: a decision (that is `policy`), another service's state, key material in an answer other than data keys.
//! Start at [`service()`], then `model.rs` for what there is, `states.rs` for what a key's state lets be done with it,
//! `crypto/ciphertext.rs` for what Encrypt makes, `policy.rs` for what operations ask, and any file of `ops/`.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod crypto;
mod fault;
mod jobs;
mod make;
mod model;
mod names;
mod ops;
mod page;
mod policy;
mod spec;
mod state;
mod states;
#[cfg(test)]
mod testing;
mod token;
mod wire;

use bastide_kernel::Service;

/// The service as it registers.
pub fn service() -> Service {
    jobs::register(ops::register(Service::new("kms").faults(fault::SHAPES).tables(state::tables)))
}
