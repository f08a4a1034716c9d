//! The policies of organizations that apply to a need. This runs on every call: outside of organizations it is one look-up.

use super::{Members, Organizations, policies, tree};
use crate::model::{Member, Organization, PolicyType};
use bastide_authn::Caller;
use bastide_authz::{Gathered, NamedPolicy, Need, OrgPlace};
use bastide_base::AccountId;
use bastide_shape::authorization::resource_control;
use bastide_store::Snapshot;
use std::sync::Arc;

/// Service control policies come from the caller's account, resource control policies from the resource's. The management
/// account is outside of both.
pub fn gather(state: &Snapshot, caller: &Caller, need: &Need, into: &mut Gathered) {
    let own = caller.principal.account();
    let owner = need.resource.account.or(own);
    let callers = own.and_then(|account| place(state, account));
    if let Some((member, organization)) = &callers {
        into.principal_org = Some(org_place(state, member, organization));
        into.outside_scps = organization.management == member.account;
        if !into.outside_scps {
            into.scps = levels(state, member, organization, PolicyType::ServiceControl);
        }
    }
    let owners = if owner == own { callers } else { owner.and_then(|account| place(state, account)) };
    if let Some((member, organization)) = &owners {
        if need.resource.account.is_some() {
            into.resource_org = Some(org_place(state, member, organization));
        }
        let covered = || need.action.split_once(':').is_some_and(|(prefix, _)| resource_control(prefix));
        if organization.management != member.account && covered() {
            into.rcps = levels(state, member, organization, PolicyType::ResourceControl);
        }
    }
}

fn place(state: &Snapshot, account: AccountId) -> Option<(Arc<Member>, Arc<Organization>)> {
    let member = state.get::<Members>(account)?;
    let organization = state.get::<Organizations>(&*member.organization)?;
    Some((member, organization))
}

fn org_place(state: &Snapshot, member: &Member, organization: &Organization) -> OrgPlace {
    OrgPlace { id: organization.id.clone(), path: tree::path(state, organization, &member.parent) }
}

/// From the root down to the account; none where the type is not in force.
fn levels(state: &Snapshot, member: &Member, organization: &Organization, kind: PolicyType) -> Vec<Vec<NamedPolicy>> {
    if !organization.enabled.contains(&kind) {
        return Vec::new();
    }
    let mut targets = tree::chain(state, organization, &member.parent);
    targets.push(member.account.to_string());
    let level = |target: &String| {
        let attached = policies::attached(state, organization, target, kind);
        attached
            .map(|(_, policy)| NamedPolicy { name: policy.arn(organization), document: policy.document.clone() })
            .collect()
    };
    targets.iter().map(level).collect()
}
