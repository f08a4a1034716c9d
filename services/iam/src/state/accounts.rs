//! Accounts: their birth, their aliases.

use super::keys::{self, Fresh};
use super::{AccessKeys, Accounts, Aliases};
use crate::fault;
use crate::model::{AccessKey, Account, Owner};
use bastide_base::{AccountId, Random, SecretString, Timestamp};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

/// A root user's access key, for the operator.
pub struct RootKey {
    pub id: String,
    pub secret: SecretString,
}

/// Creates the account and an access key of its root user. An account that is there already keeps what it has and gets
/// no second key.
pub fn found_account(
    tx: &mut Tx,
    account: AccountId,
    email: Option<String>,
    now: Timestamp,
    random: &mut Random,
) -> Option<RootKey> {
    if tx.contains::<Accounts>(account) {
        return None;
    }
    let fresh = Fresh::draw(account, random, now);
    let created = now.whole_seconds();
    tx.put::<Accounts>(account, Account { created, email, alias: None, root_access_keys: vec![fresh.id.clone()] });
    let Fresh { id, secret, .. } = fresh;
    let key = AccessKey { account, owner: Owner::Root, secret: secret.clone(), active: true, created };
    tx.put::<AccessKeys>(&*id, key);
    Some(RootKey { id, secret })
}

/// The root user's oldest active access key.
pub fn root_access_key(state: &Snapshot, account: AccountId) -> Option<RootKey> {
    let row = get(state, account)?;
    let mut keys = row.root_access_keys.iter().filter_map(|id| Some((id, keys::find(state, id)?)));
    keys.find(|(_, key)| key.active).map(|(id, key)| RootKey { id: id.clone(), secret: key.secret.clone() })
}

/// Makes `key` the root user's only access key.
pub fn set_root_access_key(tx: &mut Tx, account: AccountId, key: RootKey, now: Timestamp) {
    let old = get(tx, account).map(|row| row.root_access_keys.clone()).unwrap_or_default();
    for id in &old {
        tx.delete::<AccessKeys>(&**id);
    }
    let RootKey { id, secret } = key;
    let row = AccessKey { account, owner: Owner::Root, secret, active: true, created: now.whole_seconds() };
    tx.put::<AccessKeys>(&*id, row);
    tx.update::<Accounts>(account, |row| row.root_access_keys = vec![id]);
}

pub fn get(state: &Snapshot, account: AccountId) -> Option<Arc<Account>> {
    state.get::<Accounts>(account)
}

/// Gives the account its alias; an account has one, a new one replaces it.
pub fn set_alias(tx: &mut Tx, account: AccountId, alias: &str) -> Result<(), Fault> {
    match tx.get::<Aliases>(alias) {
        Some(owner) if *owner == account => return Ok(()),
        Some(_) => return Err(fault::already_exists(format!("The account alias {alias} already exists."))),
        None => {}
    }
    let old = get(tx, account).and_then(|row| row.alias.clone());
    if let Some(old) = old {
        tx.delete::<Aliases>(&*old);
    }
    tx.update::<Accounts>(account, |row| row.alias = Some(alias.to_owned()));
    tx.put::<Aliases>(alias, account);
    Ok(())
}

pub fn remove_alias(tx: &mut Tx, account: AccountId, alias: &str) -> Result<(), Fault> {
    if tx.get::<Aliases>(alias).is_none_or(|owner| *owner != account) {
        return Err(fault::no_such_entity(format!("The account alias with name {alias} cannot be found.")));
    }
    tx.delete::<Aliases>(alias);
    tx.update::<Accounts>(account, |row| row.alias = None);
    Ok(())
}
