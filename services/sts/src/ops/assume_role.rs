//! STS AssumeRole. Real: the trust policy, ExternalId, session policies inline and managed, session tags with
//! transitivity, source identity, duration and role-chaining limits. Refused: MFA codes (no devices yet) and provided
//! contexts.

use crate::{fault, model, wire};
use bastide_authn::{Caller, Principal, Session, SessionPolicy, SessionTag};
use bastide_authz::PolicyDocument;
use bastide_base::{AccountId, Arn};
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, ResourcePolicy, RoleView, shape};
use bastide_policy::PolicyKind;

shape! {
    pub struct AssumeRole {
        RoleArn: String,
        RoleSessionName: String,
        PolicyArns: Option<Vec<wire::PolicyDescriptorType>>,
        Policy: Option<String>,
        DurationSeconds: Option<i64>,
        Tags: Option<Vec<wire::Tag>>,
        TransitiveTagKeys: Option<Vec<String>>,
        ExternalId: Option<String>,
        SerialNumber: Option<String>,
        TokenCode: Option<String>,
        SourceIdentity: Option<String>,
    }

    pub struct Output {
        Credentials: wire::Credentials,
        AssumedRoleUser: wire::AssumedRoleUser,
        PackedPolicySize: Option<i64>,
        SourceIdentity: Option<String>,
    }
}

/// Seconds (API Reference, AssumeRole, DurationSeconds).
const DEFAULT_SECS: i64 = 3_600;
const CHAINED_SECS_MAX: i64 = 3_600;
/// Plain characters of all session policies together; managed ones per session; session tags.
const POLICY_CHARS_MAX: usize = 2_048;
const POLICY_ARNS_MAX: usize = 10;
const TAGS_MAX: usize = 50;

impl AssumeRole {
    /// The role with exactly this ARN: what is authorised is the ARN as it was given, so it must be the role's own to the letter.
    fn role(&self, cx: &Read<'_>) -> Result<Option<RoleView>, Fault> {
        let bad = || Fault::validation(format!("{} is invalid", self.RoleArn));
        let arn: Arn = self.RoleArn.parse().map_err(|_| bad())?;
        let account = arn.account().ok_or_else(bad)?;
        let path = match (arn.service(), arn.resource().strip_prefix("role/")) {
            ("iam", Some(path)) => path,
            _ => return Err(bad()),
        };
        let name = path.rsplit('/').next().unwrap_or(path);
        let role = cx.ports().roles.role(cx.state(), account, name);
        Ok(role.filter(|role| self.RoleArn == format!("arn:aws:iam::{account}:role{}{}", role.path, role.name)))
    }

    /// The source identity that the new session carries: the one asked for, or the one its caller has already.
    fn source_identity<'a>(&'a self, caller: &'a Caller) -> Option<&'a String> {
        let held = caller.session.as_ref().and_then(|session| session.source_identity.as_ref());
        self.SourceIdentity.as_ref().or(held)
    }

    /// The new session's tags: its own, and the transitive ones of the session it is chained from.
    fn session_tags(&self, cx: &Read<'_>) -> Result<Vec<SessionTag>, Fault> {
        let transitive = self.TransitiveTagKeys.as_deref().unwrap_or_default();
        let mut tags: Vec<SessionTag> = Vec::new();
        for tag in self.Tags.iter().flatten() {
            if tags.iter().any(|other| other.key.eq_ignore_ascii_case(&tag.Key)) {
                return Err(Fault::common(
                    "InvalidParameterValue",
                    400,
                    "Duplicate tag keys found. Please note that Tag keys are case insensitive.",
                ));
            }
            if tag.Key.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
                let message = format!("System tags cannot be added/updated by requester: {}", tag.Key);
                return Err(Fault::common("InvalidParameterValue", 400, message));
            }
            let transitive = transitive.iter().any(|key| key.eq_ignore_ascii_case(&tag.Key));
            tags.push(SessionTag { key: tag.Key.clone(), value: tag.Value.clone(), transitive });
        }
        if tags.len() > TAGS_MAX {
            return Err(fault::packed_policy_too_large(
                "Packed size of session tags consumes more than the allotted space.",
            ));
        }
        if let Some(key) = transitive.iter().find(|key| !tags.iter().any(|tag| tag.key.eq_ignore_ascii_case(key))) {
            let message = format!("The specified transitive tag key must be included in the requested tags: {key}");
            return Err(Fault::common("InvalidParameterValue", 400, message));
        }
        let inherited = cx.caller().session.iter().flat_map(|session| &session.tags).filter(|tag| tag.transitive);
        for tag in inherited {
            if tags.iter().any(|own| own.key.eq_ignore_ascii_case(&tag.key)) {
                let message = "One of the specified transitive tag keys can't be set because it conflicts with a transitive tag key from the calling session.";
                return Err(Fault::common("InvalidParameterValue", 400, message));
            }
            tags.push(tag.clone());
        }
        Ok(tags)
    }

    /// Session policies, of which managed ones are AWS's or of the role's own account.
    fn session_policies(&self, cx: &Read<'_>, account: AccountId) -> Result<Vec<SessionPolicy>, Fault> {
        let mut policies = Vec::new();
        if let Some(text) = &self.Policy {
            if text.chars().count() > POLICY_CHARS_MAX {
                return Err(fault::packed_policy_too_large(
                    "Packed policy consumes more than the allotted space, please use smaller policy.",
                ));
            }
            PolicyDocument::parse(text.as_str(), PolicyKind::Session)
                .map_err(|why| fault::malformed_policy_document(why.to_string()))?;
            policies.push(SessionPolicy::Inline(text.clone()));
        }
        let arns = self.PolicyArns.as_deref().unwrap_or_default();
        if arns.len() > POLICY_ARNS_MAX {
            return Err(Fault::validation(format!(
                "The number of managed policies passed exceeds the limit of {POLICY_ARNS_MAX}."
            )));
        }
        for arn in arns.iter().filter_map(|policy| policy.arn.as_deref()) {
            if !cx.ports().roles.has_managed_policy(cx.state(), account, arn) {
                return Err(fault::malformed_policy_document(format!(
                    "The policy {arn} is not attachable or does not exist."
                )));
            }
        }
        policies.extend(arns.iter().filter_map(|policy| policy.arn.clone()).map(SessionPolicy::Managed));
        Ok(policies)
    }
}

impl Op for AssumeRole {
    const NAME: &'static str = "AssumeRole";
    const READ_ONLY: bool = false;
    type Output = Output;

    /// A role that does not exist is asked for like one whose trust policy allows nobody: the caller cannot tell.
    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let role = self.role(cx)?;
        let tags = self.session_tags(cx)?;
        let trust = match &role {
            Some(role) => role.trust.clone(),
            None => PolicyDocument::stored(NOBODY, PolicyKind::Trust),
        };
        let policy = ResourcePolicy { name: self.RoleArn.clone(), document: trust, must_allow: true };
        let role_tags = role.map(|role| role.tags);
        // Every role of a chain must allow the identity to be set, also when it is inherited (IAM User Guide, "Monitor and
        // control actions taken with assumed roles").
        let source = self.source_identity(cx.caller());
        let base = |action: &'static str| {
            let mut ask = Ask::action(action)
                .on(&self.RoleArn)
                .resource_tags(role_tags.clone())
                .resource_policy(Some(policy.clone()));
            ask = ask.request_tags(tags.iter().map(|tag| (tag.key.as_str(), tag.value.as_str())));
            ask = ask.key("sts:RoleSessionName", [self.RoleSessionName.clone()]);
            if let Some(id) = &self.ExternalId {
                ask = ask.key("sts:ExternalId", [id.clone()]);
            }
            if let Some(source) = source {
                ask = ask.key("sts:SourceIdentity", [source.clone()]);
            }
            if let Some(keys) = &self.TransitiveTagKeys {
                ask = ask.key("sts:TransitiveTagKeys", keys.clone());
            }
            ask
        };
        let mut ask = base("sts:AssumeRole");
        if !tags.is_empty() {
            ask = ask.and(base("sts:TagSession"));
        }
        if source.is_some() {
            ask = ask.and(base("sts:SetSourceIdentity"));
        }
        Ok(ask)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        if matches!(cx.caller().principal, Principal::Root { .. }) {
            return Err(fault::access_denied("Roles may not be assumed by root accounts."));
        }
        model::check_mfa(self.SerialNumber.as_deref(), self.TokenCode.as_deref())?;
        let role =
            self.role(&cx.read())?.ok_or_else(|| Fault::internal("the role went away inside its own transaction"))?;
        let chained = matches!(cx.caller().principal, Principal::AssumedRole { .. });
        let duration_secs = self.DurationSeconds.unwrap_or(DEFAULT_SECS);
        if duration_secs > role.max_session_secs {
            return Err(Fault::validation(
                "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.",
            ));
        }
        if chained && duration_secs > CHAINED_SECS_MAX {
            return Err(Fault::validation(
                "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
            ));
        }
        let held = cx.caller().session.as_ref().and_then(|session| session.source_identity.clone());
        if held.is_some() && self.SourceIdentity.is_some() && held != self.SourceIdentity {
            return Err(fault::access_denied("The source identity of a session cannot be changed."));
        }
        let tags = self.session_tags(&cx.read())?;
        let policies = self.session_policies(&cx.read(), role.account)?;
        let packed = policies.iter().map(|policy| match policy {
            SessionPolicy::Inline(text) => text.chars().count(),
            SessionPolicy::Managed(arn) => arn.len(),
        });
        let packed = packed.chain(tags.iter().map(|tag| tag.key.len() + tag.value.len())).sum::<usize>();

        let source_identity = self.source_identity(cx.caller()).cloned();
        let principal = Principal::AssumedRole {
            account: role.account,
            path: role.path,
            role: role.name,
            role_id: role.id,
            session: self.RoleSessionName,
            service_linked: role.service_linked,
        };
        let now = cx.now().whole_seconds();
        let session = Session {
            issued_at: now,
            expires_at: now.plus_secs(duration_secs),
            mfa_at: None,
            source_identity,
            tags,
            policies,
            chained,
        };
        Ok(Output {
            Credentials: model::issue(cx, &principal, &session)?,
            AssumedRoleUser: wire::AssumedRoleUser { AssumedRoleId: principal.user_id(), Arn: principal.arn() },
            // The share of the space for session policies and tags that is used, in percent.
            PackedPolicySize: (packed > 0).then(|| (packed * 100 / (2 * POLICY_CHARS_MAX)).clamp(1, 100) as i64),
            SourceIdentity: session.source_identity,
        })
    }
}

/// A trust policy that trusts nobody.
const NOBODY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:*","Condition":{"StringEquals":{"aws:userid":""}}}]}"#;
