//! Who is calling. The only room that makes a [`Principal`] for a request from outside.
//!
//! It finds what a request claims about itself, looks the credentials up, proves the claim with `sigv4`, and gives a
//! [`Caller`]. Never here: what the caller may do (`authz`), and where credentials are kept (the [`Directory`], which
//! IAM is). Start at [`Authenticator::authenticate`].
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod authenticate;
mod directory;
mod principal;
mod session;

pub use authenticate::{Authenticated, Authenticator, Claim, Evidence, Refusal};
pub use directory::{AccessKey, Directory};
pub use principal::{Caller, Principal, Session, SessionPolicy, SessionTag};
pub use session::{Claims, Credentials, SessionSeal};
