use crate::Principal;
use bastide_base::SecretString;
use bastide_store::Snapshot;

/// What IAM knows about credentials. It is the only source of principals for requests that are signed.
pub trait Directory: Send + Sync {
    /// The long-term access key with this id.
    fn access_key(&self, state: &Snapshot, id: &str) -> Option<AccessKey>;

    /// Whether the principal of temporary credentials still is who they were issued to: a user or role that was deleted
    /// and made anew has another unique id, and old sessions do not carry over.
    fn stands(&self, state: &Snapshot, principal: &Principal) -> bool;

    /// The tags of the user or role behind the principal, for `aws:PrincipalTag/*`.
    fn principal_tags(&self, state: &Snapshot, principal: &Principal) -> Vec<(String, String)>;
}

/// A long-term access key and whose it is.
#[derive(Clone)]
pub struct AccessKey {
    pub secret: SecretString,
    pub active: bool,
    pub principal: Principal,
}
