//! What happens with time: accounts come to be, and closed ones go.

use crate::model::{Creation, CreationState, Organization};
use crate::state::{members, organizations};
use bastide_base::AccountId;
use bastide_kernel::{Cx, Fault, NewAccount};
use serde_json::Value;
use std::sync::Arc;

pub const CREATE_ACCOUNT: &str = "CreateAccount";
pub const BURY_ACCOUNT: &str = "BuryAccount";

/// Makes the account that was asked for, or writes down why not.
pub fn create_account(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    let id = payload["id"].as_str().unwrap_or_default();
    // The organization may be gone by now, and the request with it.
    let Some(organization) = organizations::find(cx.tx, cx.account()) else { return Ok(()) };
    let Ok(creation) = members::creation(cx.tx, &organization.id, id) else { return Ok(()) };
    let at = cx.now();
    let state = match make(cx, &organization, &creation)? {
        Some(account) => CreationState::Succeeded { at, account },
        None => CreationState::Failed { at, reason: "EMAIL_ALREADY_EXISTS".to_owned() },
    };
    members::finish(cx.tx, &organization.id, id, state);
    Ok(())
}

/// The new account's number; `None` when its address is another's.
fn make(cx: &mut Cx<'_>, organization: &Organization, creation: &Arc<Creation>) -> Result<Option<AccountId>, Fault> {
    if members::is_taken(cx.tx, &creation.email) {
        return Ok(None);
    }
    let accounts = cx.ports().accounts.clone();
    let account = loop {
        let number = 100_000_000_000 + cx.random().number() % 900_000_000_000;
        let drawn = AccountId::from_number(number).ok_or_else(|| Fault::internal("twelve digits are an account"))?;
        if !accounts.exists(cx.tx, drawn) {
            break drawn;
        }
    };
    let new = NewAccount {
        account,
        email: creation.email.clone(),
        role_name: creation.role_name.clone(),
        trusts: organization.management,
    };
    accounts.create(cx, &new)?;
    let now = cx.now();
    members::admit_created(cx.tx, organization, account, creation, now);
    Ok(Some(account))
}

/// A closed account's time is up.
pub fn bury_account(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    if let Some(account) = payload["account"].as_str().and_then(|account| account.parse().ok()) {
        members::bury(cx.tx, account);
    }
    Ok(())
}
