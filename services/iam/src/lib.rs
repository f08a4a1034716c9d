//! IAM: users, groups, roles, policies, access keys; and what the rest of the house asks of it (who owns a key, which
//! policies apply, what a role trusts).
//!
//! Never here: a decision (that is `policy`), a signature (that is `authn`), another service's state. Start at
//! [`service()`], then `model.rs` for what there is, `state/` for what holds, and any file of `ops/`.

mod fault;
mod model;
mod ops;
mod page;
mod policy;
mod state;
#[cfg(test)]
mod testing;
mod wire;

pub use state::accounts::{RootKey, found_account, root_access_key, set_root_access_key};

use bastide_authn::{AccessKey, Caller, Directory, Principal};
use bastide_authz::{Gathered, Need, PolicySource};
use bastide_base::{AccountId, Random, Timestamp};
use bastide_kernel::{RoleView, Roles, Service};
use bastide_store::{Snapshot, Tx};
use model::{Entity, Owner, Role, User};
use state::{accounts, entities, gather, keys};

/// The service as it registers.
pub fn service() -> Service {
    ops::register(Service::new("iam").faults(fault::SHAPES).tables(state::tables))
}

/// What a new house begins with: the management account and an access key of its root user.
pub fn found(tx: &mut Tx, management: AccountId, now: Timestamp, random: &mut Random) {
    found_account(tx, management, None, now, random);
}

/// IAM as the other rooms know it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Iam;

impl Directory for Iam {
    fn access_key(&self, state: &Snapshot, id: &str) -> Option<AccessKey> {
        let key = keys::find(state, id)?;
        let account = key.account;
        let principal = match &key.owner {
            Owner::Root => Principal::Root { account },
            Owner::User(id) => {
                let user = entities::by_id::<User>(state, account, id)?;
                let (path, name) = (user.identity.path.clone(), user.identity.name.clone());
                Principal::User { account, path, name, id: id.clone() }
            }
        };
        Some(AccessKey { secret: key.secret.clone(), active: key.active, principal })
    }

    fn stands(&self, state: &Snapshot, principal: &Principal) -> bool {
        match principal {
            Principal::User { account, id, .. } => entities::by_id::<User>(state, *account, id).is_some(),
            Principal::AssumedRole { account, role_id, .. } => {
                entities::by_id::<Role>(state, *account, role_id).is_some()
            }
            Principal::Root { account } | Principal::FederatedUser { account, .. } => {
                accounts::get(state, *account).is_some()
            }
            Principal::Service { .. } | Principal::Anonymous => true,
        }
    }

    fn principal_tags(&self, state: &Snapshot, principal: &Principal) -> Vec<(String, String)> {
        match principal {
            Principal::User { account, id, .. } => {
                entities::by_id::<User>(state, *account, id).map(|user| user.identity.tags.to_vec())
            }
            Principal::AssumedRole { account, role_id, .. } => {
                entities::by_id::<Role>(state, *account, role_id).map(|role| role.identity.tags.to_vec())
            }
            _ => None,
        }
        .unwrap_or_default()
    }
}

impl PolicySource for Iam {
    fn gather(&self, state: &Snapshot, caller: &Caller, _: &Need, into: &mut Gathered) {
        gather::gather(state, caller, into);
    }
}

impl Roles for Iam {
    fn role(&self, state: &Snapshot, account: AccountId, name: &str) -> Option<RoleView> {
        let role = entities::find::<Role>(state, account, name)?;
        let identity = role.identity();
        Some(RoleView {
            account,
            path: identity.path.clone(),
            name: identity.name.clone(),
            id: identity.id.clone(),
            trust: role.trust.bound.clone(),
            max_session_secs: role.max_session_secs,
            tags: identity.tags.to_vec(),
            service_linked: false,
            created: identity.created,
        })
    }
}
