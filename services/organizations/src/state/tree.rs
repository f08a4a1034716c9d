//! The tree: a root, units below it, accounts in both.

use super::{Members, Organizations, Units, policies};
use crate::fault;
use crate::model::{DEPTH_MAX, Member, Organization, Policy, Tags, UNITS_MAX, Unit};
use bastide_base::AccountId;
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

/// What an id stands for.
pub enum Entity {
    Root,
    Unit(Arc<Unit>),
    Account(Arc<Member>),
    Policy(Arc<Policy>),
}

impl Entity {
    pub fn tags<'a>(&'a self, organization: &'a Organization) -> &'a Tags {
        match self {
            Entity::Root => &organization.root_tags,
            Entity::Unit(unit) => &unit.tags,
            Entity::Account(member) => &member.tags,
            Entity::Policy(policy) => &policy.tags,
        }
    }
}

pub fn find(state: &Snapshot, organization: &Organization, id: &str) -> Option<Entity> {
    if id == organization.root {
        return Some(Entity::Root);
    }
    if id.starts_with("p-") {
        return policies::find(state, organization, id).map(Entity::Policy);
    }
    if let Ok(account) = id.parse() {
        return member(state, organization, account).ok().map(Entity::Account);
    }
    state.get::<Units>((&*organization.id, id)).map(Entity::Unit)
}

/// What a policy can be attached to.
///
/// # Errors
/// TargetNotFound.
pub fn target(state: &Snapshot, organization: &Organization, id: &str) -> Result<Entity, Fault> {
    find(state, organization, id).filter(|entity| !matches!(entity, Entity::Policy(_))).ok_or_else(fault::no_target)
}

/// # Errors
/// OrganizationalUnitNotFound.
pub fn unit(state: &Snapshot, organization: &Organization, id: &str) -> Result<Arc<Unit>, Fault> {
    state.get::<Units>((&*organization.id, id)).ok_or_else(fault::no_unit)
}

/// # Errors
/// AccountNotFound.
pub fn member(state: &Snapshot, organization: &Organization, account: AccountId) -> Result<Arc<Member>, Fault> {
    let member = state.get::<Members>(account).filter(|member| member.organization == organization.id);
    member.ok_or_else(fault::account_not_found)
}

/// Whether the id is that of the root or a unit.
pub fn is_parent(state: &Snapshot, organization: &Organization, id: &str) -> bool {
    id == organization.root || state.contains::<Units>((&*organization.id, id))
}

/// # Errors
/// ParentNotFound.
pub fn check_parent(state: &Snapshot, organization: &Organization, id: &str) -> Result<(), Fault> {
    if is_parent(state, organization, id) { Ok(()) } else { Err(fault::no_parent()) }
}

/// The root or unit that the unit or account is in.
pub fn parent(state: &Snapshot, organization: &Organization, id: &str) -> Option<String> {
    match find(state, organization, id)? {
        Entity::Unit(unit) => Some(unit.parent.clone()),
        Entity::Account(member) => Some(member.parent.clone()),
        Entity::Root | Entity::Policy(_) => None,
    }
}

/// From the root down to the unit `id` (or to the root itself), both included.
pub fn chain(state: &Snapshot, organization: &Organization, id: &str) -> Vec<String> {
    let mut chain = vec![id.to_owned()];
    while let Some(unit) = chain.last().and_then(|at| state.get::<Units>((&*organization.id, &**at))) {
        chain.push(unit.parent.clone());
    }
    chain.reverse();
    chain
}

/// `o-…/r-…/ou-…/` down to the unit `id` (or the root), as condition keys and answers spell it.
pub fn path(state: &Snapshot, organization: &Organization, id: &str) -> String {
    format!("{}/{}/", organization.id, chain(state, organization, id).join("/"))
}

/// Units directly below, with their ids.
pub fn units<'a>(
    state: &'a Snapshot,
    organization: &'a Organization,
    parent: &'a str,
) -> impl Iterator<Item = (String, Arc<Unit>)> + 'a {
    let all = state.scan::<Units>((&*organization.id,)).map(|((_, id), unit)| (id, unit));
    all.filter(move |(_, unit)| unit.parent == parent)
}

/// Accounts of the organization with their ids.
pub fn accounts<'a>(
    state: &'a Snapshot,
    organization: &'a Organization,
) -> impl Iterator<Item = (String, Arc<Member>)> + 'a {
    let all = state.scan::<Members>(()).map(|(id, member)| (id.to_string(), member));
    all.filter(move |(_, member)| member.organization == organization.id)
}

/// # Errors
/// ParentNotFound; ConstraintViolation for depth and number; DuplicateOrganizationalUnit.
pub fn create_unit(tx: &mut Tx, organization: &Organization, unit: Unit) -> Result<(), Fault> {
    check_parent(tx, organization, &unit.parent)?;
    // The root counts as one link of the chain, the new unit as the next.
    if chain(tx, organization, &unit.parent).len() > DEPTH_MAX {
        let message = "You cannot add an organizational unit to the specified parent because it would exceed the max depth allowed.";
        return Err(fault::constraint("OU_DEPTH_LIMIT_EXCEEDED", message));
    }
    if tx.scan::<Units>((&*organization.id,)).count() >= UNITS_MAX {
        return Err(fault::constraint(
            "OU_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the maximum number of organizational units.",
        ));
    }
    free(tx, organization, &unit.parent, &unit.name, None)?;
    policies::attach_defaults(tx, organization, &unit.id);
    tx.put::<Units>((&*organization.id, &*unit.id.clone()), unit);
    Ok(())
}

/// Names are unique among the units of one parent.
fn free(
    state: &Snapshot,
    organization: &Organization,
    parent: &str,
    name: &str,
    own: Option<&str>,
) -> Result<(), Fault> {
    match units(state, organization, parent).any(|(id, unit)| unit.name == name && Some(&*id) != own) {
        true => Err(fault::duplicate_unit("An OU with the same name already exists.")),
        false => Ok(()),
    }
}

/// # Errors
/// OrganizationalUnitNotFound, DuplicateOrganizationalUnit.
pub fn rename_unit(tx: &mut Tx, organization: &Organization, id: &str, name: &str) -> Result<(), Fault> {
    let known = unit(tx, organization, id)?;
    free(tx, organization, &known.parent, name, Some(id))?;
    tx.update::<Units>((&*organization.id, id), |unit| unit.name = name.to_owned());
    Ok(())
}

/// # Errors
/// OrganizationalUnitNotFound, OrganizationalUnitNotEmpty.
pub fn delete_unit(tx: &mut Tx, organization: &Organization, id: &str) -> Result<(), Fault> {
    unit(tx, organization, id)?;
    let inhabited = units(tx, organization, id).next().is_some()
        || accounts(tx, organization).any(|(_, member)| member.parent == id);
    if inhabited {
        return Err(fault::unit_not_empty(
            "The specified OU is not empty. Move all accounts to another root or to other OUs, remove all child OUs, and try the operation again.",
        ));
    }
    policies::detach_all(tx, organization, id);
    tx.delete::<Units>((&*organization.id, id));
    Ok(())
}

/// # Errors
/// AccountNotFound, SourceParentNotFound, DestinationParentNotFound, DuplicateAccount.
pub fn move_account(
    tx: &mut Tx,
    organization: &Organization,
    account: AccountId,
    from: &str,
    to: &str,
) -> Result<(), Fault> {
    let found = member(tx, organization, account)?;
    if !is_parent(tx, organization, from) {
        return Err(fault::source_not_found("You specified a source parent that doesn't exist."));
    }
    if !is_parent(tx, organization, to) {
        return Err(fault::destination_not_found("You specified a destination parent that doesn't exist."));
    }
    if found.parent == to {
        return Err(fault::duplicate_account("The account is already present in the specified destination."));
    }
    if found.parent != from {
        return Err(fault::account_not_found_because("The account is not in the specified source parent."));
    }
    tx.update::<Members>(account, |member| member.parent = to.to_owned());
    Ok(())
}

/// Changes the tags of whatever the id stands for.
///
/// # Errors
/// TargetNotFound; AccessDenied for AWS's policies.
pub fn change_tags(
    tx: &mut Tx,
    organization: &Organization,
    id: &str,
    change: impl FnOnce(&mut Tags) -> Result<(), Fault>,
) -> Result<(), Fault> {
    let entity = find(tx, organization, id).ok_or_else(fault::no_target)?;
    let mut tags = entity.tags(organization).clone();
    change(&mut tags)?;
    match entity {
        Entity::Root => drop(tx.update::<Organizations>(&*organization.id, |row| row.root_tags = tags)),
        Entity::Unit(_) => drop(tx.update::<Units>((&*organization.id, id), |row| row.tags = tags)),
        Entity::Account(member) => drop(tx.update::<Members>(member.account, |row| row.tags = tags)),
        Entity::Policy(policy) if policy.aws_managed => return Err(policies::immutable()),
        Entity::Policy(_) => drop(tx.update::<super::Policies>((&*organization.id, id), |row| row.tags = tags)),
    }
    Ok(())
}
