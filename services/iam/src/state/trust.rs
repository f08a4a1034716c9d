//! Trust policies: whom a role trusts, remembered by unique id.
//!
//! When a trust policy is saved, users and roles in `Principal` are replaced by their unique ids, and back when it is
//! shown; of one that was deleted meanwhile the id stays to be seen (IAM User Guide, "AWS JSON policy elements: Principal").
//! Only the `AWS` kind is looked up. An account is not: accounts exist outside of this Bastide, and naming one here trusts
//! nobody.

use super::entities;
use crate::fault;
use crate::model::{Entity, Role, TRUST_POLICY_SIZE_MAX, Trust, User, policy_size};
use bastide_authz::PolicyDocument;
use bastide_base::{AccountId, account_of_access_key};
use bastide_kernel::Fault;
use bastide_policy::{PolicyError, PolicyKind};
use bastide_store::Snapshot;
use serde_json::Value;

/// Takes a trust policy in.
///
/// # Errors
/// MalformedPolicyDocument, also for a principal that does not exist; LimitExceeded.
pub fn bind(state: &Snapshot, text: String) -> Result<Trust, Fault> {
    let document = PolicyDocument::parse(text, PolicyKind::Trust).map_err(|error| fault::malformed(&error))?;
    if policy_size(document.text()) > TRUST_POLICY_SIZE_MAX {
        return Err(fault::quota("ACLSizePerRole", TRUST_POLICY_SIZE_MAX));
    }
    let mut parsed: Value =
        serde_json::from_str(document.text()).map_err(|_| fault::malformed(&PolicyError::InvalidJson))?;
    let (mut changed, mut stranger) = (false, None);
    each_principal(&mut parsed, &mut |principal| match bound(state, principal) {
        Some(Some(id)) => {
            *principal = id;
            changed = true;
        }
        Some(None) => {}
        None => stranger = stranger.take().or_else(|| Some(principal.clone())),
    });
    match stranger {
        Some(stranger) => Err(fault::malformed(&PolicyError::InvalidPrincipal("AWS".into(), stranger))),
        None if changed => {
            let bound = PolicyDocument::stored(parsed.to_string(), PolicyKind::Trust);
            Ok(Trust { bound, written: Some(document.text().to_owned()) })
        }
        None => Ok(Trust { bound: document, written: None }),
    }
}

/// The trust policy as answers show it: as it was written while everybody in it still goes by the same name; else with
/// present names, and the ids of those who are gone.
pub fn shown(state: &Snapshot, trust: &Trust) -> String {
    let Some(written) = &trust.written else { return trust.bound.text().to_owned() };
    let Ok(mut parsed) = serde_json::from_str::<Value>(trust.bound.text()) else { return written.clone() };
    each_principal(&mut parsed, &mut |principal| {
        if let Some(arn) = arn_of(state, principal) {
            *principal = arn;
        }
    });
    let unchanged = serde_json::from_str::<Value>(written).is_ok_and(|before| before == parsed);
    if unchanged { written.clone() } else { parsed.to_string() }
}

/// Every value under `AWS` in the principals of a policy's statements.
fn each_principal(policy: &mut Value, visit: &mut dyn FnMut(&mut String)) {
    let statements = match policy.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.as_mut_slice(),
        Some(statement) => std::slice::from_mut(statement),
        None => return,
    };
    for statement in statements {
        match statement.get_mut("Principal").and_then(|principal| principal.get_mut("AWS")) {
            Some(Value::String(one)) => visit(one),
            Some(Value::Array(many)) => {
                for principal in many {
                    if let Value::String(principal) = principal {
                        visit(principal);
                    }
                }
            }
            _ => {}
        }
    }
}

/// What a principal is remembered by: `None` when it does not exist, `Some(None)` when by itself.
fn bound(state: &Snapshot, principal: &str) -> Option<Option<String>> {
    if is_unique_id(principal) {
        return arn_of(state, principal).map(|_| None);
    }
    let parts: Vec<&str> = principal.splitn(6, ':').collect();
    let ["arn", "aws", service, "", account, resource] = parts[..] else { return Some(None) };
    let account: AccountId = account.parse().ok()?;
    let (kind, rest) = resource.split_once('/').unwrap_or((resource, ""));
    match (service, kind) {
        ("iam", "user") => id_of::<User>(state, account, principal, rest).map(Some),
        ("iam", "role") => id_of::<Role>(state, account, principal, rest).map(Some),
        ("sts", "assumed-role") => {
            let role = rest.split('/').next().unwrap_or_default();
            entities::find::<Role>(state, account, role).filter(|found| found.name() == role).map(|_| None)
        }
        _ => Some(None),
    }
}

fn id_of<E: super::Stored>(state: &Snapshot, account: AccountId, arn: &str, path_and_name: &str) -> Option<String> {
    let name = path_and_name.rsplit('/').next()?;
    let entity = entities::find::<E>(state, account, name)?;
    (entity.arn(account).as_str() == arn).then(|| entity.id().to_owned())
}

fn is_unique_id(text: &str) -> bool {
    text.starts_with("AIDA") || text.starts_with("AROA")
}

/// The present ARN of the user or role with this unique id, which says itself in which account it is.
fn arn_of(state: &Snapshot, id: &str) -> Option<String> {
    if !is_unique_id(id) {
        return None;
    }
    let account = account_of_access_key(id)?;
    let user = || entities::by_id::<User>(state, account, id).map(|user| user.arn(account).into());
    entities::by_id::<Role>(state, account, id).map(|role| role.arn(account).into()).or_else(user)
}
