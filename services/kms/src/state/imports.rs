//! Wrapping keys that wait for key material.

use super::Imports;
use crate::model::{Import, Place};
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

pub fn put(tx: &mut Tx, place: &Place, token: &str, import: Import) {
    tx.put::<Imports>((place.account, place.region, &*place.id, token), import);
}

pub fn get(state: &Snapshot, place: &Place, token: &str) -> Option<Arc<Import>> {
    state.get::<Imports>((place.account, place.region, &*place.id, token))
}

/// Takes the wrapping key away; that there was one is remembered, so that its token is known to have expired.
pub fn expire(tx: &mut Tx, place: &Place, token: &str) {
    tx.update::<Imports>((place.account, place.region, &*place.id, token), |import| import.private = None);
}

pub fn delete_all(tx: &mut Tx, place: &Place) {
    let rows = tx.scan::<Imports>((place.account, place.region, &*place.id));
    let tokens: Vec<String> = rows.map(|((_, _, _, token), _)| token).collect();
    for token in tokens {
        tx.delete::<Imports>((place.account, place.region, &*place.id, token));
    }
}
