//! What Organizations is about: the organization, its tree of units and accounts, policies, handshakes. Facts and limits;
//! nothing of the wire and nothing of how they are stored.
//!
//! Limits are AWS's present defaults (Organizations User Guide, "Quotas and service limits"; ten service control policies
//! of 10,240 characters each since May 2026).

use bastide_authz::PolicyDocument;
use bastide_base::{AccountId, Timestamp};
use bastide_policy::PolicyKind;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The management account, closed accounts, open invitations and accounts in the making count.
pub const ACCOUNTS_MAX: usize = 10;
pub const UNITS_MAX: usize = 2000;
/// Levels of units below the root.
pub const DEPTH_MAX: usize = 5;
pub const TAGS_MAX: usize = 50;
pub const DAY_SECS: i64 = 86_400;
pub const INVITATION_DAYS: i64 = 15;
pub const FEATURES_DAYS: i64 = 90;
/// How long lists show handshakes that came to an end.
pub const HANDSHAKES_SHOWN_DAYS: i64 = 30;
/// A created account must have existed this long before it can leave.
pub const REMOVAL_DAYS: i64 = 4;
/// How long a closed account stays before it is gone.
pub const CLOSURE_DAYS: i64 = 90;
/// Seconds from asking for an account to having it.
pub const CREATION_SECS: i64 = 1;
pub const ROLE_NAME_DEFAULT: &str = "OrganizationAccountAccessRole";

pub type Tags = BTreeMap<String, String>;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum FeatureSet {
    All,
    ConsolidatedBilling,
}

impl FeatureSet {
    pub const fn word(self) -> &'static str {
        match self {
            FeatureSet::All => "ALL",
            FeatureSet::ConsolidatedBilling => "CONSOLIDATED_BILLING",
        }
    }
}

/// The policy types that are enforced here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum PolicyType {
    ServiceControl,
    ResourceControl,
}

impl PolicyType {
    pub const ALL: [PolicyType; 2] = [PolicyType::ServiceControl, PolicyType::ResourceControl];

    pub const fn word(self) -> &'static str {
        match self {
            PolicyType::ServiceControl => "SERVICE_CONTROL_POLICY",
            PolicyType::ResourceControl => "RESOURCE_CONTROL_POLICY",
        }
    }

    /// As in ARNs.
    pub const fn path(self) -> &'static str {
        match self {
            PolicyType::ServiceControl => "service_control_policy",
            PolicyType::ResourceControl => "resource_control_policy",
        }
    }

    pub const fn kind(self) -> PolicyKind {
        match self {
            PolicyType::ServiceControl => PolicyKind::Scp,
            PolicyType::ResourceControl => PolicyKind::Rcp,
        }
    }

    /// The policy of AWS's that allows everything, attached wherever the type is enabled.
    pub const fn default_id(self) -> &'static str {
        match self {
            PolicyType::ServiceControl => "p-FullAWSAccess",
            PolicyType::ResourceControl => "p-RCPFullAWSAccess",
        }
    }

    /// Characters of a policy, white space counted.
    pub const fn size_max(self) -> usize {
        match self {
            PolicyType::ServiceControl => 10_240,
            PolicyType::ResourceControl => 5_120,
        }
    }

    /// Policies attached to one root, unit or account, AWS's own counted.
    pub const fn attached_max(self) -> usize {
        match self {
            PolicyType::ServiceControl => 10,
            PolicyType::ResourceControl => 5,
        }
    }

    pub const fn per_organization_max(self) -> usize {
        match self {
            PolicyType::ServiceControl => 10_000,
            PolicyType::ResourceControl => 1_000,
        }
    }

    /// `None` for the types that are not enforced here.
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.word() == word)
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Organization {
    /// `o-…`.
    pub id: String,
    /// `r-…`: there is one root.
    pub root: String,
    pub management: AccountId,
    pub features: FeatureSet,
    pub created: Timestamp,
    /// The policy types in force.
    pub enabled: BTreeSet<PolicyType>,
    pub root_tags: Tags,
}

impl Organization {
    /// The ARN of something of this organization (`account`, `ou`, `root`, `policy`, `handshake`).
    pub fn arn(&self, kind: &str, rest: &str) -> String {
        format!("arn:aws:organizations::{}:{kind}/{}/{rest}", self.management, self.id)
    }

    pub fn own_arn(&self) -> String {
        format!("arn:aws:organizations::{}:organization/{}", self.management, self.id)
    }
}

/// An account in an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    pub account: AccountId,
    pub organization: String,
    /// The root or a unit.
    pub parent: String,
    pub joined: Timestamp,
    /// It was made by this organization; else it was invited (or is the management account).
    pub created: bool,
    /// When it was closed.
    pub closed: Option<Timestamp>,
    pub tags: Tags,
}

impl Member {
    pub const fn status(&self) -> &'static str {
        if self.closed.is_some() { "SUSPENDED" } else { "ACTIVE" }
    }
}

/// What is known of an account whether or not it is in an organization.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Profile {
    pub name: String,
    pub email: String,
}

/// An organizational unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    pub id: String,
    pub name: String,
    pub parent: String,
    pub tags: Tags,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Policy {
    pub id: String,
    pub kind: PolicyType,
    pub name: String,
    pub description: String,
    pub document: PolicyDocument,
    pub tags: Tags,
    /// AWS's own: nobody changes it.
    pub aws_managed: bool,
}

impl Policy {
    pub fn arn(&self, organization: &Organization) -> String {
        let Policy { id, kind, .. } = self;
        match self.aws_managed {
            true => format!("arn:aws:organizations::aws:policy/{}/{id}", kind.path()),
            false => organization.arn("policy", &format!("{}/{id}", kind.path())),
        }
    }
}

/// An account in the making.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Creation {
    pub id: String,
    pub name: String,
    pub email: String,
    pub role_name: String,
    pub tags: Tags,
    pub requested: Timestamp,
    pub state: CreationState,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub enum CreationState {
    InProgress,
    Succeeded { at: Timestamp, account: AccountId },
    Failed { at: Timestamp, reason: String },
}

impl CreationState {
    pub const fn word(&self) -> &'static str {
        match self {
            CreationState::InProgress => "IN_PROGRESS",
            CreationState::Succeeded { .. } => "SUCCEEDED",
            CreationState::Failed { .. } => "FAILED",
        }
    }
}

/// What a handshake is about.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Action {
    /// An account is to join.
    Invite,
    /// The management account wants all features, and finishes that once everybody approved.
    EnableAllFeatures,
    /// A member that was invited is asked to approve.
    ApproveAllFeatures,
}

impl Action {
    pub const fn word(self) -> &'static str {
        match self {
            Action::Invite => "INVITE",
            Action::EnableAllFeatures => "ENABLE_ALL_FEATURES",
            Action::ApproveAllFeatures => "APPROVE_ALL_FEATURES",
        }
    }

    /// As in ARNs.
    pub const fn path(self) -> &'static str {
        match self {
            Action::Invite => "invite",
            Action::EnableAllFeatures => "enable_all_features",
            Action::ApproveAllFeatures => "approve_all_features",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Handshake {
    pub id: String,
    pub action: Action,
    /// The handshake that this one is a part of.
    pub parent: Option<String>,
    pub organization: String,
    /// Who asks.
    pub management: AccountId,
    /// Who is to accept.
    pub account: AccountId,
    /// The account was invited by this address instead of its number.
    pub by_email: Option<String>,
    pub notes: Option<String>,
    pub requested: Timestamp,
    pub expires: Timestamp,
    /// How and when it ended; expiry is not written down, the clock tells.
    pub ended: Option<(HandshakeEnd, Timestamp)>,
    /// For the account, once it joins.
    pub tags: Tags,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum HandshakeEnd {
    Accepted,
    Declined,
    Canceled,
}

impl HandshakeEnd {
    pub const fn word(self) -> &'static str {
        match self {
            HandshakeEnd::Accepted => "ACCEPTED",
            HandshakeEnd::Declined => "DECLINED",
            HandshakeEnd::Canceled => "CANCELED",
        }
    }
}

impl Handshake {
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.ended.is_none() && now < self.expires
    }

    pub fn state(&self, now: Timestamp) -> &'static str {
        match self.ended {
            Some((end, _)) => end.word(),
            None if now < self.expires => "OPEN",
            None => "EXPIRED",
        }
    }

    /// Whether lists still show it.
    pub fn is_shown(&self, now: Timestamp) -> bool {
        let end = self.ended.map_or(self.expires, |(_, at)| at);
        now < end.plus_secs(HANDSHAKES_SHOWN_DAYS * DAY_SECS)
    }
}

/// Services that can be given trusted access (Organizations User Guide, "AWS services that you can use with AWS
/// Organizations"), and whether a member account can administer them.
pub const TRUSTED_SERVICES: &[(&str, bool)] = &[
    ("access-analyzer.amazonaws.com", true),
    ("account.amazonaws.com", true),
    ("agentless.inspector2.amazonaws.com", false),
    ("aws-artifact-account-sync.amazonaws.com", false),
    ("auditmanager.amazonaws.com", true),
    ("backup.amazonaws.com", true),
    ("cloudtrail.amazonaws.com", true),
    ("compute-optimizer.amazonaws.com", true),
    ("config-multiaccountsetup.amazonaws.com", true),
    ("config.amazonaws.com", true),
    ("controltower.amazonaws.com", false),
    ("cost-optimization-hub.bcm.amazonaws.com", true),
    ("detective.amazonaws.com", true),
    ("devops-guru.amazonaws.com", true),
    ("ds.amazonaws.com", false),
    ("fms.amazonaws.com", true),
    ("guardduty.amazonaws.com", true),
    ("health.amazonaws.com", true),
    ("iam.amazonaws.com", true),
    ("inspector2.amazonaws.com", true),
    ("ipam.amazonaws.com", true),
    ("license-manager.amazonaws.com", true),
    ("license-manager.member-account.amazonaws.com", false),
    ("macie.amazonaws.com", true),
    ("malware-protection.guardduty.amazonaws.com", true),
    ("member.org.stacksets.cloudformation.amazonaws.com", true),
    ("networkmanager.amazonaws.com", true),
    ("notifications.amazonaws.com", true),
    ("ram.amazonaws.com", false),
    ("reachabilityanalyzer.networkinsights.amazonaws.com", true),
    ("reporting.trustedadvisor.amazonaws.com", true),
    ("resource-explorer-2.amazonaws.com", true),
    ("securityhub.amazonaws.com", true),
    ("securitylake.amazonaws.com", true),
    ("servicecatalog.amazonaws.com", true),
    ("servicequotas.amazonaws.com", false),
    ("ssm.amazonaws.com", true),
    ("sso.amazonaws.com", true),
    ("stacksets.cloudformation.amazonaws.com", true),
    ("storage-lens.s3.amazonaws.com", true),
    ("tagpolicies.tag.amazonaws.com", true),
    ("wellarchitected.amazonaws.com", false),
];
