//! Trusted access of services, and member accounts that administer them.

use super::{Delegations, Trusted, tree};
use crate::fault;
use crate::model::{FeatureSet, Organization, TRUSTED_SERVICES};
use bastide_base::{AccountId, Timestamp};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::collections::BTreeMap;

fn check_features(organization: &Organization) -> Result<(), Fault> {
    match organization.features {
        FeatureSet::All => Ok(()),
        FeatureSet::ConsolidatedBilling => Err(fault::constraint(
            "ORGANIZATION_NOT_IN_ALL_FEATURES_MODE",
            "This operation requires all features to be enabled in the organization.",
        )),
    }
}

/// # Errors
/// InvalidInput for a principal that is no service's, or whose service has no delegated administrators.
fn check_service(service: &str, delegable: bool) -> Result<(), Fault> {
    match TRUSTED_SERVICES.iter().find(|(name, _)| *name == service) {
        Some((_, can)) if *can || !delegable => Ok(()),
        _ => Err(fault::invalid("UNRECOGNIZED_SERVICE_PRINCIPAL", "You specified an unrecognized service principal.")),
    }
}

/// Gives a service trusted access; again changes nothing.
///
/// # Errors
/// ConstraintViolation without all features; InvalidInput.
pub fn trust(tx: &mut Tx, organization: &Organization, service: &str, now: Timestamp) -> Result<(), Fault> {
    check_features(organization)?;
    check_service(service, false)?;
    if !tx.contains::<Trusted>((&*organization.id, service)) {
        tx.put::<Trusted>((&*organization.id, service), now);
    }
    Ok(())
}

/// Takes trusted access away, and with it the service's delegated administrators.
///
/// # Errors
/// ConstraintViolation without all features; InvalidInput.
pub fn distrust(tx: &mut Tx, organization: &Organization, service: &str) -> Result<(), Fault> {
    check_features(organization)?;
    check_service(service, false)?;
    tx.delete::<Trusted>((&*organization.id, service));
    let keys: Vec<_> = tx.scan::<Delegations>((&*organization.id,)).map(|(key, _)| key).collect();
    for key in keys.into_iter().filter(|(_, _, name)| name == service) {
        tx.delete::<Delegations>(key);
    }
    Ok(())
}

/// Services with trusted access, and since when.
pub fn trusted(state: &Snapshot, organization: &str) -> impl Iterator<Item = (String, Timestamp)> {
    state.scan::<Trusted>((organization,)).map(|((_, name), at)| (name, *at)).collect::<Vec<_>>().into_iter()
}

/// # Errors
/// AccountNotFound; AccountAlreadyRegistered; InvalidInput; ConstraintViolation for the management account, closed
/// accounts and services without trusted access.
pub fn register(
    tx: &mut Tx,
    organization: &Organization,
    account: AccountId,
    service: &str,
    now: Timestamp,
) -> Result<(), Fault> {
    check_features(organization)?;
    check_management(organization, account)?;
    let member = tree::member(tx, organization, account)?;
    check_service(service, true)?;
    if member.closed.is_some() {
        return Err(fault::constraint(
            "CANNOT_REGISTER_SUSPENDED_ACCOUNT_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register a suspended account as a delegated administrator.",
        ));
    }
    if !tx.contains::<Trusted>((&*organization.id, service)) {
        return Err(fault::constraint(
            "SERVICE_ACCESS_NOT_ENABLED",
            "You must enable service access before you can register a delegated administrator for the service.",
        ));
    }
    if tx.contains::<Delegations>((&*organization.id, account, service)) {
        return Err(fault::account_already_registered(
            "The provided account is already a delegated administrator for your organization.",
        ));
    }
    tx.put::<Delegations>((&*organization.id, account, service), now);
    Ok(())
}

fn check_management(organization: &Organization, account: AccountId) -> Result<(), Fault> {
    match account == organization.management {
        true => Err(fault::constraint(
            "CANNOT_REGISTER_MASTER_AS_DELEGATED_ADMINISTRATOR",
            "You cannot register master account/yourself as delegated administrator for your organization.",
        )),
        false => Ok(()),
    }
}

fn not_registered() -> Fault {
    fault::account_not_registered(
        "The provided account is not a registered delegated administrator for your organization.",
    )
}

/// # Errors
/// AccountNotFound, AccountNotRegistered, InvalidInput, ConstraintViolation.
pub fn deregister(tx: &mut Tx, organization: &Organization, account: AccountId, service: &str) -> Result<(), Fault> {
    check_management(organization, account)?;
    tree::member(tx, organization, account)?;
    check_service(service, true)?;
    match tx.delete::<Delegations>((&*organization.id, account, service)) {
        true => Ok(()),
        false => Err(not_registered()),
    }
}

/// The account is going: it administers nothing any more.
pub fn forget(tx: &mut Tx, organization: &Organization, account: AccountId) {
    let keys: Vec<_> = tx.scan::<Delegations>((&*organization.id, account)).map(|(key, _)| key).collect();
    for key in keys {
        tx.delete::<Delegations>(key);
    }
}

/// Services that the account administers, and since when.
///
/// # Errors
/// AccountNotFound, AccountNotRegistered.
pub fn services(
    state: &Snapshot,
    organization: &Organization,
    account: AccountId,
) -> Result<Vec<(String, Timestamp)>, Fault> {
    tree::member(state, organization, account)?;
    let rows = state.scan::<Delegations>((&*organization.id, account));
    let services: Vec<_> = rows.map(|((_, _, service), at)| (service, *at)).collect();
    if services.is_empty() { Err(not_registered()) } else { Ok(services) }
}

/// Delegated administrators (of one service) and since when they are.
///
/// # Errors
/// InvalidInput.
pub fn administrators(
    state: &Snapshot,
    organization: &Organization,
    service: Option<&str>,
) -> Result<BTreeMap<AccountId, Timestamp>, Fault> {
    if let Some(service) = service {
        check_service(service, true)?;
    }
    let mut found = BTreeMap::new();
    for ((_, account, name), at) in state.scan::<Delegations>((&*organization.id,)) {
        if service.is_none_or(|service| service == name) {
            let since = found.entry(account).or_insert(*at);
            *since = (*since).min(*at);
        }
    }
    Ok(found)
}
