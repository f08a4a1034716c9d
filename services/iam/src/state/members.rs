//! Who is in which group, and the ends of users and groups.

use super::{Members, entities};
use crate::fault;
use crate::model::{Entity, GROUPS_PER_USER_MAX, Group, User};
use bastide_base::AccountId;
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Puts a user into a group; one that is in it already stays.
///
/// # Errors
/// NoSuchEntity, LimitExceeded.
pub fn join(tx: &mut Tx, account: AccountId, group: &str, user: &str) -> Result<(), Fault> {
    let group = entities::get::<Group>(tx, account, group)?;
    entities::edit::<User, _>(tx, account, user, |user| {
        if !user.groups.contains(group.id()) && user.groups.len() >= GROUPS_PER_USER_MAX {
            return Err(fault::quota("GroupsPerUser", GROUPS_PER_USER_MAX));
        }
        user.groups.insert(group.id().to_owned());
        Ok(user.id().to_owned())
    })
    .map(|user| tx.put::<Members>((account, group.id(), &*user), ()))
}

/// Takes a user out of a group; one that is not in it is no error.
///
/// # Errors
/// NoSuchEntity.
pub fn leave(tx: &mut Tx, account: AccountId, group: &str, user: &str) -> Result<(), Fault> {
    let group = entities::get::<Group>(tx, account, group)?;
    let user = entities::edit::<User, _>(tx, account, user, |user| {
        user.groups.remove(group.id());
        Ok(user.id().to_owned())
    })?;
    tx.delete::<Members>((account, group.id(), &*user));
    Ok(())
}

/// The users in a group with their sort keys, sorted by name.
pub fn of_group(state: &Snapshot, account: AccountId, group: &Group) -> BTreeMap<String, Arc<User>> {
    let ids = state.scan::<Members>((account, group.id()));
    let users = ids.filter_map(|((_, _, id), _)| entities::by_id::<User>(state, account, &id));
    users.map(|user| (user.name().to_lowercase(), user)).collect()
}

/// The groups of a user with their sort keys, sorted by name.
pub fn of_user(state: &Snapshot, account: AccountId, user: &User) -> BTreeMap<String, Arc<Group>> {
    let groups = user.groups.iter().filter_map(|id| entities::by_id::<Group>(state, account, id));
    groups.map(|group| (group.name().to_lowercase(), group)).collect()
}

/// # Errors
/// NoSuchEntity; DeleteConflict while it has groups, access keys or policies.
pub fn delete_user(tx: &mut Tx, account: AccountId, name: &str) -> Result<(), Fault> {
    let user = entities::get::<User>(tx, account, name)?;
    if !user.groups.is_empty() {
        return Err(fault::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    if !user.access_keys.is_empty() {
        return Err(fault::delete_conflict("Cannot delete entity, must delete access keys first."));
    }
    entities::remove::<User>(tx, account, name)
}

/// # Errors
/// NoSuchEntity; DeleteConflict while it has members or policies.
pub fn delete_group(tx: &mut Tx, account: AccountId, name: &str) -> Result<(), Fault> {
    let group = entities::get::<Group>(tx, account, name)?;
    if tx.scan::<Members>((account, group.id())).next().is_some() {
        return Err(fault::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    entities::remove::<Group>(tx, account, name)
}
