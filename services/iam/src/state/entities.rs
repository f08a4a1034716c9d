//! Users, groups and roles: what holds for all three.

use super::policies::{self, Managed};
use super::{Names, Stored, Uses};
use crate::fault;
use crate::model::{ATTACHED_MAX, Entity, SERVICE_ROLE_PATH, TAGS_MAX, Tags, Usage, policy_size};
use bastide_authz::PolicyDocument;
use bastide_base::AccountId;
use bastide_kernel::Fault;
use bastide_policy::PolicyKind;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

/// By name, whatever its case.
pub fn find<E: Stored>(state: &Snapshot, account: AccountId, name: &str) -> Option<Arc<E>> {
    let id = state.get::<Names>((account, E::KIND.word(), &*name.to_lowercase()))?;
    by_id(state, account, &id)
}

/// By name, whatever its case.
///
/// # Errors
/// NoSuchEntity.
pub fn get<E: Stored>(state: &Snapshot, account: AccountId, name: &str) -> Result<Arc<E>, Fault> {
    find(state, account, name).ok_or_else(|| fault::no_identity(E::KIND, name))
}

pub fn by_id<E: Stored>(state: &Snapshot, account: AccountId, id: &str) -> Option<Arc<E>> {
    state.get::<E::Rows>((account, id))
}

/// All with their sort keys, sorted by name whatever its case; from behind the sort key `after` on.
pub fn list<'a, E: Stored>(
    state: &'a Snapshot,
    account: AccountId,
    after: Option<&str>,
) -> impl Iterator<Item = (String, Arc<E>)> + 'a {
    let word = E::KIND.word();
    let names = match after {
        Some(after) => state.scan_after::<Names>((account, word), (account, word, after)),
        None => state.scan::<Names>((account, word)),
    };
    names.filter_map(move |((_, _, name), id)| Some((name, by_id(state, account, &id)?)))
}

pub fn count<E: Stored>(state: &Snapshot, account: AccountId) -> usize {
    state.scan::<Names>((account, E::KIND.word())).count()
}

fn put<E: Stored>(tx: &mut Tx, account: AccountId, entity: E) {
    let id = entity.id().to_owned();
    tx.put::<E::Rows>((account, id), entity);
}

fn free<E: Stored>(state: &Snapshot, account: AccountId, name: &str) -> Result<(), Fault> {
    match state.contains::<Names>((account, E::KIND.word(), &*name.to_lowercase())) {
        true => Err(fault::identity_exists(E::KIND, name)),
        false => Ok(()),
    }
}

/// Stores a new identity. Its boundary, if it has one, must have been set with [`set_boundary`]'s check.
///
/// # Errors
/// EntityAlreadyExists, LimitExceeded; NoSuchEntity, InvalidInput for its boundary.
pub fn add<E: Stored>(tx: &mut Tx, account: AccountId, entity: E) -> Result<(), Fault> {
    let name = entity.name();
    free::<E>(tx, account, name)?;
    if count::<E>(tx, account) >= E::KIND.per_account_max() {
        return Err(fault::quota(format_args!("{}sPerAccount", E::KIND.title()), E::KIND.per_account_max()));
    }
    if entity.identity().path.starts_with(SERVICE_ROLE_PATH) {
        return Err(fault::invalid_input(format!(
            "The path {SERVICE_ROLE_PATH} is reserved for service-linked roles."
        )));
    }
    if let Some(boundary) = &entity.identity().boundary {
        check_boundary(tx, account, boundary)?;
        use_policy::<E>(tx, account, boundary, Usage::Boundary, entity.id());
    }
    tx.put::<Names>((account, E::KIND.word(), &*name.to_lowercase()), entity.id().to_owned());
    put(tx, account, entity);
    Ok(())
}

/// Changes the identity called `name` in place.
///
/// # Errors
/// NoSuchEntity, and whatever `change` refuses; then nothing is changed.
pub fn edit<E: Stored, R>(
    tx: &mut Tx,
    account: AccountId,
    name: &str,
    change: impl FnOnce(&mut E) -> Result<R, Fault>,
) -> Result<R, Fault> {
    let mut entity = E::clone(&*get::<E>(tx, account, name)?);
    let result = change(&mut entity)?;
    put(tx, account, entity);
    Ok(result)
}

/// Gives another name, another path, or both.
///
/// # Errors
/// NoSuchEntity, EntityAlreadyExists.
pub fn rename<E: Stored>(
    tx: &mut Tx,
    account: AccountId,
    name: &str,
    new_name: Option<String>,
    new_path: Option<String>,
) -> Result<(), Fault> {
    let entity = get::<E>(tx, account, name)?;
    let (word, old) = (E::KIND.word(), entity.name().to_lowercase());
    if let Some(new) = &new_name {
        let new_key = new.to_lowercase();
        if new_key != old {
            free::<E>(tx, account, new)?;
            tx.delete::<Names>((account, word, &*old));
            tx.put::<Names>((account, word, &*new_key), entity.id().to_owned());
        }
    }
    let mut entity = E::clone(&*entity);
    let identity = entity.identity_mut();
    identity.name = new_name.unwrap_or_else(|| std::mem::take(&mut identity.name));
    identity.path = new_path.unwrap_or_else(|| std::mem::take(&mut identity.path));
    put(tx, account, entity);
    Ok(())
}

/// Removes an identity that nothing hangs on any more.
///
/// # Errors
/// NoSuchEntity; DeleteConflict while it has policies.
pub fn remove<E: Stored>(tx: &mut Tx, account: AccountId, name: &str) -> Result<(), Fault> {
    let entity = get::<E>(tx, account, name)?;
    let identity = entity.identity();
    if !identity.attached.is_empty() {
        return Err(fault::delete_conflict("Cannot delete entity, must detach all policies first."));
    }
    if !identity.inline.is_empty() {
        return Err(fault::delete_conflict("Cannot delete entity, must delete policies first."));
    }
    if let Some(boundary) = &identity.boundary {
        disuse_policy(tx, account, boundary, Usage::Boundary, &identity.id);
    }
    tx.delete::<Names>((account, E::KIND.word(), &*identity.name.to_lowercase()));
    tx.delete::<E::Rows>((account, &*identity.id));
    Ok(())
}

/// Adds or replaces an inline policy.
///
/// # Errors
/// NoSuchEntity, MalformedPolicyDocument; LimitExceeded when all inline policies together get too large.
pub fn put_inline<E: Stored>(
    tx: &mut Tx,
    account: AccountId,
    name: &str,
    policy: String,
    text: String,
) -> Result<(), Fault> {
    edit::<E, _>(tx, account, name, |entity| {
        let document = PolicyDocument::parse(text, PolicyKind::Identity).map_err(|error| fault::malformed(&error))?;
        let max = E::KIND.inline_size_max();
        let identity = entity.identity_mut();
        if identity.inline_size(&policy) + policy_size(document.text()) > max {
            let (word, name) = (E::KIND.word(), &identity.name);
            return Err(fault::limit_exceeded(format!(
                "Maximum policy size of {max} bytes exceeded for {word} {name}"
            )));
        }
        identity.inline.insert(policy, document);
        Ok(())
    })
}

/// The text of an inline policy.
///
/// # Errors
/// NoSuchEntity, for the identity or the policy.
pub fn inline<E: Stored>(
    state: &Snapshot,
    account: AccountId,
    name: &str,
    policy: &str,
) -> Result<PolicyDocument, Fault> {
    let entity = get::<E>(state, account, name)?;
    entity.identity().inline.get(policy).cloned().ok_or_else(|| fault::no_inline_policy(E::KIND, policy))
}

/// # Errors
/// NoSuchEntity, for the identity or the policy.
pub fn delete_inline<E: Stored>(tx: &mut Tx, account: AccountId, name: &str, policy: &str) -> Result<(), Fault> {
    edit::<E, _>(tx, account, name, |entity| match entity.identity_mut().inline.remove(policy) {
        Some(_) => Ok(()),
        None => Err(fault::no_inline_policy(E::KIND, policy)),
    })
}

/// Attaches a managed policy; one that is attached already stays so.
///
/// # Errors
/// NoSuchEntity, InvalidInput for what is no ARN, PolicyNotAttachable for policies of service-linked roles,
/// LimitExceeded.
pub fn attach<E: Stored>(tx: &mut Tx, account: AccountId, name: &str, policy: &str) -> Result<(), Fault> {
    let managed = usable(tx, account, policy)?;
    let entity = get::<E>(tx, account, name)?;
    let managed = managed.ok_or_else(|| fault::no_policy_to_attach(policy))?;
    if managed.path().starts_with(SERVICE_ROLE_PATH) {
        return Err(fault::not_attachable("Cannot attach a Service Role Policy to a Customer Role."));
    }
    if entity.identity().attached.contains(policy) {
        return Ok(());
    }
    if entity.identity().attached.len() >= ATTACHED_MAX {
        return Err(fault::quota(format_args!("PoliciesPer{}", E::KIND.title()), ATTACHED_MAX));
    }
    use_policy::<E>(tx, account, policy, Usage::Permissions, entity.id());
    edit::<E, _>(tx, account, name, |entity| {
        entity.identity_mut().attached.insert(policy.to_owned());
        Ok(())
    })
}

/// # Errors
/// NoSuchEntity, for the identity or a policy that is not attached; InvalidInput for what is no ARN.
pub fn detach<E: Stored>(tx: &mut Tx, account: AccountId, name: &str, policy: &str) -> Result<(), Fault> {
    usable(tx, account, policy)?;
    let id = edit::<E, _>(tx, account, name, |entity| match entity.identity_mut().attached.remove(policy) {
        true => Ok(entity.id().to_owned()),
        false => Err(fault::no_policy(policy)),
    })?;
    disuse_policy(tx, account, policy, Usage::Permissions, &id);
    Ok(())
}

/// Sets the permissions boundary.
///
/// # Errors
/// NoSuchEntity, for the identity or the policy; InvalidInput for what is no ARN.
pub fn set_boundary<E: Stored>(tx: &mut Tx, account: AccountId, name: &str, policy: &str) -> Result<(), Fault> {
    get::<E>(tx, account, name)?;
    check_boundary(tx, account, policy)?;
    let (id, old) = edit::<E, _>(tx, account, name, |entity| {
        let old = entity.identity_mut().boundary.replace(policy.to_owned());
        Ok((entity.id().to_owned(), old))
    })?;
    if let Some(old) = old {
        disuse_policy(tx, account, &old, Usage::Boundary, &id);
    }
    use_policy::<E>(tx, account, policy, Usage::Boundary, &id);
    Ok(())
}

/// # Errors
/// NoSuchEntity, also when there is no boundary.
pub fn clear_boundary<E: Stored>(tx: &mut Tx, account: AccountId, name: &str) -> Result<(), Fault> {
    let (id, old) = edit::<E, _>(tx, account, name, |entity| {
        let none =
            || fault::no_such_entity(format!("{} {name} does not have a permissions boundary.", E::KIND.title()));
        let old = entity.identity_mut().boundary.take().ok_or_else(none)?;
        Ok((entity.id().to_owned(), old))
    })?;
    disuse_policy(tx, account, &old, Usage::Boundary, &id);
    Ok(())
}

/// Adds tags, or gives those that are there other values.
///
/// # Errors
/// NoSuchEntity, LimitExceeded.
pub fn tag<E: Stored>(tx: &mut Tx, account: AccountId, name: &str, tags: &Tags) -> Result<(), Fault> {
    edit::<E, _>(tx, account, name, |entity| add_tags(&mut entity.identity_mut().tags, tags, E::KIND.title()))
}

/// Keys that are not there are no error.
///
/// # Errors
/// NoSuchEntity.
pub fn untag<E: Stored>(tx: &mut Tx, account: AccountId, name: &str, keys: &[String]) -> Result<(), Fault> {
    edit::<E, _>(tx, account, name, |entity| {
        keys.iter().for_each(|key| entity.identity_mut().tags.remove(key));
        Ok(())
    })
}

pub(super) fn add_tags(to: &mut Tags, new: &Tags, of: &str) -> Result<(), Fault> {
    new.iter().for_each(|(key, value)| to.set(key.to_owned(), value.to_owned()));
    if to.len() > TAGS_MAX { Err(fault::quota(format_args!("TagsPer{of}"), TAGS_MAX)) } else { Ok(()) }
}

/// A managed policy that identities of the account may use: AWS's and its own.
fn usable(state: &Snapshot, account: AccountId, arn: &str) -> Result<Option<Managed>, Fault> {
    let reference = policies::parse_arn(arn)?;
    Ok(if reference.account.is_none_or(|owner| owner == account) { policies::find(state, arn) } else { None })
}

fn check_boundary(state: &Snapshot, account: AccountId, policy: &str) -> Result<(), Fault> {
    match usable(state, account, policy)? {
        Some(_) => Ok(()),
        None => Err(fault::no_boundary_policy(policy)),
    }
}

fn use_policy<E: Entity>(tx: &mut Tx, account: AccountId, policy: &str, usage: Usage, id: &str) {
    tx.put::<Uses>((account, policy, usage.word(), id), E::KIND);
}

fn disuse_policy(tx: &mut Tx, account: AccountId, policy: &str, usage: Usage, id: &str) {
    tx.delete::<Uses>((account, policy, usage.word(), id));
}
