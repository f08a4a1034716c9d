//! The policies that apply to a caller. This runs on every call: rows are shared, documents are compiled once.

use super::{entities, policies};
use crate::model::{Group, Identity, Kind, Role, User};
use bastide_authn::{Caller, Principal, SessionPolicy};
use bastide_authz::{Gathered, NamedPolicy, PolicyDocument};
use bastide_policy::PolicyKind;
use bastide_store::Snapshot;
use std::collections::HashMap;
use std::sync::{LazyLock, PoisonError, RwLock};

/// Adds what the caller's identity may do, its boundary, and its session's policies. Root users have neither.
pub fn gather(state: &Snapshot, caller: &Caller, into: &mut Gathered) {
    match &caller.principal {
        Principal::User { account, id, .. } => {
            if let Some(user) = entities::by_id::<User>(state, *account, id) {
                identity(state, Kind::User, &user.identity, &mut into.identity);
                for group in user.groups.iter().filter_map(|id| entities::by_id::<Group>(state, *account, id)) {
                    identity(state, Kind::Group, &group.identity, &mut into.identity);
                }
                into.boundary = boundary(state, &user.identity);
            }
        }
        Principal::AssumedRole { account, role_id, .. } => {
            if let Some(role) = entities::by_id::<Role>(state, *account, role_id) {
                identity(state, Kind::Role, &role.identity, &mut into.identity);
                into.boundary = boundary(state, &role.identity);
            }
        }
        Principal::Root { .. } | Principal::FederatedUser { .. } | Principal::Service { .. } | Principal::Anonymous => {
        }
    }
    into.session = session(state, caller);
}

fn identity(state: &Snapshot, kind: Kind, identity: &Identity, into: &mut Vec<NamedPolicy>) {
    into.extend(identity.inline.iter().map(|(name, document)| NamedPolicy {
        name: format!("inline policy {name} of {}/{}", kind.word(), identity.name),
        document: document.clone(),
    }));
    into.extend(identity.attached.iter().map(|arn| managed(state, arn)));
}

fn boundary(state: &Snapshot, identity: &Identity) -> Option<NamedPolicy> {
    identity.boundary.as_deref().map(|arn| managed(state, arn))
}

/// A managed policy that is gone (only AWS's can go, with another edition of their list) might have denied: in its place
/// stands a document that does not compile, beside which nothing is allowed.
fn managed(state: &Snapshot, arn: &str) -> NamedPolicy {
    let document = policies::document(state, arn).unwrap_or_else(|| PolicyDocument::stored("", PolicyKind::Managed));
    NamedPolicy { name: arn.to_owned(), document }
}

fn session(state: &Snapshot, caller: &Caller) -> Option<Vec<NamedPolicy>> {
    let session = caller.session.as_ref()?;
    let federated = matches!(caller.principal, Principal::FederatedUser { .. });
    if session.policies.is_empty() && !federated {
        return None;
    }
    let named = |policy: &SessionPolicy| match policy {
        SessionPolicy::Managed(arn) => managed(state, arn),
        SessionPolicy::Inline(text) => NamedPolicy { name: "session policy".to_owned(), document: compiled_once(text) },
    };
    Some(session.policies.iter().map(named).collect())
}

/// Session policies live in no row: their compiled form is kept here, as long as there are not too many.
fn compiled_once(text: &str) -> PolicyDocument {
    const DOCUMENTS_MAX: usize = 1024;
    static DOCUMENTS: LazyLock<RwLock<HashMap<String, PolicyDocument>>> = LazyLock::new(RwLock::default);
    if let Some(known) = DOCUMENTS.read().unwrap_or_else(PoisonError::into_inner).get(text) {
        return known.clone();
    }
    let document = PolicyDocument::stored(text, PolicyKind::Session);
    let mut documents = DOCUMENTS.write().unwrap_or_else(PoisonError::into_inner);
    if documents.len() >= DOCUMENTS_MAX {
        documents.clear();
    }
    documents.insert(text.to_owned(), document.clone());
    document
}
