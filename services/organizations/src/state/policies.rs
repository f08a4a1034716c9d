//! Policies, the types in force, and what is attached where.

use super::{Attachments, Members, Organizations, Policies, Units, tree};
use crate::fault;
use crate::model::{FeatureSet, Organization, Policy, PolicyType, Tags};
use bastide_authz::PolicyDocument;
use bastide_kernel::Fault;
use bastide_shape::authorization::resource_control;
use bastide_store::{Snapshot, Tx};
use serde_json::Value;
use std::sync::{Arc, LazyLock};

/// AWS's own, the same in every organization.
static DEFAULTS: LazyLock<[Arc<Policy>; 2]> = LazyLock::new(|| {
    let policy = |kind: PolicyType, name: &str, description: &str, text: &str| {
        Arc::new(Policy {
            id: kind.default_id().to_owned(),
            kind,
            name: name.to_owned(),
            description: description.to_owned(),
            document: PolicyDocument::stored(text, kind.kind()),
            tags: Tags::new(),
            aws_managed: true,
        })
    };
    [
        policy(
            PolicyType::ServiceControl,
            "FullAWSAccess",
            "Allows access to every operation",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#,
        ),
        policy(
            PolicyType::ResourceControl,
            "RCPFullAWSAccess",
            "Allows access to every resource",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}]}"#,
        ),
    ]
});

pub fn find(state: &Snapshot, organization: &Organization, id: &str) -> Option<Arc<Policy>> {
    let default = DEFAULTS.iter().find(|policy| policy.id == id).cloned();
    default.or_else(|| state.get::<Policies>((&*organization.id, id)))
}

/// # Errors
/// PolicyNotFound.
pub fn get(state: &Snapshot, organization: &Organization, id: &str) -> Result<Arc<Policy>, Fault> {
    find(state, organization, id).ok_or_else(fault::no_policy)
}

/// AWS's policies are not the customer's to change.
pub fn immutable() -> Fault {
    fault::invalid("IMMUTABLE_POLICY", "You specified a policy that is managed by AWS and can't be modified.")
}

/// AWS's own and the customer's, with their ids and sorted by them.
pub fn list(
    state: &Snapshot,
    organization: &Organization,
    kind: PolicyType,
) -> impl Iterator<Item = (String, Arc<Policy>)> {
    let own = state.scan::<Policies>((&*organization.id,)).map(|((_, id), policy)| (id, policy));
    let mut all: Vec<_> = DEFAULTS.iter().map(|policy| (policy.id.clone(), policy.clone())).chain(own).collect();
    all.sort_by(|(left, _), (right, _)| left.cmp(right));
    all.into_iter().filter(move |(_, policy)| policy.kind == kind)
}

/// Takes a document in.
///
/// # Errors
/// MalformedPolicyDocument; ConstraintViolation when it is too long.
fn parse(kind: PolicyType, text: String) -> Result<PolicyDocument, Fault> {
    if text.chars().count() > kind.size_max() {
        return Err(fault::constraint("POLICY_CONTENT_LIMIT_EXCEEDED", "You have exceeded the maximum policy size."));
    }
    let malformed = || {
        fault::malformed_policy(
            "The provided policy document does not meet the requirements of the specified policy type.",
        )
    };
    let document = PolicyDocument::parse(text, kind.kind()).map_err(|_| malformed())?;
    if kind == PolicyType::ResourceControl && !is_resource_control(document.text()) {
        return Err(malformed());
    }
    Ok(document)
}

/// What a customer's resource control policy may say beyond the grammar: it only denies, everybody, and only actions of
/// services that resource control policies cover (Organizations User Guide, "RCP syntax").
fn is_resource_control(text: &str) -> bool {
    let Ok(policy) = serde_json::from_str::<Value>(text) else { return false };
    let statements = match policy.get("Statement") {
        Some(Value::Array(statements)) => statements.as_slice(),
        Some(statement) => std::slice::from_ref(statement),
        None => return false,
    };
    let covered = |action: &Value| {
        let prefix = action.as_str().and_then(|action| action.split_once(':')).map(|(prefix, _)| prefix);
        prefix.is_some_and(resource_control)
    };
    statements.iter().all(|statement| {
        let actions = match statement.get("Action") {
            Some(Value::Array(actions)) => actions.as_slice(),
            Some(action) => std::slice::from_ref(action),
            None => return false,
        };
        statement.get("Effect").is_some_and(|effect| effect == "Deny")
            && statement.get("Principal").is_some_and(|principal| principal == "*")
            && actions.iter().all(covered)
    })
}

/// What a policy is made of.
pub struct New {
    pub id: String,
    pub kind: PolicyType,
    pub name: String,
    pub description: String,
    pub content: String,
    pub tags: Tags,
}

/// # Errors
/// PolicyTypeNotAvailable without all features; DuplicatePolicy; MalformedPolicyDocument; ConstraintViolation.
pub fn create(tx: &mut Tx, organization: &Organization, new: New) -> Result<Policy, Fault> {
    available(organization)?;
    let New { id, kind, name, description, content, tags } = new;
    free(tx, organization, kind, &name, None)?;
    if list(tx, organization, kind).filter(|(_, policy)| !policy.aws_managed).count() >= kind.per_organization_max() {
        return Err(fault::constraint(
            "POLICY_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the maximum number of policies of this type.",
        ));
    }
    let policy = Policy { id, kind, name, description, document: parse(kind, content)?, tags, aws_managed: false };
    tx.put::<Policies>((&*organization.id, &*policy.id), policy.clone());
    Ok(policy)
}

fn available(organization: &Organization) -> Result<(), Fault> {
    match organization.features {
        FeatureSet::All => Ok(()),
        FeatureSet::ConsolidatedBilling => Err(fault::type_not_available(
            "You can't use the specified policy type with the feature set currently enabled for this organization.",
        )),
    }
}

/// Names are unique among the policies of one type.
fn free(
    state: &Snapshot,
    organization: &Organization,
    kind: PolicyType,
    name: &str,
    own: Option<&str>,
) -> Result<(), Fault> {
    match list(state, organization, kind).any(|(id, policy)| policy.name == name && Some(&*id) != own) {
        true => Err(fault::duplicate_policy("A policy with the specified name and type already exists.")),
        false => Ok(()),
    }
}

/// # Errors
/// PolicyNotFound; InvalidInput for AWS's policies; DuplicatePolicy; MalformedPolicyDocument; ConstraintViolation.
pub fn update(
    tx: &mut Tx,
    organization: &Organization,
    id: &str,
    name: Option<String>,
    description: Option<String>,
    content: Option<String>,
) -> Result<Policy, Fault> {
    let mut policy = Policy::clone(&*customers(tx, organization, id)?);
    if let Some(name) = name {
        free(tx, organization, policy.kind, &name, Some(id))?;
        policy.name = name;
    }
    policy.description = description.unwrap_or(policy.description);
    if let Some(content) = content {
        policy.document = parse(policy.kind, content)?;
    }
    tx.put::<Policies>((&*organization.id, id), policy.clone());
    Ok(policy)
}

fn customers(state: &Snapshot, organization: &Organization, id: &str) -> Result<Arc<Policy>, Fault> {
    let policy = get(state, organization, id)?;
    if policy.aws_managed { Err(immutable()) } else { Ok(policy) }
}

/// # Errors
/// PolicyNotFound; InvalidInput for AWS's policies; PolicyInUse while it is attached.
pub fn delete(tx: &mut Tx, organization: &Organization, id: &str) -> Result<(), Fault> {
    customers(tx, organization, id)?;
    if !targets(tx, organization, id).is_empty() {
        return Err(fault::policy_in_use(
            "The policy is attached to one or more entities. You must detach it from all roots, OUs, and accounts before performing this operation.",
        ));
    }
    tx.delete::<Policies>((&*organization.id, id));
    Ok(())
}

/// Ids of what the policy is attached to.
pub fn targets(state: &Snapshot, organization: &Organization, policy: &str) -> Vec<String> {
    let all = state.scan::<Attachments>((&*organization.id,));
    all.filter(|((_, _, id), _)| id == policy).map(|((_, target, _), _)| target).collect()
}

/// Policies of one type attached to the target, with their ids.
pub fn attached(
    state: &Snapshot,
    organization: &Organization,
    target: &str,
    kind: PolicyType,
) -> impl Iterator<Item = (String, Arc<Policy>)> {
    let rows = state.scan::<Attachments>((&*organization.id, target)).filter(move |(_, found)| **found == kind);
    rows.filter_map(|((_, _, id), _)| find(state, organization, &id).map(|policy| (id, policy)))
        .collect::<Vec<_>>()
        .into_iter()
}

/// # Errors
/// PolicyNotFound, TargetNotFound, PolicyTypeNotEnabled, DuplicatePolicyAttachment, ConstraintViolation.
pub fn attach(tx: &mut Tx, organization: &Organization, id: &str, target: &str) -> Result<(), Fault> {
    let policy = get(tx, organization, id)?;
    tree::target(tx, organization, target)?;
    check_enabled(organization, policy.kind)?;
    if tx.contains::<Attachments>((&*organization.id, target, id)) {
        return Err(fault::duplicate_attachment("A policy with the specified name and type already exists."));
    }
    if attached(tx, organization, target, policy.kind).count() >= policy.kind.attached_max() {
        let message = "You have attached the maximum number of policies to the specified target.";
        return Err(fault::constraint("MAX_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", message));
    }
    tx.put::<Attachments>((&*organization.id, target, id), policy.kind);
    Ok(())
}

/// # Errors
/// PolicyNotFound, TargetNotFound, PolicyNotAttached; InvalidInput for RCPFullAWSAccess; ConstraintViolation for the last
/// service control policy of the target.
pub fn detach(tx: &mut Tx, organization: &Organization, id: &str, target: &str) -> Result<(), Fault> {
    let policy = get(tx, organization, id)?;
    tree::target(tx, organization, target)?;
    if id == PolicyType::ResourceControl.default_id() {
        return Err(fault::invalid("NON_DETACHABLE_POLICY", "You can't detach this AWS managed policy."));
    }
    if !tx.contains::<Attachments>((&*organization.id, target, id)) {
        return Err(fault::policy_not_attached("The policy isn't attached to the specified target."));
    }
    if attached(tx, organization, target, policy.kind).count() == 1 {
        let message = "You cannot remove the last policy attached to the specified target. You must have at least one attached at all times.";
        return Err(fault::constraint("MIN_POLICY_TYPE_ATTACHMENT_LIMIT_EXCEEDED", message));
    }
    tx.delete::<Attachments>((&*organization.id, target, id));
    Ok(())
}

/// # Errors
/// PolicyTypeNotEnabled.
pub fn check_enabled(organization: &Organization, kind: PolicyType) -> Result<(), Fault> {
    match organization.enabled.contains(&kind) {
        true => Ok(()),
        false => Err(fault::type_not_enabled("This operation can be performed only for enabled policy types.")),
    }
}

/// A new target begins with AWS's policy of every type in force.
pub fn attach_defaults(tx: &mut Tx, organization: &Organization, target: &str) {
    for kind in &organization.enabled {
        tx.put::<Attachments>((&*organization.id, target, kind.default_id()), *kind);
    }
}

/// The target is going.
pub fn detach_all(tx: &mut Tx, organization: &Organization, target: &str) {
    let keys: Vec<_> = tx.scan::<Attachments>((&*organization.id, target)).map(|(key, _)| key).collect();
    for key in keys {
        tx.delete::<Attachments>(key);
    }
}

/// Puts a type in force: AWS's policy, which allows everything, is attached everywhere.
///
/// # Errors
/// PolicyTypeNotAvailable, PolicyTypeAlreadyEnabled.
pub fn enable(tx: &mut Tx, organization: &Organization, kind: PolicyType) -> Result<Organization, Fault> {
    available(organization)?;
    if organization.enabled.contains(&kind) {
        return Err(fault::type_enabled("The specified policy type is already enabled."));
    }
    let id = &*organization.id;
    let units = tx.scan::<Units>((id,)).map(|((_, unit), _)| unit);
    let accounts = tx.scan::<Members>(()).filter(|(_, member)| member.organization == id);
    let mut targets: Vec<String> = units.chain(accounts.map(|(account, _)| account.to_string())).collect();
    targets.push(organization.root.clone());
    for target in targets {
        tx.put::<Attachments>((id, &*target, kind.default_id()), kind);
    }
    Ok(change(tx, organization, |row| {
        row.enabled.insert(kind);
    }))
}

/// Puts a type out of force: all its policies are detached everywhere.
///
/// # Errors
/// PolicyTypeNotEnabled.
pub fn disable(tx: &mut Tx, organization: &Organization, kind: PolicyType) -> Result<Organization, Fault> {
    check_enabled(organization, kind)?;
    let rows = tx.scan::<Attachments>((&*organization.id,)).filter(|(_, found)| **found == kind);
    let keys: Vec<_> = rows.map(|(key, _)| key).collect();
    for key in keys {
        tx.delete::<Attachments>(key);
    }
    Ok(change(tx, organization, |row| {
        row.enabled.remove(&kind);
    }))
}

fn change(tx: &mut Tx, organization: &Organization, how: impl FnOnce(&mut Organization)) -> Organization {
    let mut row = organization.clone();
    how(&mut row);
    tx.put::<Organizations>(&*row.id, row.clone());
    row
}
