//! The IAM policy language and its evaluation: documents in, a decision out.
//!
//! Pure: no I/O, no clock, no randomness, no service's meaning. The caller gathers the policies and the request
//! context; this crate only judges them. One function decides ([`evaluate`]); [`explain`] walks the same predicates
//! again and says what each statement did, so that the explanation cannot disagree with the enforcement.
//!
//! It is bounded, too: texts of the request and patterns of the policies multiply, so that a decision may look at so many
//! bytes only (`budget.rs`). A statement that cannot be judged within does not apply if it allows, and applies if it
//! denies; the explanation says so.
//!
//! # The API
//!
//! - [`Policy::parse`] compiles a JSON document for a [`PolicyKind`]; cache the result in an `Arc`. [`PolicyError`]
//!   displays AWS's MalformedPolicyDocument text.
//! - [`Context`] holds the request's condition keys, [`PrincipalFacts`] the caller, [`Request`] both with action and
//!   resource.
//! - [`Policies`] lays out what applies, layer by layer, as borrowed slices of [`Source`] (a policy and the name it
//!   is shown by) and, on the resource's side, [`ResourceSource`] (policies, grants, ACLs).
//! - [`evaluate`] gives a [`Decision`]; [`Decision::denied_sentence`] gives AWS's AccessDenied sentence.
//! - [`explain`] gives a [`Trace`], which can be serialised and printed.
//! - [`ActionPattern`] and [`action_matches`] match action patterns for anyone who needs to.
//!
//! # Where to start reading
//!
//! `evaluate.rs` is the decision, one page. `statement.rs` says whether a statement applies. `document.rs` is the
//! grammar. Each rule names the page of AWS's documentation that decides it (IAM User Guide unless said otherwise).

#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod action;
mod arn;
mod budget;
mod condition;
mod context;
mod document;
mod error;
mod evaluate;
mod index;
mod json;
mod pattern;
mod principal;
mod request;
mod sentence;
mod statement;
mod template;
mod trace;

pub use action::{ActionPattern, action_matches};
pub use context::{Context, Text, Values};
pub use document::{Policy, PolicyKind, Version};
pub use error::PolicyError;
pub use evaluate::{Citation, Decision, Denial, Verdict, evaluate};
pub use principal::{Caller, PrincipalFacts, Reach};
pub use request::{Layer, Policies, Request, ResourceSource, Source};
pub use statement::{Effect, Statement};
pub use trace::{LayerTrace, Mismatch, Outcome, PolicyTrace, StatementTrace, Trace, explain};
