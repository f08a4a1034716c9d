//! What services offer to the rest of the house without being known to it: narrow traits, implemented by the service
//! that owns the state and wired by the binary.

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
}

/// Everything that is wired between the rooms.
pub struct Ports {
    pub directory: Arc<dyn Directory>,
    pub policies: Vec<Arc<dyn PolicySource>>,
    pub roles: Arc<dyn Roles>,
    pub sessions: bastide_authn::SessionSeal,
}
