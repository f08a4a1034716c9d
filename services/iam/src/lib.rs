//! IAM: users, groups, roles, policies, access keys; and what the rest of the house asks of it (who owns a key, which
//! policies apply, what a role trusts).
//!
//! Never here: a decision (that is `policy`), a signature (that is `authn`), another service's state. Start at
//! [`service()`], then `model.rs` for what there is, `state/` for what holds, and any file of `ops/`.

mod fault;
mod model;
mod ops;
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
        Some(AccessKey {
            secret: key.secret.clone(),
            active: key.active && accounts::is_open(state, account),
            principal,
        })
    }

    fn stands(&self, state: &Snapshot, principal: &Principal) -> bool {
        if principal.account().is_some_and(|account| !accounts::is_open(state, account)) {
            return false;
        }
        match principal {
            Principal::User { account, id, .. } => entities::by_id::<User>(state, *account, id).is_some(),
            Principal::AssumedRole { account, role_id, .. } => {
                entities::by_id::<Role>(state, *account, role_id).is_some()
            }
            Principal::Root { account } | Principal::FederatedUser { account, .. } => {
                accounts::is_open(state, *account)
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
    fn has_managed_policy(&self, state: &Snapshot, account: AccountId, arn: &str) -> bool {
        let whose = arn.split(':').nth(4).unwrap_or_default();
        let near = whose == "aws" || whose == account.to_string();
        near && state::policies::find(state, arn).is_some()
    }

    fn role(&self, state: &Snapshot, account: AccountId, name: &str) -> Option<RoleView> {
        let role = entities::find::<Role>(state, account, name).filter(|_| accounts::is_open(state, account))?;
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::*;
    use bastide_authn::{Session, SessionPolicy};
    use bastide_authz::Ask;

    fn gathered(lab: &Lab, caller: &Caller) -> Gathered {
        let (ask, mut gathered) = (Ask::action("s3:GetObject"), Gathered::default());
        Iam.gather(&lab.state(), caller, ask.needs().next().unwrap(), &mut gathered);
        gathered
    }

    fn names(policies: &[bastide_authz::NamedPolicy]) -> Vec<&str> {
        policies.iter().map(|policy| policy.name.as_str()).collect()
    }

    #[test]
    fn the_service_fits_its_model() {
        assert_eq!(service().problems(), Vec::<String>::new());
    }

    #[test]
    fn everything_that_applies_to_a_user_is_gathered_and_named() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]).policies(["own", "edge"]);
        let root = lab.root();
        root.ok("AddUserToGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        root.ok("PutUserPolicy", json!({ "UserName": "alice", "PolicyName": "i", "PolicyDocument": allow("s3:*") }));
        root.ok("PutGroupPolicy", json!({ "GroupName": "staff", "PolicyName": "g", "PolicyDocument": allow("s3:*") }));
        root.ok("AttachUserPolicy", json!({ "UserName": "alice", "PolicyArn": arn("policy/own") }));
        let aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        root.ok("AttachGroupPolicy", json!({ "GroupName": "staff", "PolicyArn": aws }));
        root.ok(
            "PutUserPermissionsBoundary",
            json!({ "UserName": "alice", "PermissionsBoundary": arn("policy/edge") }),
        );
        let found = gathered(&lab, &lab.user("alice").caller);
        let expected = ["inline policy i of user/alice", &arn("policy/own"), "inline policy g of group/staff", aws];
        assert_eq!(names(&found.identity), expected);
        assert_eq!(found.boundary.map(|policy| policy.name), Some(arn("policy/edge")));
        assert!(found.session.is_none() && found.scps.is_empty());
        assert!(gathered(&lab, &root.caller).identity.is_empty());
    }

    #[test]
    fn a_session_brings_its_own_policies() {
        let lab = Lab::new().roles(["r"]).policies(["own"]);
        lab.root()
            .ok("PutRolePolicy", json!({ "RoleName": "r", "PolicyName": "all", "PolicyDocument": allow("iam:*") }));
        let mut caller = lab.session("r").caller.clone();
        let at = Timestamp::parse(NOW).unwrap();
        caller.session = Some(Session {
            issued_at: at,
            expires_at: at.plus_secs(3600),
            mfa_at: None,
            source_identity: None,
            tags: Vec::new(),
            policies: vec![SessionPolicy::Inline(allow("iam:ListUsers")), SessionPolicy::Managed(arn("policy/own"))],
            chained: false,
        });
        let found = gathered(&lab, &caller);
        assert_eq!(names(&found.session.unwrap()), ["session policy", &arn("policy/own")]);
        lab.caller(caller.clone()).ok("ListUsers", json!({}));
        let fault = lab.caller(caller).err("ListRoles", json!({}));
        assert!(fault.ends_with("because no session policy allows the iam:ListRoles action"), "{fault}");
    }

    #[test]
    fn a_vanished_policy_allows_nothing_beside_it() {
        let lab = Lab::new().users(["alice"]);
        lab.root().ok(
            "AttachUserPolicy",
            json!({ "UserName": "alice", "PolicyArn": "arn:aws:iam::aws:policy/IAMFullAccess" }),
        );
        let alice = lab.user("alice").caller.clone();
        let mut tx = Tx::over(&lab.state());
        entities::edit::<User, _>(&mut tx, account(), "alice", |user| {
            user.identity.attached.insert("arn:aws:iam::aws:policy/WasThereOnce".into());
            Ok(())
        })
        .unwrap();
        let (ask, mut found) = (Ask::action("iam:ListUsers"), Gathered::default());
        Iam.gather(&tx.seen(), &alice, ask.needs().next().unwrap(), &mut found);
        assert_eq!(found.identity.iter().filter(|policy| policy.document.compiled().is_err()).count(), 1);
    }

    #[test]
    fn only_who_is_still_there_stands() {
        let lab = Lab::new().users(["alice"]).roles(["r"]);
        let (alice, role) = (lab.user("alice").caller.principal.clone(), lab.session("r").caller.principal.clone());
        assert!(Iam.stands(&lab.state(), &alice) && Iam.stands(&lab.state(), &role));
        lab.root().ok("UpdateUser", json!({ "UserName": "alice", "NewUserName": "anna" }));
        assert!(Iam.stands(&lab.state(), &alice));
        lab.root().ok("DeleteUser", json!({ "UserName": "anna" }));
        lab.root().ok("DeleteRole", json!({ "RoleName": "r" }));
        let lab = lab.users(["alice", "anna"]).roles(["r"]);
        assert!(!Iam.stands(&lab.state(), &alice) && !Iam.stands(&lab.state(), &role));
        let foreign = Principal::Root { account: "444455556666".parse().unwrap() };
        assert!(!Iam.stands(&lab.state(), &foreign) && Iam.stands(&lab.state(), &lab.root().caller.principal));
    }

    #[test]
    fn tags_of_users_and_roles_are_their_principals() {
        let lab = Lab::new().users(["alice"]).roles(["r"]);
        lab.root().ok("TagUser", json!({ "UserName": "alice", "Tags": [{ "Key": "Team", "Value": "red" }] }));
        lab.root().ok("TagRole", json!({ "RoleName": "r", "Tags": [{ "Key": "Stage", "Value": "prod" }] }));
        let tags = |principal: &Principal| Iam.principal_tags(&lab.state(), principal);
        assert_eq!(tags(&lab.user("alice").caller.principal), [("Team".to_owned(), "red".to_owned())]);
        assert_eq!(tags(&lab.session("r").caller.principal), [("Stage".to_owned(), "prod".to_owned())]);
        assert_eq!(tags(&lab.root().caller.principal), []);
    }

    #[test]
    fn a_managed_policy_is_awss_or_of_exactly_that_account() {
        let lab = Lab::new().policies(["own"]);
        let other: AccountId = "444455556666".parse().unwrap();
        let has = |account, arn: &str| Iam.has_managed_policy(&lab.state(), account, arn);
        let aws = "arn:aws:iam::aws:policy/ReadOnlyAccess";
        assert!(has(account(), aws) && has(other, aws) && has(account(), &arn("policy/own")));
        assert!(!has(other, &arn("policy/own")));
        for missing in ["arn:aws:iam::aws:policy/NeverWas", &arn("policy/none"), &arn("policy/x/own"), "own", ""] {
            assert!(!has(account(), missing), "{missing}");
        }
    }

    #[test]
    fn a_house_is_founded_once_with_a_key_that_signs_for_root() {
        let lab = Lab::new();
        let key = root_access_key(&lab.state(), account()).unwrap();
        let known = Iam.access_key(&lab.state(), &key.id).unwrap();
        assert!(known.active && known.secret.matches(key.secret.expose().as_bytes()));
        assert_eq!(known.principal, Principal::Root { account: account() });
        let mut tx = Tx::over(&lab.state());
        let mut random = bastide_base::Seed::from_text("again").stream(0, 0);
        assert!(found_account(&mut tx, account(), None, Timestamp::default(), &mut random).is_none());
        assert!(tx.is_unchanged());
        let other = "444455556666".parse().unwrap();
        assert!(
            found_account(&mut tx, other, Some("a@example.com".into()), Timestamp::default(), &mut random).is_some()
        );
        assert!(root_access_key(&tx, other).is_some_and(|made| made.id != key.id));
        lab.root().ok("UpdateAccessKey", json!({ "AccessKeyId": key.id, "Status": "Inactive" }));
        assert!(root_access_key(&lab.state(), account()).is_none());
    }

    #[test]
    fn the_same_seed_and_the_same_calls_make_the_same_state() {
        let hash = || {
            let lab = Lab::new().users(["alice", "bob"]).roles(["r"]).policies(["p"]);
            lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }));
            lab.state().state_hash().unwrap()
        };
        assert_eq!(hash(), hash());
    }

    #[test]
    fn accounts_do_not_see_each_other() {
        let lab = Lab::new().users(["alice"]);
        let stranger = lab.principal(Principal::Root { account: "444455556666".parse().unwrap() });
        assert_eq!(stranger.ok("ListUsers", json!({}))["Users"], json!([]));
        assert!(stranger.err("GetUser", json!({ "UserName": "alice" })).starts_with("NoSuchEntity"));
        stranger.ok("CreateUser", json!({ "UserName": "alice" }));
        assert_eq!(lab.root().ok("ListUsers", json!({}))["Users"].as_array().unwrap().len(), 1);
    }
}
