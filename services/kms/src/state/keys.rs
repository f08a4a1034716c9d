//! Keys: found by what callers call them, changed, and kept in step with their replicas.

use super::{Keys, aliases};
use crate::fault;
use crate::model::{Key, Place};
use bastide_base::{AccountId, Arn, Region};
use bastide_kernel::{Call, Fault};
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

/// What a caller named: where it would be, and the key if there is one.
#[derive(Debug, Clone)]
pub struct Target {
    /// Without an id when an alias was named that does not exist.
    pub place: Place,
    /// The alias (`alias/…`), where the caller named the key by it.
    pub alias: Option<String>,
    pub key: Option<Arc<Key>>,
}

/// Whether an operation takes aliases for keys.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Named {
    /// Key id and key ARN.
    ByKey,
    /// These, alias name and alias ARN.
    ByKeyOrAlias,
}

impl Target {
    pub fn arn(&self) -> String {
        match &self.alias {
            Some(alias) if self.place.id.is_empty() => self.place.alias_arn(alias),
            _ => self.place.arn(),
        }
    }

    /// The key.
    ///
    /// # Errors
    /// NotFoundException.
    pub fn key(&self) -> Result<&Arc<Key>, Fault> {
        self.key.as_ref().ok_or_else(|| match &self.alias {
            Some(alias) => fault::no_alias(&self.place.alias_arn(alias)),
            None => fault::no_key(&self.place.arn()),
        })
    }
}

pub fn get(state: &Snapshot, place: &Place) -> Option<Arc<Key>> {
    state.get::<Keys>((place.account, place.region, &*place.id))
}

/// Finds what `text` names: a key id or key ARN, and where `named` allows it an alias or its ARN.
///
/// # Errors
/// NotFoundException for a text that cannot name a key of this region, whatever exists.
pub fn find(state: &Snapshot, call: &Call, text: &str, named: Named) -> Result<Target, Fault> {
    let (account, name) = match text.parse::<Arn>() {
        Ok(arn) if arn.partition() == "aws" && arn.service() == "kms" => {
            if arn.region() != call.region.as_str() {
                return Err(fault::not_found(format!("Invalid arn {}", arn.region())));
            }
            let account = arn.account().ok_or_else(|| fault::no_key_id(text))?;
            let name = match arn.resource() {
                alias if alias.starts_with("alias/") => alias,
                key => key.strip_prefix("key/").filter(|id| is_key_id(id)).ok_or_else(|| fault::no_key_id(text))?,
            };
            (account, name.to_owned())
        }
        Ok(_) => return Err(fault::no_key_id(text)),
        Err(_) => (call.account, text.to_owned()),
    };
    let place = |id: String| Place { account, region: call.region, id };
    if name.starts_with("alias/") && named == Named::ByKeyOrAlias {
        let id = aliases::get(state, account, call.region, &name).map(|alias| alias.key.clone()).unwrap_or_default();
        let place = place(id);
        let key = get(state, &place);
        return Ok(Target { place, alias: Some(name), key });
    }
    if !is_key_id(&name) {
        return Err(fault::no_key_id(text));
    }
    let place = place(name);
    let key = get(state, &place);
    Ok(Target { place, alias: None, key })
}

/// A UUID, or `mrk-` and its 32 digits.
fn is_key_id(text: &str) -> bool {
    let hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    match text.strip_prefix("mrk-") {
        Some(digits) => digits.len() == 32 && hex(digits),
        None => {
            let parts: Vec<&str> = text.split('-').collect();
            let lengths: Vec<usize> = parts.iter().map(|part| part.len()).collect();
            lengths == [8, 4, 4, 4, 12] && parts.into_iter().all(hex)
        }
    }
}

pub fn put(tx: &mut Tx, key: Key) {
    tx.put::<Keys>((key.place.account, key.place.region, key.place.id.clone()), key);
}

/// Changes the key, which must be there.
pub fn change(tx: &mut Tx, place: &Place, change: impl FnOnce(&mut Key)) {
    tx.update::<Keys>((place.account, place.region, &*place.id), change);
}

/// Changes the key and every other member of its multi-Region family, each for itself.
pub fn change_family(tx: &mut Tx, place: &Place, change_one: impl Fn(&mut Key)) {
    for region in family(tx, place) {
        change(tx, &place.in_region(region), &change_one);
    }
}

/// The regions in which a key is: its own, and those of its family.
pub fn family(state: &Snapshot, place: &Place) -> Vec<Region> {
    let key = get(state, place);
    match key.as_ref().and_then(|key| key.multi_region.as_ref()) {
        Some(family) => std::iter::once(family.primary).chain(family.replicas.iter().copied()).collect(),
        None => vec![place.region],
    }
}

/// Removes the key and everything that hangs on it.
pub fn delete(tx: &mut Tx, place: &Place) {
    for alias in aliases::of_key(tx, place) {
        aliases::delete(tx, place.account, place.region, &alias);
    }
    super::grants::delete_all(tx, place);
    super::imports::delete_all(tx, place);
    tx.delete::<Keys>((place.account, place.region, &*place.id));
}

/// The keys of an account in a region, by id.
pub fn list(state: &Snapshot, account: AccountId, region: Region) -> impl Iterator<Item = (String, Arc<Key>)> {
    state.scan::<Keys>((account, region)).map(|((_, _, id), key)| (id, key))
}
