//! Grants: who may do what with a key without its policy or IAM saying so.

use super::Grants;
use crate::fault;
use crate::model::names::GrantOperation;
use crate::model::{Grant, Place};
use crate::wire::token;
use bastide_authn::{Caller, Principal};
use bastide_base::Region;
use bastide_kernel::Fault;
use bastide_policy::Reach;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

pub fn put(tx: &mut Tx, place: &Place, grant: Grant) {
    tx.put::<Grants>((place.account, place.region, &*place.id, grant.id.clone()), grant);
}

pub fn get(state: &Snapshot, place: &Place, id: &str) -> Option<Arc<Grant>> {
    state.get::<Grants>((place.account, place.region, &*place.id, id))
}

pub fn delete(tx: &mut Tx, place: &Place, id: &str) {
    tx.delete::<Grants>((place.account, place.region, &*place.id, id));
}

pub fn delete_all(tx: &mut Tx, place: &Place) {
    let ids: Vec<String> = of_key(tx, place).map(|grant| grant.id.clone()).collect();
    for id in ids {
        delete(tx, place, &id);
    }
}

/// The grants on a key, by id.
pub fn of_key(state: &Snapshot, place: &Place) -> impl Iterator<Item = Arc<Grant>> {
    state.scan::<Grants>((place.account, place.region, &*place.id)).map(|(_, grant)| grant)
}

/// Every grant of a region with the place of its key, whatever the account.
pub fn everywhere(state: &Snapshot, region: Region) -> impl Iterator<Item = (Place, Arc<Grant>)> {
    let all = state.scan::<Grants>(()).filter(move |((_, at, _, _), _)| *at == region);
    all.map(|((account, region, id, _), grant)| (Place { account, region, id }, grant))
}

/// The grants that let `caller` do `operation` with the key, among those that are `fit` for this very request.
pub fn allowing(
    state: &Snapshot,
    place: &Place,
    caller: &Caller,
    operation: GrantOperation,
    fit: impl Fn(&Grant) -> bool,
) -> Vec<bastide_kernel::Grant> {
    let matching = of_key(state, place).filter(|grant| grant.operations.contains(&operation) && fit(grant));
    matching
        .filter_map(|grant| {
            Some(bastide_kernel::Grant {
                reach: reach(&grant.grantee, &caller.principal)?,
                name: format!("grant {}", grant.id),
            })
        })
        .collect()
}

/// How directly `named` (an ARN, or a service) means the principal; `None` when it means another.
pub fn reach(named: &str, principal: &Principal) -> Option<Reach> {
    if named == principal.arn() {
        return Some(Reach::Direct);
    }
    if named == principal.principal_arn() {
        return Some(Reach::Limited);
    }
    let account = principal.account()?;
    (named == format!("arn:aws:iam::{account}:root")).then_some(Reach::Account)
}

/// Refuses tokens of grants that there are not.
///
/// # Errors
/// InvalidGrantTokenException.
pub fn check_tokens(state: &Snapshot, tokens: Option<&[String]>) -> Result<(), Fault> {
    for text in tokens.unwrap_or_default() {
        let (place, grant) = token::read(text)?;
        get(state, &place, &grant).ok_or_else(fault::invalid_grant_token)?;
    }
    Ok(())
}
