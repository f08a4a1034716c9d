//! Accounts: being made, joining, leaving, being closed.

use super::{Creations, Delegations, Handshakes, Members, Profiles, admins, organizations, policies, tree};
use crate::fault;
use crate::model::{
    ACCOUNTS_MAX, Action, Creation, CreationState, DAY_SECS, Handshake, Member, Organization, Profile, REMOVAL_DAYS,
    Tags,
};
use bastide_base::{AccountId, Timestamp};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

/// Accounts that count against the quota: members, closed ones too, and those that may yet become members.
fn count(state: &Snapshot, organization: &Organization, now: Timestamp) -> usize {
    let id = &*organization.id;
    let invites = |row: &Handshake| row.action == Action::Invite && row.organization == id && row.is_open(now);
    let invited = state.scan::<Handshakes>(()).filter(|(_, row)| invites(row)).count();
    let making = state.scan::<Creations>((id,)).filter(|(_, row)| row.state == CreationState::InProgress).count();
    tree::accounts(state, organization).count() + invited + making
}

/// Whether one more account has room.
pub fn has_room(state: &Snapshot, organization: &Organization, now: Timestamp) -> bool {
    count(state, organization, now) < ACCOUNTS_MAX
}

/// # Errors
/// ConstraintViolation when the organization is full.
pub fn request(tx: &mut Tx, organization: &Organization, creation: Creation) -> Result<(), Fault> {
    if !has_room(tx, organization, creation.requested) {
        return Err(fault::constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the allowed number of AWS accounts.",
        ));
    }
    tx.put::<Creations>((&*organization.id, &*creation.id.clone()), creation);
    Ok(())
}

/// # Errors
/// CreateAccountStatusNotFound.
pub fn creation(state: &Snapshot, organization: &str, id: &str) -> Result<Arc<Creation>, Fault> {
    let missing = || fault::creation_not_found("You specified a create account request that doesn't exist.");
    state.get::<Creations>((organization, id)).ok_or_else(missing)
}

/// Requests with their ids.
pub fn creations(state: &Snapshot, organization: &str) -> impl Iterator<Item = (String, Arc<Creation>)> {
    state.scan::<Creations>((organization,)).map(|((_, id), row)| (id, row)).collect::<Vec<_>>().into_iter()
}

/// Writes down how the making of an account ended.
pub fn finish(tx: &mut Tx, organization: &str, id: &str, state: CreationState) {
    tx.update::<Creations>((organization, id), |row| row.state = state);
}

/// The new account becomes a member below the root.
pub fn admit_created(tx: &mut Tx, organization: &Organization, account: AccountId, of: &Creation, now: Timestamp) {
    tx.put::<Profiles>(account, Profile { name: of.name.clone(), email: of.email.clone() });
    admit(tx, organization, account, true, of.tags.clone(), now);
}

/// An invited account becomes a member below the root.
pub fn admit_invited(tx: &mut Tx, organization: &Organization, account: AccountId, tags: Tags, now: Timestamp) {
    admit(tx, organization, account, false, tags, now);
}

fn admit(tx: &mut Tx, organization: &Organization, account: AccountId, created: bool, tags: Tags, now: Timestamp) {
    let member = Member {
        account,
        organization: organization.id.clone(),
        parent: organization.root.clone(),
        joined: now,
        created,
        closed: None,
        tags,
    };
    policies::attach_defaults(tx, organization, &account.to_string());
    tx.put::<Members>(account, member);
}

/// Whether an account goes by the address already.
pub fn is_taken(state: &Snapshot, email: &str) -> bool {
    organizations::by_email(state, email).is_some()
}

/// Takes the account out of the organization. Its name and address stay its own.
///
/// # Errors
/// AccountNotFound, MasterCannotLeave, ConstraintViolation.
pub fn leave(tx: &mut Tx, organization: &Organization, account: AccountId, now: Timestamp) -> Result<(), Fault> {
    let member = tree::member(tx, organization, account)?;
    if account == organization.management {
        return Err(fault::master_cannot_leave(
            "You can't remove a management account from an organization. If you want the management account to become a member account in another organization, you must first delete the current organization of the management account.",
        ));
    }
    if member.closed.is_some() {
        return Err(fault::constraint(
            "ACCOUNT_CANNOT_LEAVE_ORGANIZATION",
            "A closed account can't be removed from the organization.",
        ));
    }
    if tx.scan::<Delegations>((&*organization.id, account)).next().is_some() {
        return Err(fault::constraint(
            "CANNOT_REMOVE_DELEGATED_ADMINISTRATOR_FROM_ORG",
            "You cannot remove a delegated administrator from your organization. Deregister it first.",
        ));
    }
    if member.created && now < member.joined.plus_secs(REMOVAL_DAYS * DAY_SECS) {
        return Err(fault::constraint(
            "WAIT_PERIOD_ACTIVE",
            "After you create an AWS account, you must wait until at least four days after the account was created.",
        ));
    }
    remove(tx, organization, account);
    Ok(())
}

/// Removes every trace of the membership.
pub fn remove(tx: &mut Tx, organization: &Organization, account: AccountId) {
    policies::detach_all(tx, organization, &account.to_string());
    admins::forget(tx, organization, account);
    tx.delete::<Members>(account);
}

/// # Errors
/// AccountNotFound, AccountAlreadyClosed; ConstraintViolation for the management account.
pub fn close(tx: &mut Tx, organization: &Organization, account: AccountId, now: Timestamp) -> Result<(), Fault> {
    let member = tree::member(tx, organization, account)?;
    if account == organization.management {
        return Err(fault::constraint(
            "CANNOT_CLOSE_MANAGEMENT_ACCOUNT",
            "You can't close the management account of an organization.",
        ));
    }
    if member.closed.is_some() {
        return Err(fault::account_already_closed("The provided account is already closed."));
    }
    tx.update::<Members>(account, |row| row.closed = Some(now));
    Ok(())
}

/// A closed account's time is up: it leaves the organization for good.
pub fn bury(tx: &mut Tx, account: AccountId) {
    let closed = tx.get::<Members>(account).is_some_and(|member| member.closed.is_some());
    if let (true, Some(organization)) = (closed, organizations::find(tx, account)) {
        remove(tx, &organization, account);
    }
}
