//! Aliases: names of keys in one account and region.

use super::{Aliases, AliasesOfKeys};
use crate::model::{Alias, Place};
use bastide_base::{AccountId, Region, Timestamp};
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

pub fn get(state: &Snapshot, account: AccountId, region: Region, name: &str) -> Option<Arc<Alias>> {
    state.get::<Aliases>((account, region, name))
}

/// Names the key `name`, which may have named another one before.
pub fn set(tx: &mut Tx, name: &str, place: &Place, now: Timestamp) {
    let old = get(tx, place.account, place.region, name);
    if let Some(old) = &old {
        tx.delete::<AliasesOfKeys>((place.account, place.region, &*old.key, name));
    }
    let created = old.map_or(now, |old| old.created);
    tx.put::<Aliases>((place.account, place.region, name), Alias { created, updated: now, key: place.id.clone() });
    tx.put::<AliasesOfKeys>((place.account, place.region, &*place.id, name), ());
}

pub fn delete(tx: &mut Tx, account: AccountId, region: Region, name: &str) {
    if let Some(alias) = get(tx, account, region, name) {
        tx.delete::<AliasesOfKeys>((account, region, &*alias.key, name));
        tx.delete::<Aliases>((account, region, name));
    }
}

/// The names of a key, sorted.
pub fn of_key(state: &Snapshot, place: &Place) -> Vec<String> {
    let rows = state.scan::<AliasesOfKeys>((place.account, place.region, &*place.id));
    rows.map(|((_, _, _, name), _)| name).collect()
}

/// All aliases of an account in a region, by name.
pub fn list(state: &Snapshot, account: AccountId, region: Region) -> impl Iterator<Item = (String, Arc<Alias>)> {
    state.scan::<Aliases>((account, region)).map(|((_, _, name), alias)| (name, alias))
}
