//! What services offer to the rest of the house without being known to it: narrow traits, implemented by the service
//! that owns the state and wired by the binary.

use crate::{Cx, Fault};
use bastide_authn::Directory;
use bastide_authz::{PolicyDocument, PolicySource};
use bastide_base::{AccountId, Timestamp};
use bastide_store::Snapshot;
use std::sync::Arc;

/// A role, as far as STS needs to know it.
#[derive(Debug, Clone)]
pub struct RoleView {
    pub account: AccountId,
    pub path: String,
    pub name: String,
    pub id: String,
    pub trust: PolicyDocument,
    /// Longest session, in seconds.
    pub max_session_secs: i64,
    pub tags: Vec<(String, String)>,
    pub service_linked: bool,
    pub created: Timestamp,
}

/// Roles by their ARN. IAM offers it, STS uses it.
pub trait Roles: Send + Sync {
    fn role(&self, state: &Snapshot, account: AccountId, name: &str) -> Option<RoleView>;

    /// Whether sessions of this account's roles can be limited by the managed policy: AWS's own, or one of the account.
    fn has_managed_policy(&self, state: &Snapshot, account: AccountId, arn: &str) -> bool;
}

/// An account that is to be.
#[derive(Debug, Clone)]
pub struct NewAccount {
    pub account: AccountId,
    pub email: String,
    /// The role by which the organisation's management account gets in.
    pub role_name: String,
    pub trusts: AccountId,
}

/// Accounts come and go. IAM offers it, Organizations uses it.
pub trait Accounts: Send + Sync {
    /// Open or closed.
    fn exists(&self, state: &Snapshot, account: AccountId) -> bool;

    /// Creates the account with its root user, an access key of that, and an administrator's role that `trusts` an account.
    ///
    /// # Errors
    /// A [`Fault`] when the account is there already or the role cannot be.
    fn create(&self, cx: &mut Cx<'_>, new: &NewAccount) -> Result<(), Fault>;

    /// From here on nobody in the account can call, and no role in it can be assumed.
    fn close(&self, cx: &mut Cx<'_>, account: AccountId);
}

/// Everything that is wired between the rooms.
pub struct Ports {
    pub directory: Arc<dyn Directory>,
    pub policies: Vec<Arc<dyn PolicySource>>,
    pub roles: Arc<dyn Roles>,
    pub accounts: Arc<dyn Accounts>,
    pub sessions: bastide_authn::SessionSeal,
}
