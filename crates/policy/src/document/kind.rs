//! The kinds of policy and what each may contain.

use crate::error::PolicyError;
use serde::{Deserialize, Serialize};

/// What a policy is attached to, and so which elements it has ("Policies and permissions in IAM").
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum PolicyKind {
    /// An inline policy of a user, group or role.
    Identity,
    /// A managed policy: as [`PolicyKind::Identity`], and of version 2012-10-17.
    Managed,
    /// A resource-based policy (bucket, key, queue, topic…): names principals; Resource may be left out where the service
    /// leaves it out.
    Resource,
    /// A role's trust policy: names principals, has no Resource, allows only STS actions.
    Trust,
    /// A service control policy.
    Scp,
    /// A resource control policy.
    Rcp,
    /// A policy passed to AssumeRole* or GetFederationToken.
    Session,
    /// A managed policy used as a permissions boundary.
    Boundary,
    /// A VPC endpoint's policy; without a Principal it is for everyone.
    Endpoint,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Element {
    Required,
    Optional,
    Forbidden,
}

/// The rules of one kind.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Grammar {
    pub(crate) principal: Element,
    pub(crate) resource: Element,
    /// Parsed by IAM's older, forgiving parser with its own texts, not by the strict one behind trust and resource policies.
    pub(crate) legacy: bool,
    /// Must be of version 2012-10-17.
    pub(crate) current_version: bool,
    /// Only `sts:` actions.
    pub(crate) sts_only: bool,
}

const LEGACY: Grammar = Grammar {
    principal: Element::Forbidden,
    resource: Element::Required,
    legacy: true,
    current_version: false,
    sts_only: false,
};
const STRICT: Grammar = Grammar { principal: Element::Required, legacy: false, ..LEGACY };

impl PolicyKind {
    pub(crate) const fn grammar(self) -> Grammar {
        match self {
            PolicyKind::Identity | PolicyKind::Session => LEGACY,
            PolicyKind::Managed | PolicyKind::Boundary => Grammar { current_version: true, ..LEGACY },
            PolicyKind::Resource => Grammar { resource: Element::Optional, ..STRICT },
            PolicyKind::Trust => Grammar { resource: Element::Forbidden, sts_only: true, ..STRICT },
            PolicyKind::Scp => Grammar { principal: Element::Forbidden, ..STRICT },
            PolicyKind::Rcp => STRICT,
            PolicyKind::Endpoint => Grammar { principal: Element::Optional, ..STRICT },
        }
    }
}

impl Grammar {
    pub(crate) fn not_json(&self) -> PolicyError {
        if self.legacy { PolicyError::Syntax } else { PolicyError::InvalidJson }
    }

    pub(crate) fn syntax(&self) -> PolicyError {
        if self.legacy { PolicyError::Syntax } else { PolicyError::SyntaxStrict }
    }
}
