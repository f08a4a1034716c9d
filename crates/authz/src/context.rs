//! The request context of one need (IAM User Guide, "AWS global condition context keys").

use crate::{Gathered, Need};
use bastide_authn::{Caller, Principal};
use bastide_base::{Region, Timestamp};
use bastide_policy::{Context, PrincipalFacts};
use serde::{Deserialize, Serialize};
use std::net::IpAddr;

/// What surrounds a call: when, from where, how.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Circumstances {
    pub now: Timestamp,
    pub region: Region,
    /// Absent for calls that a service makes for itself.
    pub source_ip: Option<IpAddr>,
    /// The request came over TLS.
    pub secure: bool,
    pub user_agent: Option<String>,
    pub referer: Option<String>,
}

/// What decisions need to know of a caller.
pub(crate) fn facts(caller: &Caller) -> PrincipalFacts {
    let arn = caller.principal.arn();
    match &caller.principal {
        Principal::Root { account } => PrincipalFacts::root(&account.to_string()),
        Principal::User { id, .. } => PrincipalFacts::user(&arn).with_unique_id(id.as_str()),
        Principal::AssumedRole { role_id, service_linked, .. } => {
            let mut facts = PrincipalFacts::role_session(&caller.principal.principal_arn(), &arn);
            facts.is_service_linked_role = *service_linked;
            facts.with_unique_id(role_id.as_str())
        }
        Principal::FederatedUser { account, .. } => {
            PrincipalFacts::federated_user(&arn, &format!("arn:aws:iam::{account}:root"))
        }
        Principal::Service { name } => PrincipalFacts::service(name),
        Principal::Anonymous => PrincipalFacts::anonymous(),
    }
}

/// Builds the context of `need`; `tags` are those of the user or role behind the caller.
pub(crate) fn context(
    caller: &Caller,
    facts: &PrincipalFacts,
    circumstances: &Circumstances,
    need: &Need,
    tags: &[(String, String)],
) -> Context {
    let mut context = Context::with_capacity(20 + need.keys.len());
    let now = circumstances.now;
    context.set("aws:CurrentTime", now.whole_seconds().iso8601());
    context.set("aws:EpochTime", now.secs().to_string());
    context.set("aws:RequestedRegion", circumstances.region.as_str());
    context.set("aws:SecureTransport", truth(circumstances.secure));
    if let Some(agent) = &circumstances.user_agent {
        context.set("aws:UserAgent", agent.clone());
    }
    if let Some(referer) = &circumstances.referer {
        context.set("aws:Referer", referer.clone());
    }
    // A service that forwards a call hides its caller's network: AWS leaves the key out then.
    if let (Some(ip), true) = (circumstances.source_ip, caller.via.is_empty()) {
        context.set("aws:SourceIp", ip.to_string());
    }
    facts.describe(&mut context);
    for (key, value) in tags {
        context.set(format!("aws:PrincipalTag/{key}"), value.clone());
    }
    session(&mut context, caller, now);
    via(&mut context, caller);
    if let Some(account) = need.resource.account {
        context.set("aws:ResourceAccount", account.to_string());
    }
    let service = need.action.split(':').next().unwrap_or_default();
    for (key, value) in need.resource.tags.iter().flatten() {
        context.set(format!("aws:ResourceTag/{key}"), value.clone());
        context.set(format!("{service}:ResourceTag/{key}"), value.clone());
    }
    for (name, values) in &need.keys {
        match values.as_slice() {
            [value] if !is_multivalued(name) => context.set(name.clone(), value.clone()),
            values => context.set_many(name.clone(), values.iter().cloned()),
        };
    }
    context
}

/// The organizations of both sides ("aws:PrincipalOrgID", "aws:ResourceOrgPaths" and so on); absent outside of one.
pub(crate) fn organizations(context: &mut Context, gathered: &Gathered) {
    if let Some(place) = &gathered.principal_org {
        context.set("aws:PrincipalOrgID", place.id.clone());
        context.set_many("aws:PrincipalOrgPaths", [place.path.clone()]);
    }
    if let Some(place) = &gathered.resource_org {
        context.set("aws:ResourceOrgID", place.id.clone());
        context.set_many("aws:ResourceOrgPaths", [place.path.clone()]);
    }
}

const fn truth(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

/// Keys that hold a list even when the request carries one value (Service Authorization Reference, type ArrayOfString).
const MULTIVALUED: &[&str] = &[
    "aws:TagKeys",
    "kms:EncryptionContextKeys",
    "kms:GrantOperations",
    "kms:ResourceAliases",
    "sts:TransitiveTagKeys",
];

fn is_multivalued(name: &str) -> bool {
    MULTIVALUED.iter().any(|key| key.eq_ignore_ascii_case(name))
}

/// Long-term credentials carry no MFA key at all, temporary ones always do ("aws:MultiFactorAuthPresent").
fn session(context: &mut Context, caller: &Caller, now: Timestamp) {
    let Some(session) = &caller.session else { return };
    context.set("aws:MultiFactorAuthPresent", truth(session.mfa_at.is_some()));
    if let Some(at) = session.mfa_at {
        context.set("aws:MultiFactorAuthAge", (now.secs() - at.secs()).max(0).to_string());
    }
    context.set("aws:TokenIssueTime", session.issued_at.whole_seconds().iso8601());
    if let Some(source) = &session.source_identity {
        context.set("aws:SourceIdentity", source.clone());
    }
    for tag in &session.tags {
        context.set(format!("aws:PrincipalTag/{}", tag.key), tag.value.clone());
    }
}

fn via(context: &mut Context, caller: &Caller) {
    context.set("aws:ViaAWSService", truth(!caller.via.is_empty()));
    if let (Some(first), Some(last)) = (caller.via.first(), caller.via.last()) {
        context.set_many("aws:CalledVia", caller.via.iter().cloned());
        context.set("aws:CalledViaFirst", first.clone());
        context.set("aws:CalledViaLast", last.clone());
    }
}
