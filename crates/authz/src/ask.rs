//! What an operation asks for before it runs.

use crate::PolicyDocument;
use bastide_base::AccountId;
use bastide_policy::Reach;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// The permissions an operation needs. It has no empty form: an operation that needs none says why.
#[derive(Debug, Clone)]
pub enum Ask {
    /// At least one; all must be granted.
    Needs(Box<Need>, Vec<Need>),
    /// AWS leaves the call open; the reason is for the reader and goes into the record.
    Exempt(&'static str),
}

/// One action on one resource under the request's condition keys.
#[derive(Debug, Clone)]
pub struct Need {
    /// `iam:CreateUser`.
    pub action: Cow<'static, str>,
    pub resource: Resource,
    /// Condition keys of this request beside the global ones, each with its values.
    pub keys: Vec<(Cow<'static, str>, Vec<String>)>,
}

/// What the action is done to.
#[derive(Debug, Clone)]
pub struct Resource {
    /// The ARN, or `*` for actions that name no resource.
    pub arn: String,
    /// How AWS's AccessDenied sentence calls it, where that is not the ARN (IAM says `user alice`).
    pub shown: Option<String>,
    /// Whose it is; the caller's own account where the action names no resource.
    pub account: Option<AccountId>,
    /// Its tags, for `aws:ResourceTag/*`; `None` when it does not exist (yet) or has none by nature.
    pub tags: Option<Vec<(String, String)>>,
    pub policy: Option<ResourcePolicy>,
    /// What the service found to allow this very request besides the policy: KMS grants, ACL entries.
    pub grants: Vec<Grant>,
}

/// Something on the resource's side that allows and cannot deny.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    /// How an explanation calls it.
    pub name: String,
    /// How directly it names the caller.
    pub reach: Reach,
}

/// The policy that a resource carries.
#[derive(Debug, Clone)]
pub struct ResourcePolicy {
    /// How an explanation calls it (the resource's ARN).
    pub name: String,
    pub document: PolicyDocument,
    /// Trust and key policies: without an allow here nothing else can allow.
    pub must_allow: bool,
}

impl Ask {
    /// Needs `action`, on no resource in particular.
    pub fn action(action: impl Into<Cow<'static, str>>) -> Self {
        let resource =
            Resource { arn: "*".to_owned(), shown: None, account: None, tags: None, policy: None, grants: Vec::new() };
        Ask::Needs(Box::new(Need { action: action.into(), resource, keys: Vec::new() }), Vec::new())
    }

    /// Needs nothing. `reason` says which AWS document leaves the call open.
    pub fn exempt(reason: &'static str) -> Self {
        Ask::Exempt(reason)
    }

    fn last(&mut self) -> Option<&mut Need> {
        match self {
            Ask::Needs(first, rest) => Some(rest.last_mut().unwrap_or(first)),
            Ask::Exempt(_) => None,
        }
    }

    /// On the resource with this ARN; its account is the one the ARN names.
    pub fn on(mut self, arn: impl ToString) -> Self {
        if let Some(need) = self.last() {
            need.resource.arn = arn.to_string();
            need.resource.account = need.resource.arn.split(':').nth(4).and_then(|part| part.parse().ok());
        }
        self
    }

    /// How AWS's AccessDenied sentence calls the resource, where that is not the ARN.
    pub fn shown_as(mut self, shown: impl Into<String>) -> Self {
        if let Some(need) = self.last() {
            need.resource.shown = Some(shown.into());
        }
        self
    }

    /// The resource's tags, for `aws:ResourceTag/*` and the service's own spelling of it (`iam:ResourceTag/*`).
    pub fn resource_tags(mut self, tags: Option<Vec<(String, String)>>) -> Self {
        if let Some(need) = self.last() {
            need.resource.tags = tags;
        }
        self
    }

    /// The tags that the request sets: `aws:RequestTag/*` and `aws:TagKeys`.
    pub fn request_tags<'a>(self, tags: impl IntoIterator<Item = (&'a str, &'a str)>) -> Self {
        let mut keys = Vec::new();
        let mut ask = self;
        for (key, value) in tags {
            keys.push(key.to_owned());
            ask = ask.key(format!("aws:RequestTag/{key}"), [value.to_owned()]);
        }
        if keys.is_empty() { ask } else { ask.key("aws:TagKeys", keys) }
    }

    /// A condition key of this request.
    pub fn key(mut self, name: impl Into<Cow<'static, str>>, values: impl IntoIterator<Item = String>) -> Self {
        if let Some(need) = self.last() {
            need.keys.push((name.into(), values.into_iter().collect()));
        }
        self
    }

    /// The policy that the resource carries.
    pub fn resource_policy(mut self, policy: Option<ResourcePolicy>) -> Self {
        if let Some(need) = self.last() {
            need.resource.policy = policy;
        }
        self
    }

    /// A grant or ACL entry that allows this very request.
    pub fn granted_by(mut self, grants: impl IntoIterator<Item = Grant>) -> Self {
        if let Some(need) = self.last() {
            need.resource.grants.extend(grants);
        }
        self
    }

    /// Needs what `other` needs, too.
    pub fn and(self, other: Ask) -> Self {
        match (self, other) {
            (Ask::Needs(first, mut rest), Ask::Needs(second, more)) => {
                rest.push(*second);
                rest.extend(more);
                Ask::Needs(first, rest)
            }
            (Ask::Exempt(_), needs) | (needs, Ask::Exempt(_)) => needs,
        }
    }

    /// Every need, first to last; none when exempt.
    pub fn needs(&self) -> impl Iterator<Item = &Need> {
        let (first, rest) = match self {
            Ask::Needs(first, rest) => (Some(first.as_ref()), rest.as_slice()),
            Ask::Exempt(_) => (None, [].as_slice()),
        };
        first.into_iter().chain(rest)
    }
}
