//! Accounts: their birth, their aliases.

use super::keys::{self, Fresh};
use super::{AccessKeys, Accounts, Aliases, entities, trust};
use crate::fault;
use crate::model::{AccessKey, Account, Entity, Identity, Owner, Role, SESSION_SECS_DEFAULT};
use bastide_base::{AccountId, PrincipalKind, Random, SecretString, Seed, Timestamp, unique_id};
use bastide_kernel::{Cx, Fault, NewAccount};
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
    tx.put::<Accounts>(
        account,
        Account { created, email, alias: None, root_access_keys: vec![fresh.id.clone()], closed: None },
    );
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

/// Whether the account is there and was not closed.
pub fn is_open(state: &Snapshot, account: AccountId) -> bool {
    get(state, account).is_some_and(|row| row.closed.is_none())
}

/// What the role that comes with a new account may do: everything.
const ADMINISTRATOR: &str = "arn:aws:iam::aws:policy/AdministratorAccess";

impl bastide_kernel::Accounts for crate::Iam {
    fn exists(&self, state: &Snapshot, account: AccountId) -> bool {
        get(state, account).is_some()
    }

    fn create(&self, cx: &mut Cx<'_>, new: &NewAccount) -> Result<(), Fault> {
        let NewAccount { account, email, role_name, trusts } = new;
        let now = cx.now();
        let mut random = Seed::from_text(&cx.random().text(b"0123456789abcdef", 64)).stream(0, 0);
        found_account(cx.tx, *account, Some(email.clone()), now, &mut random)
            .ok_or_else(|| Fault::internal(format_args!("account {account} is there already")))?;
        let text = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{trusts}:root"}},"Action":"sts:AssumeRole"}}]}}"#
        );
        let id = unique_id(PrincipalKind::Role, *account, &mut random);
        let role = Role {
            identity: Identity::new(role_name.clone(), None, id, now),
            trust: trust::bind(cx.tx, text)?,
            description: None,
            max_session_secs: SESSION_SECS_DEFAULT,
        };
        let name = role.name().to_owned();
        entities::add(cx.tx, *account, role)?;
        entities::attach::<Role>(cx.tx, *account, &name, ADMINISTRATOR)
    }

    fn close(&self, cx: &mut Cx<'_>, account: AccountId) {
        let now = cx.now();
        cx.tx.update::<Accounts>(account, |row| row.closed = Some(now));
    }
}
