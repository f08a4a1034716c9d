//! What IAM is about: users, groups, roles, managed policies, access keys. Their facts and limits; nothing of the wire and
//! nothing of how they are stored.
//!
//! Limits are AWS's defaults (IAM User Guide, "IAM and AWS STS quotas").

use bastide_authz::PolicyDocument;
use bastide_base::{AccountId, Arn, SecretString, Timestamp};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

pub const POLICIES_PER_ACCOUNT_MAX: usize = 1500;
/// Managed policies attached to one user, group or role.
pub const ATTACHED_MAX: usize = 10;
pub const VERSIONS_PER_POLICY_MAX: usize = 5;
/// Characters of a managed policy, white space not counted.
pub const MANAGED_POLICY_SIZE_MAX: usize = 6144;
/// Characters of a trust policy, white space not counted.
pub const TRUST_POLICY_SIZE_MAX: usize = 2048;
pub const ACCESS_KEYS_MAX: usize = 2;
pub const GROUPS_PER_USER_MAX: usize = 10;
pub const TAGS_MAX: usize = 50;
/// Seconds a role's session lasts at most, unless the role says otherwise.
pub const SESSION_SECS_DEFAULT: i64 = 3600;
/// Where service-linked roles live, and the policies made for them.
pub const SERVICE_ROLE_PATH: &str = "/aws-service-role/";

/// The three kinds of identity that policies are attached to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Kind {
    User,
    Group,
    Role,
}

impl Kind {
    /// As in ARNs and in most messages.
    pub const fn word(self) -> &'static str {
        match self {
            Kind::User => "user",
            Kind::Group => "group",
            Kind::Role => "role",
        }
    }

    /// As at the beginning of a message and in the names of quotas.
    pub const fn title(self) -> &'static str {
        match self {
            Kind::User => "User",
            Kind::Group => "Group",
            Kind::Role => "Role",
        }
    }

    pub const fn per_account_max(self) -> usize {
        match self {
            Kind::User => 5000,
            Kind::Group => 300,
            Kind::Role => 1000,
        }
    }

    /// Characters of all inline policies together, white space not counted.
    pub const fn inline_size_max(self) -> usize {
        match self {
            Kind::User => 2048,
            Kind::Group => 5120,
            Kind::Role => 10_240,
        }
    }
}

/// What users, groups and roles have in common.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Identity {
    /// Spelled as it was created; unique in its account whatever the case.
    pub name: String,
    /// Begins and ends with a slash.
    pub path: String,
    /// Never given out twice: what policies and sessions remember instead of the name.
    pub id: String,
    pub created: Timestamp,
    /// Inline policies by name.
    pub inline: BTreeMap<String, PolicyDocument>,
    /// ARNs of the attached managed policies.
    pub attached: BTreeSet<String>,
    /// ARN of the managed policy that is the permissions boundary. Groups have none.
    pub boundary: Option<String>,
    /// Groups have none.
    pub tags: Tags,
}

impl Identity {
    pub fn new(name: String, path: Option<String>, id: String, created: Timestamp) -> Self {
        let path = path.unwrap_or_else(|| "/".to_owned());
        let (inline, attached) = (BTreeMap::new(), BTreeSet::new());
        Identity {
            name,
            path,
            id,
            created: created.whole_seconds(),
            inline,
            attached,
            boundary: None,
            tags: Tags::default(),
        }
    }

    /// Characters of the inline policies together, `except` left out.
    pub fn inline_size(&self, except: &str) -> usize {
        self.inline.iter().filter(|(name, _)| *name != except).map(|(_, document)| policy_size(document.text())).sum()
    }
}

/// A user, group or role.
pub trait Entity: Clone + Serialize + DeserializeOwned + Send + Sync + 'static {
    const KIND: Kind;
    fn identity(&self) -> &Identity;
    fn identity_mut(&mut self) -> &mut Identity;

    fn name(&self) -> &str {
        &self.identity().name
    }

    fn id(&self) -> &str {
        &self.identity().id
    }

    fn arn(&self, account: AccountId) -> Arn {
        let Identity { path, name, .. } = self.identity();
        Arn::new("iam", "", Some(account), format_args!("{}{path}{name}", Self::KIND.word()))
    }
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct User {
    pub identity: Identity,
    /// Unique ids of the groups the user is in.
    pub groups: BTreeSet<String>,
    /// Ids of the access keys, in the order they were made.
    pub access_keys: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub identity: Identity,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Role {
    pub identity: Identity,
    pub trust: Trust,
    pub description: Option<String>,
    /// Longest session, in seconds.
    pub max_session_secs: i64,
}

/// A trust policy in its two forms.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Trust {
    /// What is evaluated: users and roles in `Principal` stand by their unique ids, so that a deleted and recreated one is
    /// no longer trusted (IAM User Guide, "AWS JSON policy elements: Principal").
    pub bound: PolicyDocument,
    /// What was written, where that differs.
    pub written: Option<String>,
}

impl User {
    pub fn new(identity: Identity) -> Self {
        User { identity, groups: BTreeSet::new(), access_keys: Vec::new() }
    }
}

macro_rules! entity {
    ($($type:ident)*) => {$(
        impl Entity for $type {
            const KIND: Kind = Kind::$type;
            fn identity(&self) -> &Identity {
                &self.identity
            }
            fn identity_mut(&mut self) -> &mut Identity {
                &mut self.identity
            }
        }
    )*};
}
entity!(User Group Role);

/// A customer's managed policy.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ManagedPolicy {
    pub name: String,
    pub path: String,
    pub id: String,
    pub description: Option<String>,
    pub created: Timestamp,
    /// When the default version last changed.
    pub updated: Timestamp,
    /// The version in force.
    pub default: u32,
    /// The number the next version gets; numbers are not used again.
    pub next: u32,
    pub versions: BTreeMap<u32, PolicyVersion>,
    pub tags: Tags,
}

#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PolicyVersion {
    pub document: PolicyDocument,
    pub created: Timestamp,
}

impl ManagedPolicy {
    pub fn arn(&self, account: AccountId) -> Arn {
        Arn::new("iam", "", Some(account), format_args!("policy{}{}", self.path, self.name))
    }
}

/// How a managed policy is used by an identity.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Usage {
    Permissions,
    Boundary,
}

impl Usage {
    pub const ALL: [Usage; 2] = [Usage::Permissions, Usage::Boundary];

    pub const fn word(self) -> &'static str {
        match self {
            Usage::Permissions => "permissions",
            Usage::Boundary => "boundary",
        }
    }
}

/// A long-term access key.
#[derive(Clone, Serialize, Deserialize)]
pub struct AccessKey {
    pub account: AccountId,
    pub owner: Owner,
    pub secret: SecretString,
    pub active: bool,
    pub created: Timestamp,
}

/// Whose an access key is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Owner {
    /// The account's root user.
    Root,
    /// The user with this unique id.
    User(String),
}

/// An AWS account, as far as IAM knows it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Account {
    pub created: Timestamp,
    pub email: Option<String>,
    pub alias: Option<String>,
    /// Ids of the root user's access keys, in the order they were made.
    pub root_access_keys: Vec<String>,
    /// When the account was closed: nobody in it can call since.
    #[serde(default)]
    pub closed: Option<Timestamp>,
}

/// Tags of one resource. Keys keep their spelling and are the same whatever their case.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tags(BTreeMap<String, (String, String)>);

impl Tags {
    /// Adds a tag; the same key in another spelling is replaced.
    pub fn set(&mut self, key: String, value: String) {
        self.0.insert(key.to_lowercase(), (key, value));
    }

    pub fn remove(&mut self, key: &str) {
        self.0.remove(&key.to_lowercase());
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Sorted by key.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.values().map(|(key, value)| (key.as_str(), value.as_str()))
    }

    pub fn to_vec(&self) -> Vec<(String, String)> {
        self.0.values().cloned().collect()
    }
}

/// Characters of a policy as AWS counts them: without white space.
pub fn policy_size(text: &str) -> usize {
    text.chars().filter(|letter| !letter.is_whitespace()).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_keep_their_spelling_and_ignore_its_case() {
        let mut tags = Tags::default();
        tags.set("Team".into(), "red".into());
        tags.set("cost".into(), "1".into());
        tags.set("TEAM".into(), "blue".into());
        assert_eq!(tags.iter().collect::<Vec<_>>(), [("cost", "1"), ("TEAM", "blue")]);
        tags.remove("team");
        assert_eq!(tags.len(), 1);
    }

    #[test]
    fn a_policy_is_measured_without_white_space() {
        assert_eq!(policy_size("{ \"a\" :\n\t1 }"), 7);
    }
}
