//! What Organizations' operations ask for: ARNs and condition keys (Service Authorization Reference, "Actions, resources,
//! and condition keys for AWS Organizations").
//!
//! Everything in an organization belongs to the management account. A delegated administrator is let in by the operation
//! itself, not by a policy of the management account: of others' resources an ask names no owner, so that the caller's own
//! policies decide it, as in AWS. What is not there, or is none of the caller's business, is asked about like what is.

use crate::model::{Organization, PolicyType};
use crate::state::{handshakes, organizations, policies, tree};
use crate::wire::Tag;
use bastide_kernel::{Ask, Read};
use std::sync::Arc;

const POLICY_TYPE: &str = "organizations:PolicyType";

fn organization(cx: &Read<'_>) -> Option<Arc<Organization>> {
    organizations::find(cx.state(), cx.account())
}

fn on(cx: &Read<'_>, action: &'static str, arn: String) -> Ask {
    match Ask::action(action).on(arn) {
        Ask::Needs(mut need, rest) => {
            need.resource.account = need.resource.account.filter(|owner| *owner == cx.account());
            Ask::Needs(need, rest)
        }
        exempt => exempt,
    }
}

/// `action` on a root, unit, account or policy by its id.
pub fn on_entity(cx: &Read<'_>, action: &'static str, id: &str) -> Ask {
    if id.starts_with("p-") {
        return on_policy(cx, action, id);
    }
    let Some(organization) = organization(cx) else { return Ask::action(action) };
    let kind = match id {
        id if id.starts_with("r-") => "root",
        id if id.starts_with("ou-") => "ou",
        _ => "account",
    };
    let tags = tree::find(cx.state(), &organization, id).map(|entity| entity.tags(&organization).clone());
    let tags = tags.filter(|tags| !tags.is_empty()).map(|tags| tags.into_iter().collect());
    on(cx, action, organization.arn(kind, id)).resource_tags(tags)
}

/// `action` on a policy.
pub fn on_policy(cx: &Read<'_>, action: &'static str, id: &str) -> Ask {
    let Some(organization) = organization(cx) else { return Ask::action(action) };
    match policies::find(cx.state(), &organization, id) {
        Some(policy) => {
            let tags = (!policy.tags.is_empty()).then(|| policy.tags.clone().into_iter().collect());
            with_type(on(cx, action, policy.arn(&organization)).resource_tags(tags), policy.kind.word())
        }
        None => on(cx, action, organization.arn("policy", &format!("{}/{id}", PolicyType::ServiceControl.path()))),
    }
}

/// `action` on a policy and on what it is or shall be attached to; the policy's type is known of both.
pub fn on_attachment(cx: &Read<'_>, action: &'static str, policy: &str, target: &str) -> Ask {
    let target = on_entity(cx, action, target);
    let found = organization(cx).and_then(|organization| policies::find(cx.state(), &organization, policy));
    let target = match found {
        Some(policy) => with_type(target, policy.kind.word()),
        None => target,
    };
    on_policy(cx, action, policy).and(target)
}

/// `action` that makes something of the organization whose id is not known yet: `account`, or `policy` with its type.
pub fn on_new(cx: &Read<'_>, action: &'static str, kind: &str) -> Ask {
    let (kind, rest) = kind.split_once('/').map_or((kind, "*".to_owned()), |(kind, rest)| (kind, format!("{rest}/*")));
    match organization(cx) {
        Some(organization) => on(cx, action, organization.arn(kind, &rest)),
        None => Ask::action(action),
    }
}

/// `action` on a handshake, which is of the organization that asks.
pub fn on_handshake(cx: &Read<'_>, action: &'static str, id: &str) -> Ask {
    let row = handshakes::get(cx.state(), id, cx.account()).ok();
    let asking = row.as_ref().and_then(|row| organizations::find(cx.state(), row.management));
    let kind = row.map_or("invite", |row| row.action.path());
    match asking.or_else(|| organization(cx)) {
        Some(organization) => on(cx, action, organization.arn("handshake", &format!("{kind}/{id}"))),
        None => Ask::action(action),
    }
}

/// The ask, with the policy type that it is about.
pub fn with_type(ask: Ask, kind: &str) -> Ask {
    ask.key(POLICY_TYPE, [kind.to_owned()])
}

/// The ask, with the service that it is about.
pub fn with_service(ask: Ask, service: Option<&str>) -> Ask {
    match service {
        Some(service) => ask.key("organizations:ServicePrincipal", [service.to_owned()]),
        None => ask,
    }
}

/// The ask, with the tags that the request sets on what it makes: then it needs `organizations:TagResource`, too.
pub fn with_tags(cx: &Read<'_>, ask: Ask, kind: &str, tags: Option<&[Tag]>) -> Ask {
    let tags = tags.unwrap_or_default();
    if tags.is_empty() {
        return ask;
    }
    let named = || tags.iter().map(|tag| (tag.Key.as_str(), tag.Value.as_str()));
    ask.request_tags(named()).and(on_new(cx, "organizations:TagResource", kind).request_tags(named()))
}
