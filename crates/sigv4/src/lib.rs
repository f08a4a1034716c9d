//! AWS request signatures, both ways: find what a request claims about its caller, prove or refute it, and sign.
//!
//! Covered: Signature V4 and V4a in the `Authorization` header and in presigned queries, the POST form policy,
//! aws-chunked bodies with their chain of chunk signatures and trailers, and S3's old V2 presigned query and policy.
//!
//! Never here: I/O, a clock, a store of secrets, a decision on what the caller may do, or the meaning of a session
//! token. Times are Unix seconds, secrets are borrowed bytes; derived keys live in a [`KeyCache`] that wipes them.
//!
//! A request walks: [`parse`] the head to a [`Form`]; [`Form::check`] what needs no secret (the clock, the scope, what
//! must be signed); look the access key up; [`verify()`], which checks all of it again and says by [`BodyCheck`] what the
//! body still has to prove; for a chunked body, a [`ChunkDecoder`]. Errors are [`SigError`] and [`ChunkError`], and
//! speak AWS's sentences in the caller's protocol through `fault`. Start reading at `form.rs`, then `verify.rs`.
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod canonical;
mod chunk;
mod encode;
mod error;
mod fault;
mod form;
mod head;
mod key;
mod policy;
mod scope;
mod sign;
mod time;
mod v2;
mod v4a;
mod verify;

pub use canonical::{PathEncoding, Style};
pub use chunk::{ChunkDecoder, ChunkVerifier, Trailers};
pub use error::{BadExpires, ChunkError, Mismatch, ScopeFault, SigError};
pub use fault::{Dialect, Fault};
pub use form::{Algorithm, Form, Place, V4, parse};
pub use head::Head;
pub use key::KeyCache;
pub use policy::PostPolicy;
pub use scope::{Expect, Scope, region_set_matches};
pub use sign::{ChunkSigner, Credentials, Signed, Signer, payload_sha256};
pub use time::{format_basic, parse_basic};
pub use v2::{PresignedV2, sign_query_v2};
pub use v4a::public_key;
pub use verify::{BodyCheck, Call, MAX_EXPIRES, Payload, SKEW, Verified, verify};
