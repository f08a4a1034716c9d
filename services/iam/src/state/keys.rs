//! Access keys of users and of root users.

use super::{AccessKeys, Accounts, Users, entities};
use crate::fault;
use crate::model::{ACCESS_KEYS_MAX, AccessKey, Entity, Owner, User};
use bastide_authn::Principal;
use bastide_base::{AccountId, PrincipalKind, Random, SecretString, Timestamp, unique_id};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

const SECRET_ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const SECRET_LENGTH: usize = 40;

/// Whose keys a call is about, found once.
pub struct Keyring {
    pub owner: Owner,
    /// As answers name the owner; root users have no name.
    pub user_name: Option<String>,
    /// The ids of the owner's keys, oldest first.
    pub ids: Vec<String>,
}

/// As answers say it.
pub const fn status(active: bool) -> &'static str {
    if active { "Active" } else { "Inactive" }
}

pub fn find(state: &Snapshot, id: &str) -> Option<Arc<AccessKey>> {
    state.get::<AccessKeys>(id)
}

/// The keys of the user called `name`; without a name, those of the caller.
///
/// # Errors
/// NoSuchEntity; ValidationError for a caller that is neither a user nor root.
pub fn keyring(state: &Snapshot, account: AccountId, caller: &Principal, name: Option<&str>) -> Result<Keyring, Fault> {
    let user = match (name, caller) {
        (Some(name), _) => entities::get::<User>(state, account, name)?,
        (None, Principal::User { id, name, .. }) => {
            entities::by_id::<User>(state, account, id).ok_or_else(|| fault::no_identity(User::KIND, name))?
        }
        (None, Principal::Root { .. }) => {
            let ids = state.get::<Accounts>(account).map(|row| row.root_access_keys.clone()).unwrap_or_default();
            return Ok(Keyring { owner: Owner::Root, user_name: None, ids });
        }
        (None, _) => return Err(fault::must_name_user()),
    };
    let owner = Owner::User(user.id().to_owned());
    Ok(Keyring { owner, user_name: Some(user.name().to_owned()), ids: user.access_keys.clone() })
}

/// What a new access key is made of.
pub struct Fresh {
    pub id: String,
    pub secret: SecretString,
    pub created: Timestamp,
}

impl Fresh {
    pub fn draw(account: AccountId, random: &mut Random, now: Timestamp) -> Self {
        let id = unique_id(PrincipalKind::AccessKey, account, random);
        let secret = SecretString::new(random.text(SECRET_ALPHABET, SECRET_LENGTH));
        Fresh { id, secret, created: now.whole_seconds() }
    }
}

/// Puts a new active key on the keyring.
///
/// # Errors
/// LimitExceeded.
pub fn add(tx: &mut Tx, account: AccountId, ring: &Keyring, fresh: &Fresh) -> Result<(), Fault> {
    if ring.ids.len() >= ACCESS_KEYS_MAX {
        return Err(fault::quota("AccessKeysPerUser", ACCESS_KEYS_MAX));
    }
    let Fresh { id, secret, created } = fresh;
    let key = AccessKey { account, owner: ring.owner.clone(), secret: secret.clone(), active: true, created: *created };
    tx.put::<AccessKeys>(&**id, key);
    change_ids(tx, account, &ring.owner, |ids| ids.push(id.clone()));
    Ok(())
}

/// # Errors
/// NoSuchEntity when the key is not on the keyring.
pub fn set_active(tx: &mut Tx, ring: &Keyring, id: &str, active: bool) -> Result<(), Fault> {
    owned(ring, id)?;
    tx.update::<AccessKeys>(id, |key| key.active = active);
    Ok(())
}

/// # Errors
/// NoSuchEntity when the key is not on the keyring.
pub fn delete(tx: &mut Tx, account: AccountId, ring: &Keyring, id: &str) -> Result<(), Fault> {
    owned(ring, id)?;
    tx.delete::<AccessKeys>(id);
    change_ids(tx, account, &ring.owner, |ids| ids.retain(|known| known != id));
    Ok(())
}

fn owned(ring: &Keyring, id: &str) -> Result<(), Fault> {
    if ring.ids.iter().any(|known| known == id) { Ok(()) } else { Err(fault::no_access_key(id)) }
}

fn change_ids(tx: &mut Tx, account: AccountId, owner: &Owner, change: impl FnOnce(&mut Vec<String>)) {
    match owner {
        Owner::Root => drop(tx.update::<Accounts>(account, |row| change(&mut row.root_access_keys))),
        Owner::User(id) => drop(tx.update::<Users>((account, &**id), |row| change(&mut row.access_keys))),
    }
}
