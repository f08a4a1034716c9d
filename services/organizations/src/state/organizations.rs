//! The organization itself: its birth and end, and who may speak for it.

use super::{
    Attachments, Creations, Delegations, Handshakes, Members, Organizations, Policies, Profiles, Trusted, Units,
};
use crate::fault;
use crate::model::{FeatureSet, Member, Organization, Profile, Tags};
use bastide_base::{AccountId, Timestamp};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::collections::BTreeSet;
use std::sync::Arc;

/// The organization that the account is in.
pub fn find(state: &Snapshot, account: AccountId) -> Option<Arc<Organization>> {
    state.get::<Organizations>(&*state.get::<Members>(account)?.organization)
}

/// The organization of the caller, whatever its place in it.
///
/// # Errors
/// AWSOrganizationsNotInUse.
pub fn of(state: &Snapshot, account: AccountId) -> Result<Arc<Organization>, Fault> {
    find(state, account).ok_or_else(fault::not_in_use)
}

/// The organization that the account manages.
///
/// # Errors
/// AWSOrganizationsNotInUse; AccessDenied for a member.
pub fn managed_by(state: &Snapshot, account: AccountId) -> Result<Arc<Organization>, Fault> {
    let organization = of(state, account)?;
    if organization.management == account { Ok(organization) } else { Err(fault::access_denied()) }
}

/// The organization that the account may look into: as its management account, or as a delegated administrator of any
/// service.
///
/// # Errors
/// AWSOrganizationsNotInUse; AccessDenied for other members.
pub fn read_by(state: &Snapshot, account: AccountId) -> Result<Arc<Organization>, Fault> {
    let organization = of(state, account)?;
    let delegated = || state.scan::<Delegations>((&*organization.id, account)).next().is_some();
    if organization.management == account || delegated() { Ok(organization) } else { Err(fault::access_denied()) }
}

/// What the organization is made of.
pub struct New {
    pub id: String,
    pub root: String,
    pub features: FeatureSet,
}

/// # Errors
/// AlreadyInOrganization.
pub fn create(tx: &mut Tx, management: AccountId, new: New, now: Timestamp) -> Result<Organization, Fault> {
    if tx.contains::<Members>(management) {
        return Err(fault::already_in_organization("The AWS account is already a member of an organization."));
    }
    let New { id, root, features } = new;
    let member = Member {
        account: management,
        organization: id.clone(),
        parent: root.clone(),
        joined: now,
        created: false,
        closed: None,
        tags: Tags::new(),
    };
    let organization =
        Organization { id, root, management, features, created: now, enabled: BTreeSet::new(), root_tags: Tags::new() };
    tx.put::<Members>(management, member);
    tx.put::<Organizations>(&*organization.id, organization.clone());
    Ok(organization)
}

/// Ends the organization with its units and policies.
///
/// # Errors
/// OrganizationNotEmpty while there are other accounts in it.
pub fn delete(tx: &mut Tx, organization: &Organization) -> Result<(), Fault> {
    let id = &*organization.id;
    if tx.scan::<Members>(()).filter(|(_, member)| member.organization == id).count() > 1 {
        let message = "To delete an organization you must first remove all member accounts (except the master).";
        return Err(fault::not_empty(message));
    }
    macro_rules! sweep {
        ($($table:ident)*) => {$(
            let keys: Vec<_> = tx.scan::<$table>((id,)).map(|(key, _)| key).collect();
            for key in keys {
                tx.delete::<$table>(key);
            }
        )*};
    }
    sweep!(Units Policies Attachments Creations Delegations Trusted);
    let invitations: Vec<String> =
        tx.scan::<Handshakes>(()).filter(|(_, row)| row.organization == id).map(|(key, _)| key).collect();
    for key in invitations {
        tx.delete::<Handshakes>(key);
    }
    tx.delete::<Members>(organization.management);
    tx.delete::<Organizations>(id);
    Ok(())
}

/// Name and address of an account. The account that a house begins with was signed up by nobody: it goes by an address
/// in a domain that is reserved for examples.
pub fn profile(state: &Snapshot, account: AccountId) -> Profile {
    match state.get::<Profiles>(account) {
        Some(profile) => Profile::clone(&profile),
        None => Profile { name: "management".to_owned(), email: format!("root+{account}@example.com") },
    }
}

/// The account that goes by the address.
pub fn by_email(state: &Snapshot, email: &str) -> Option<AccountId> {
    let named = state.scan::<Profiles>(()).find(|(_, profile)| profile.email.eq_ignore_ascii_case(email));
    named.map(|(account, _)| account).or_else(|| {
        let number = email.strip_prefix("root+")?.strip_suffix("@example.com")?.parse().ok()?;
        (!state.contains::<Profiles>(number) && state.contains::<Members>(number)).then_some(number)
    })
}
