//! KMS: keys whose material never leaves, and everything that is done with them. Real cryptography, key policies, grants,
//! and a clock by which keys rotate, expire and are deleted.
//!
//! Never here: a decision (that is `policy`), another service's state, key material in an answer other than data keys.
//! Start at [`service()`], then `model/mod.rs` for what there is, `model/states.rs` for what a key's state lets be done with it,
//! `model/crypto/ciphertext.rs` for what Encrypt makes, `policy.rs` for what operations ask, and any file of `ops/`.
#![cfg_attr(not(test), deny(clippy::unwrap_used, clippy::expect_used, clippy::panic))]

mod fault;
mod jobs;
mod model;
mod ops;
mod policy;
mod state;
#[cfg(test)]
mod testing;
mod wire;

use bastide_kernel::Service;

/// The service as it registers.
pub fn service() -> Service {
    jobs::register(ops::register(Service::new("kms").faults(fault::SHAPES).tables(state::tables)))
}
