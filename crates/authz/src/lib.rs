#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
//! Gathers the policies that apply to a call, lets `policy` evaluate them, and returns the proof.
//!
//! [`Granted`] has no constructor outside of this crate: whoever holds one went through [`authorise`]. Never here: an
//! opinion about who the caller is (that is `authn`), and any rule of evaluation (that is `policy`).

mod ask;
mod authorise;
mod context;
mod decision;
mod document;

pub use ask::{Ask, Grant, Need, Resource, ResourcePolicy};
pub use authorise::{Authorisation, Denial, Granted, Sources, authorise, would_allow};
pub use context::Circumstances;
pub use decision::{AppliedPolicy, Decided, Decision, Verdict, re_evaluate};
pub use document::PolicyDocument;

use bastide_authn::Caller;
use bastide_store::Snapshot;

/// Where policies come from: IAM for identity policies and boundaries, Organizations for SCPs and RCPs.
pub trait PolicySource: Send + Sync {
    /// Adds the policies that apply to `caller` acting on `need`, as the state has them.
    fn gather(&self, state: &Snapshot, caller: &Caller, need: &Need, into: &mut Gathered);
}

/// The policies that apply to one need, by layer.
#[derive(Debug, Default)]
pub struct Gathered {
    /// Root to account, each level's policies.
    pub rcps: Vec<Vec<NamedPolicy>>,
    pub scps: Vec<Vec<NamedPolicy>>,
    pub endpoint: Option<NamedPolicy>,
    pub identity: Vec<NamedPolicy>,
    pub boundary: Option<NamedPolicy>,
    /// `Some` when the session carries session policies at all.
    pub session: Option<Vec<NamedPolicy>>,
    /// The caller's account is the organization's management account.
    pub outside_scps: bool,
    /// Where the caller's account stands in its organization; `None` when it is in none.
    pub principal_org: Option<OrgPlace>,
    /// The same of the account that owns the resource.
    pub resource_org: Option<OrgPlace>,
}

/// An account's place in an organization.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrgPlace {
    /// `o-…`.
    pub id: String,
    /// From the organization through its root and units to the parent, as `aws:PrincipalOrgPaths` spells it
    /// (`o-…/r-…/ou-…/`).
    pub path: String,
}

/// A policy as an explanation names it.
#[derive(Debug, Clone)]
pub struct NamedPolicy {
    /// The managed policy's ARN, or `inline policy NAME of user/alice`.
    pub name: String,
    pub document: PolicyDocument,
}
