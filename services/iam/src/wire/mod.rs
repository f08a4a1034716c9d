//! The structures that several answers share, spelled as AWS spells them, and how they come from the model.

pub mod page;

use crate::fault;
use crate::model::{self, Entity, Usage};
use crate::state::policies::{self, Managed};
use crate::state::{State, trust};
use bastide_base::{AccountId, Arn, Timestamp};
use bastide_kernel::{Fault, shape};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use std::collections::BTreeMap;

shape! {
    pub struct Tag { Key: String, Value: String }

    pub struct AttachedPermissionsBoundary { PermissionsBoundaryType: &'static str, PermissionsBoundaryArn: String }

    pub struct User {
        Path: String,
        UserName: Option<String>,
        UserId: String,
        Arn: Arn,
        CreateDate: Timestamp,
        PermissionsBoundary: Option<AttachedPermissionsBoundary>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct Group { Path: String, GroupName: String, GroupId: String, Arn: Arn, CreateDate: Timestamp }

    pub struct RoleLastUsed { LastUsedDate: Option<Timestamp>, Region: Option<String> }

    pub struct Role {
        Path: String,
        RoleName: String,
        RoleId: String,
        Arn: Arn,
        CreateDate: Timestamp,
        AssumeRolePolicyDocument: String,
        Description: Option<String>,
        MaxSessionDuration: Option<i64>,
        PermissionsBoundary: Option<AttachedPermissionsBoundary>,
        Tags: Option<Vec<Tag>>,
        RoleLastUsed: Option<RoleLastUsed>,
    }

    pub struct Policy {
        PolicyName: String,
        PolicyId: String,
        Arn: String,
        Path: String,
        DefaultVersionId: String,
        AttachmentCount: i64,
        PermissionsBoundaryUsageCount: i64,
        IsAttachable: bool,
        Description: Option<String>,
        CreateDate: Timestamp,
        UpdateDate: Timestamp,
        Tags: Option<Vec<Tag>>,
    }

    pub struct PolicyVersion { Document: Option<String>, VersionId: String, IsDefaultVersion: bool, CreateDate: Timestamp }

    pub struct AttachedPolicy { PolicyName: String, PolicyArn: String }
}

/// What RFC 3986 leaves as it is.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');

/// A policy document as IAM's answers carry it (IAM API Reference, GetUserPolicy: "URL-encoded compliant with RFC 3986").
pub fn encoded(document: &str) -> String {
    utf8_percent_encode(document, UNRESERVED).to_string()
}

/// Tags as a request gives them.
///
/// # Errors
/// InvalidInput for keys given twice and for keys that are AWS's own.
pub fn tags_from(tags: Vec<Tag>) -> Result<model::Tags, Fault> {
    let mut result = model::Tags::default();
    let count = tags.len();
    for Tag { Key, Value } in tags {
        if Key.to_lowercase().starts_with("aws:") {
            return Err(fault::invalid_input("System tags cannot be added/updated by requester"));
        }
        result.set(Key, Value);
    }
    match result.len() == count {
        true => Ok(result),
        false => Err(fault::invalid_input("Duplicate tag keys found. Please note that Tag keys are case insensitive.")),
    }
}

/// A tag as answers show it.
pub fn tag((key, value): (&str, &str)) -> Tag {
    Tag { Key: key.to_owned(), Value: value.to_owned() }
}

/// Tags as an answer shows them: not at all when there are none.
fn tags(tags: &model::Tags) -> Option<Vec<Tag>> {
    if tags.is_empty() { None } else { Some(tags.iter().map(tag).collect()) }
}

fn boundary(identity: &model::Identity) -> Option<AttachedPermissionsBoundary> {
    let arn = identity.boundary.clone()?;
    Some(AttachedPermissionsBoundary { PermissionsBoundaryType: "Policy", PermissionsBoundaryArn: arn })
}

/// A user as lists show it, without boundary and tags.
pub fn listed_user(account: AccountId, user: &model::User) -> User {
    let identity = user.identity();
    User {
        Path: identity.path.clone(),
        UserName: Some(identity.name.clone()),
        UserId: identity.id.clone(),
        Arn: user.arn(account),
        CreateDate: identity.created,
        PermissionsBoundary: None,
        Tags: None,
    }
}

pub fn user(account: AccountId, user: &model::User) -> User {
    let identity = user.identity();
    User { PermissionsBoundary: boundary(identity), Tags: tags(&identity.tags), ..listed_user(account, user) }
}

/// An account's root user, as GetUser shows it.
pub fn root_user(account: AccountId, created: Timestamp) -> User {
    User {
        Path: "/".to_owned(),
        UserName: None,
        UserId: account.to_string(),
        Arn: Arn::new("iam", "", Some(account), "root"),
        CreateDate: created,
        PermissionsBoundary: None,
        Tags: None,
    }
}

pub fn group(account: AccountId, group: &model::Group) -> Group {
    let identity = group.identity();
    Group {
        Path: identity.path.clone(),
        GroupName: identity.name.clone(),
        GroupId: identity.id.clone(),
        Arn: group.arn(account),
        CreateDate: identity.created,
    }
}

/// A role as lists show it, without boundary, tags and last use.
pub fn listed_role(state: &State, account: AccountId, role: &model::Role) -> Role {
    let identity = role.identity();
    Role {
        Path: identity.path.clone(),
        RoleName: identity.name.clone(),
        RoleId: identity.id.clone(),
        Arn: role.arn(account),
        CreateDate: identity.created,
        AssumeRolePolicyDocument: encoded(&trust::shown(state, &role.trust)),
        Description: role.description.clone(),
        MaxSessionDuration: Some(role.max_session_secs),
        PermissionsBoundary: None,
        Tags: None,
        RoleLastUsed: None,
    }
}

/// A role with all that is known of it.
pub fn role(state: &State, account: AccountId, role: &model::Role) -> Role {
    let identity = role.identity();
    Role {
        PermissionsBoundary: boundary(identity),
        Tags: tags(&identity.tags),
        RoleLastUsed: Some(RoleLastUsed { LastUsedDate: None, Region: None }),
        ..listed_role(state, account, role)
    }
}

/// A managed policy as lists show it, without description and tags.
pub fn listed_policy(state: &State, account: AccountId, policy: &Managed) -> Policy {
    let arn = policy.arn();
    let uses = |usage| policies::uses(state, account, &arn, usage) as i64;
    Policy {
        PolicyName: policy.name().to_owned(),
        PolicyId: policy.id(),
        Path: policy.path().to_owned(),
        DefaultVersionId: policy.default_version(),
        AttachmentCount: uses(Usage::Permissions),
        PermissionsBoundaryUsageCount: uses(Usage::Boundary),
        IsAttachable: true,
        Description: None,
        CreateDate: policy.created(),
        UpdateDate: policy.updated(),
        Tags: None,
        Arn: arn,
    }
}

/// A managed policy with all that is known of it. Unlike users and roles it shows an empty list of tags.
pub fn policy(state: &State, account: AccountId, policy: &Managed) -> Policy {
    let tags = match policy {
        Managed::Aws(_) => Vec::new(),
        Managed::Own(_, policy) => policy.tags.iter().map(tag).collect(),
    };
    let description = policy.description().map(str::to_owned);
    Policy { Description: description, Tags: Some(tags), ..listed_policy(state, account, policy) }
}

/// The managed policies attached to an identity under a path, with their sort keys, sorted by name.
pub fn attached(state: &State, identity: &model::Identity, prefix: Option<&str>) -> BTreeMap<String, AttachedPolicy> {
    let found = identity.attached.iter().filter_map(|arn| Some((arn, policies::find(state, arn)?)));
    let wanted = found.filter(|(_, policy)| policy.path().starts_with(prefix.unwrap_or("/")));
    let shown = |(arn, policy): (&String, Managed)| {
        // An account's policy may have the name of one of AWS's.
        let whose = if matches!(policy, Managed::Aws(_)) { "aws" } else { "own" };
        let attached = AttachedPolicy { PolicyName: policy.name().to_owned(), PolicyArn: arn.clone() };
        (format!("{} {whose}", policy.name().to_lowercase()), attached)
    };
    wanted.map(shown).collect()
}

/// The usages that a `PolicyUsageFilter` lets through.
pub fn usages(filter: Option<&str>) -> &'static [Usage] {
    match filter {
        Some("PermissionsPolicy") => &[Usage::Permissions],
        Some("PermissionsBoundary") => &[Usage::Boundary],
        _ => &Usage::ALL,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn documents_are_encoded_as_rfc_3986_says() {
        assert_eq!(encoded(r#"{"a": "x*~-._é"}"#), "%7B%22a%22%3A%20%22x%2A~-._%C3%A9%22%7D");
    }

    #[test]
    fn a_tag_key_is_given_once_whatever_its_case() {
        let tag = |key: &str| Tag { Key: key.into(), Value: "v".into() };
        let fault = tags_from(vec![tag("Team"), tag("team")]).err().unwrap();
        assert_eq!(
            fault.to_string(),
            "InvalidInputException: Duplicate tag keys found. Please note that Tag keys are case insensitive."
        );
        assert!(tags_from(vec![tag("AWS:x")]).is_err());
        assert_eq!(tags_from(vec![tag("Team"), tag("x")]).unwrap().len(), 2);
    }
}
