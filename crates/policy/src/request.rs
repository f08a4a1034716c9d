//! What is asked, and the policies that apply to it, layer by layer.

use crate::context::Context;
use crate::document::Policy;
use crate::principal::{PrincipalFacts, Reach};
use serde::{Deserialize, Serialize};
use std::fmt;

/// One action by one principal on one resource.
#[derive(Debug, Clone, Copy)]
pub struct Request<'a> {
    pub principal: &'a PrincipalFacts,
    /// `service:Verb`, in any case.
    pub action: &'a str,
    /// The resource's ARN, or `*` for an action without a resource.
    pub resource: &'a str,
    /// The account that owns the resource. `None` where there is no resource or the caller's account owns it by nature;
    /// then the request is within one account.
    pub resource_account: Option<&'a str>,
    pub context: &'a Context,
}

impl Request<'_> {
    /// Whether caller and resource belong to different accounts.
    pub fn is_cross_account(&self) -> bool {
        self.resource_account.is_some_and(|owner| self.principal.account.as_deref() != Some(owner))
    }

    /// Whether both sides belong to one account or one organisation: only then does AWS name the policy that denied.
    pub(crate) fn is_among_friends(&self) -> bool {
        let organization = self.context.one("aws:PrincipalOrgID");
        !self.is_cross_account() || (organization.is_some() && organization == self.context.one("aws:ResourceOrgID"))
    }
}

/// A compiled policy and what it is called: its ARN, or for an inline policy its name.
#[derive(Debug, Clone, Copy)]
pub struct Source<'a> {
    pub name: &'a str,
    pub policy: &'a Policy,
}

/// Something on the resource's side that can allow.
#[derive(Debug, Clone, Copy)]
pub enum ResourceSource<'a> {
    /// A resource-based policy, a key policy or a role's trust policy.
    Policy(Source<'a>),
    /// A KMS grant, an ACL entry or the like that the service found to allow this very request. It cannot deny.
    Grant { name: &'a str, reach: Reach },
}

/// Everything that applies to a request. An empty value is no policy at all: then only a root user is allowed anything.
#[derive(Debug, Clone, Copy, Default)]
pub struct Policies<'a> {
    /// Resource control policies of the resource's account, one list per level from the organisation's root down to the
    /// account; each level must allow. Empty where RCPs are off, do not cover the service, or the resource belongs to the
    /// management account.
    pub rcps: &'a [Vec<Source<'a>>],
    /// Service control policies of the caller's account, level by level as above. Empty where SCPs are off.
    pub scps: &'a [Vec<Source<'a>>],
    /// The policy of the VPC endpoint the request came through.
    pub endpoint: Option<Source<'a>>,
    pub resource: &'a [ResourceSource<'a>],
    /// Whether the resource's side must allow even within the account, as KMS key policies and role trust policies must.
    pub resource_must_allow: bool,
    /// Managed and inline policies of the user and its groups, or of the role; of a federated user, the user's.
    pub identity: &'a [Source<'a>],
    pub boundary: Option<Source<'a>>,
    /// The session's policies, inline and by ARN; `None` where the session was made without.
    pub session: Option<&'a [Source<'a>]>,
}

/// The layers, in the order AWS considers them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Layer {
    ResourceControl,
    ServiceControl,
    Endpoint,
    Resource,
    /// A resource-based policy that is a role's trust policy.
    RoleTrust,
    Identity,
    Boundary,
    Session,
}

impl Layer {
    /// What AWS calls a policy of this layer.
    pub const fn policy_type(self) -> &'static str {
        match self {
            Layer::ResourceControl => "resource control policy",
            Layer::ServiceControl => "service control policy",
            Layer::Endpoint => "VPC endpoint policy",
            Layer::Resource => "resource-based policy",
            Layer::RoleTrust => "role trust policy",
            Layer::Identity => "identity-based policy",
            Layer::Boundary => "permissions boundary",
            Layer::Session => "session policy",
        }
    }
}

impl fmt::Display for Layer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.policy_type())
    }
}
