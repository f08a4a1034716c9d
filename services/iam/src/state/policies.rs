//! Managed policies: the account's own, and those that AWS gives to every account.

use super::{Names, Policies, Uses, entities};
use crate::fault;
use crate::model::{
    Kind, MANAGED_POLICY_SIZE_MAX, ManagedPolicy, POLICIES_PER_ACCOUNT_MAX, PolicyVersion, Tags, Usage,
    VERSIONS_PER_POLICY_MAX, policy_size,
};
use bastide_authz::PolicyDocument;
use bastide_base::{AccountId, PrincipalKind, Seed, Timestamp, unique_id};
use bastide_kernel::Fault;
use bastide_policy::PolicyKind;
use bastide_shape::managed;
use bastide_store::{Snapshot, Tx};
use std::collections::BTreeMap;
use std::sync::{Arc, LazyLock, OnceLock};

/// The word for policies in the index of names.
const WORD: &str = "policy";

/// What a policy ARN says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reference<'a> {
    /// Whose policy; `None` for AWS's.
    pub account: Option<AccountId>,
    /// Path and name, beginning with a slash.
    pub resource: &'a str,
}

/// A managed policy, whoever manages it.
#[derive(Debug, Clone)]
pub enum Managed {
    Aws(&'static managed::ManagedPolicy),
    Own(AccountId, Arc<ManagedPolicy>),
}

/// # Errors
/// InvalidInput for what is not the ARN of a managed policy.
pub fn parse_arn(arn: &str) -> Result<Reference<'_>, Fault> {
    reference(arn).ok_or_else(|| fault::bad_arn(arn))
}

fn reference(arn: &str) -> Option<Reference<'_>> {
    let (account, resource) = arn.strip_prefix("arn:aws:iam::")?.split_once(":policy")?;
    let name = resource.strip_prefix('/')?.rsplit('/').next()?;
    if name.is_empty() || resource.contains(':') {
        return None;
    }
    let account = if account == "aws" { None } else { Some(account.parse().ok()?) };
    Some(Reference { account, resource })
}

/// The policy with this ARN.
pub fn find(state: &Snapshot, arn: &str) -> Option<Managed> {
    let Reference { account, resource } = reference(arn)?;
    match account {
        None => managed::by_arn(arn).map(Managed::Aws),
        Some(account) => state.get::<Policies>((account, resource)).map(|row| Managed::Own(account, row)),
    }
}

/// # Errors
/// NoSuchEntity; InvalidInput for what is no policy ARN.
pub fn get(state: &Snapshot, arn: &str) -> Result<Managed, Fault> {
    parse_arn(arn)?;
    find(state, arn).ok_or_else(|| fault::no_policy(arn))
}

/// The account's own policies with their sort keys, sorted by name.
pub fn own(state: &Snapshot, account: AccountId) -> impl Iterator<Item = (String, Managed)> + '_ {
    let rows = state.scan::<Names>((account, WORD));
    rows.filter_map(move |((_, _, name), key)| {
        Some((name, Managed::Own(account, state.get::<Policies>((account, &**key))?)))
    })
}

/// AWS's policies with their sort keys, sorted by name whatever its case.
pub fn aws() -> impl Iterator<Item = (&'static str, Managed)> {
    static BY_NAME: LazyLock<BTreeMap<String, &'static managed::ManagedPolicy>> =
        LazyLock::new(|| managed::policies().iter().map(|policy| (policy.name.to_lowercase(), policy)).collect());
    BY_NAME.iter().map(|(name, policy)| (name.as_str(), Managed::Aws(policy)))
}

pub fn count(state: &Snapshot, account: AccountId) -> usize {
    state.scan::<Names>((account, WORD)).count()
}

/// How many identities of the account use the policy.
pub fn uses(state: &Snapshot, account: AccountId, arn: &str, usage: Usage) -> usize {
    state.scan::<Uses>((account, arn, usage.word())).count()
}

/// The identities of the account that use the policy: kind and unique id.
pub fn users_of<'a>(
    state: &'a Snapshot,
    account: AccountId,
    arn: &str,
    usage: Usage,
) -> impl Iterator<Item = (Kind, String)> + 'a {
    state.scan::<Uses>((account, arn, usage.word())).map(|((_, _, _, id), kind)| (*kind, id))
}

/// The document of AWS's policies, compiled once per process.
static AWS_DOCUMENTS: LazyLock<Vec<OnceLock<PolicyDocument>>> =
    LazyLock::new(|| managed::policies().iter().map(|_| OnceLock::new()).collect());

/// The document in force of the policy with this ARN; what every call of an identity it is attached to looks up.
pub fn document(state: &Snapshot, arn: &str) -> Option<PolicyDocument> {
    find(state, arn).and_then(|policy| policy.document())
}

impl Managed {
    pub fn name(&self) -> &str {
        match self {
            Managed::Aws(policy) => policy.name,
            Managed::Own(_, policy) => &policy.name,
        }
    }

    pub fn path(&self) -> &str {
        match self {
            Managed::Aws(policy) => policy.path,
            Managed::Own(_, policy) => &policy.path,
        }
    }

    pub fn arn(&self) -> String {
        match self {
            Managed::Aws(policy) => policy.arn(),
            Managed::Own(account, policy) => policy.arn(*account).into(),
        }
    }

    /// For AWS's policies made from the name: their real ids are not published.
    pub fn id(&self) -> String {
        match self {
            Managed::Aws(policy) => AccountId::from_number(0)
                .map(|aws| unique_id(PrincipalKind::ManagedPolicy, aws, &mut Seed::from_text(policy.name).stream(0, 0)))
                .unwrap_or_default(),
            Managed::Own(_, policy) => policy.id.clone(),
        }
    }

    pub fn created(&self) -> Timestamp {
        match self {
            Managed::Aws(policy) => policy.create_date,
            Managed::Own(_, policy) => policy.created,
        }
    }

    pub fn updated(&self) -> Timestamp {
        match self {
            Managed::Aws(policy) => policy.update_date,
            Managed::Own(_, policy) => policy.updated,
        }
    }

    pub fn default_version(&self) -> String {
        match self {
            Managed::Aws(policy) => policy.default_version_id.to_owned(),
            Managed::Own(_, policy) => version_id(policy.default),
        }
    }

    pub fn description(&self) -> Option<&str> {
        match self {
            Managed::Aws(_) => None,
            Managed::Own(_, policy) => policy.description.as_deref(),
        }
    }

    /// The document in force.
    pub fn document(&self) -> Option<PolicyDocument> {
        match self {
            Managed::Own(_, policy) => policy.versions.get(&policy.default).map(|version| version.document.clone()),
            Managed::Aws(policy) => {
                let at = managed::policies().binary_search_by(|known| known.name.cmp(policy.name)).ok()?;
                let document = || PolicyDocument::stored(policy.document(), PolicyKind::Managed);
                Some(AWS_DOCUMENTS.get(at)?.get_or_init(document).clone())
            }
        }
    }

    /// Every version that there still is: id, document, date, whether it is in force; newest first. Of AWS's policies only
    /// the one in force is known.
    pub fn versions(&self) -> Vec<(String, PolicyDocument, Timestamp, bool)> {
        match self {
            Managed::Aws(policy) => {
                let version = |document| (policy.default_version_id.to_owned(), document, policy.update_date, true);
                self.document().map(version).into_iter().collect()
            }
            Managed::Own(_, policy) => {
                let versions = policy.versions.iter().rev();
                let shown = |(number, version): (&u32, &PolicyVersion)| {
                    (version_id(*number), version.document.clone(), version.created, *number == policy.default)
                };
                versions.map(shown).collect()
            }
        }
    }
}

fn version_id(number: u32) -> String {
    format!("v{number}")
}

fn version_number(id: &str) -> Option<u32> {
    id.strip_prefix('v')?.parse().ok()
}

/// A managed policy's document, checked.
///
/// # Errors
/// MalformedPolicyDocument, LimitExceeded.
pub fn parse_document(text: String) -> Result<PolicyDocument, Fault> {
    let document = PolicyDocument::parse(text, PolicyKind::Managed).map_err(|error| fault::malformed(&error))?;
    match policy_size(document.text()) > MANAGED_POLICY_SIZE_MAX {
        true => Err(fault::quota("PolicySize", MANAGED_POLICY_SIZE_MAX)),
        false => Ok(document),
    }
}

/// What a new policy is made of.
pub struct NewPolicy {
    pub name: String,
    pub path: String,
    pub id: String,
    pub description: Option<String>,
    pub document: String,
    pub tags: Tags,
}

/// # Errors
/// EntityAlreadyExists, LimitExceeded, MalformedPolicyDocument.
pub fn create(tx: &mut Tx, account: AccountId, new: NewPolicy, now: Timestamp) -> Result<Managed, Fault> {
    let lower = new.name.to_lowercase();
    if tx.contains::<Names>((account, WORD, &*lower)) {
        let text = format!("A policy called {} already exists. Duplicate names are not allowed.", new.name);
        return Err(fault::already_exists(text));
    }
    if count(tx, account) >= POLICIES_PER_ACCOUNT_MAX {
        return Err(fault::quota("PoliciesPerAccount", POLICIES_PER_ACCOUNT_MAX));
    }
    let created = now.whole_seconds();
    let first = PolicyVersion { document: parse_document(new.document)?, created };
    let key = format!("{}{}", new.path, new.name);
    let policy = Arc::new(ManagedPolicy {
        name: new.name,
        path: new.path,
        id: new.id,
        description: new.description,
        created,
        updated: created,
        default: 1,
        next: 2,
        versions: BTreeMap::from([(1, first)]),
        tags: new.tags,
    });
    tx.put::<Names>((account, WORD, &*lower), key.clone());
    tx.put::<Policies>((account, &*key), policy.clone());
    Ok(Managed::Own(account, policy))
}

/// Changes a policy of the account's own.
///
/// # Errors
/// NoSuchEntity; InvalidInput for what is no policy ARN and for AWS's policies; whatever `change` refuses.
fn edit<R>(tx: &mut Tx, arn: &str, change: impl FnOnce(&mut ManagedPolicy) -> Result<R, Fault>) -> Result<R, Fault> {
    match get(tx, arn)? {
        Managed::Aws(_) => Err(fault::aws_managed(arn)),
        Managed::Own(account, policy) => {
            let mut policy = ManagedPolicy::clone(&policy);
            let result = change(&mut policy)?;
            let key = format!("{}{}", policy.path, policy.name);
            tx.put::<Policies>((account, &*key), policy);
            Ok(result)
        }
    }
}

/// Adds a version, in force at once if `in_force`; gives its id.
///
/// # Errors
/// As [`edit`], and LimitExceeded, MalformedPolicyDocument.
pub fn add_version(tx: &mut Tx, arn: &str, text: String, in_force: bool, now: Timestamp) -> Result<String, Fault> {
    edit(tx, arn, |policy| {
        if policy.versions.len() >= VERSIONS_PER_POLICY_MAX {
            return Err(fault::limit_exceeded(format!(
                "A managed policy can have up to {VERSIONS_PER_POLICY_MAX} versions. Before you create a new version, you must delete \
                 an existing version."
            )));
        }
        let (number, created) = (policy.next, now.whole_seconds());
        policy.versions.insert(number, PolicyVersion { document: parse_document(text)?, created });
        policy.next += 1;
        if in_force {
            (policy.default, policy.updated) = (number, created);
        }
        Ok(version_id(number))
    })
}

/// Puts a version in force.
///
/// # Errors
/// As [`edit`].
pub fn set_default(tx: &mut Tx, arn: &str, version: &str, now: Timestamp) -> Result<(), Fault> {
    edit(tx, arn, |policy| {
        let number = known_version(policy, arn, version)?;
        (policy.default, policy.updated) = (number, now.whole_seconds());
        Ok(())
    })
}

/// # Errors
/// As [`edit`], and DeleteConflict for the version in force.
pub fn delete_version(tx: &mut Tx, arn: &str, version: &str) -> Result<(), Fault> {
    edit(tx, arn, |policy| {
        let number = known_version(policy, arn, version)?;
        if number == policy.default {
            return Err(fault::delete_conflict("Cannot delete the default version of a policy."));
        }
        policy.versions.remove(&number);
        Ok(())
    })
}

fn known_version(policy: &ManagedPolicy, arn: &str, version: &str) -> Result<u32, Fault> {
    let known = version_number(version).filter(|number| policy.versions.contains_key(number));
    known.ok_or_else(|| fault::no_policy_version(arn, version))
}

/// Deletes a policy that nobody uses, with its only version.
///
/// # Errors
/// As [`edit`], and DeleteConflict.
pub fn delete(tx: &mut Tx, arn: &str) -> Result<(), Fault> {
    let Managed::Own(account, policy) = get(tx, arn)? else { return Err(fault::aws_managed(arn)) };
    if Usage::ALL.iter().any(|usage| uses(tx, account, arn, *usage) > 0) {
        return Err(fault::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if policy.versions.len() > 1 {
        return Err(fault::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default \
             version is deleted with the policy.",
        ));
    }
    let key = format!("{}{}", policy.path, policy.name);
    tx.delete::<Names>((account, WORD, &*policy.name.to_lowercase()));
    tx.delete::<Policies>((account, &*key));
    Ok(())
}

/// The tags of a policy of the account's own.
///
/// # Errors
/// NoSuchEntity; InvalidInput for what is no policy ARN and for AWS's policies, which have none.
pub fn tags(state: &Snapshot, arn: &str) -> Result<Tags, Fault> {
    match get(state, arn)? {
        Managed::Aws(_) => Err(fault::no_tags_here()),
        Managed::Own(_, policy) => Ok(policy.tags.clone()),
    }
}

/// # Errors
/// As [`tags`], and LimitExceeded.
pub fn tag(tx: &mut Tx, arn: &str, tags: &Tags) -> Result<(), Fault> {
    self::tags(tx, arn)?;
    edit(tx, arn, |policy| entities::add_tags(&mut policy.tags, tags, "Policy"))
}

/// # Errors
/// As [`tags`].
pub fn untag(tx: &mut Tx, arn: &str, keys: &[String]) -> Result<(), Fault> {
    self::tags(tx, arn)?;
    edit(tx, arn, |policy| {
        keys.iter().for_each(|key| policy.tags.remove(key));
        Ok(())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_policy_arn_says_whose_it_is() {
        let account = "111122223333".parse().ok();
        let cases = [
            ("arn:aws:iam::111122223333:policy/p", Some(Reference { account, resource: "/p" })),
            ("arn:aws:iam::111122223333:policy/a/b/p", Some(Reference { account, resource: "/a/b/p" })),
            ("arn:aws:iam::aws:policy/ReadOnlyAccess", Some(Reference { account: None, resource: "/ReadOnlyAccess" })),
            ("arn:aws:iam::111122223333:policy/", None),
            ("arn:aws:iam::111122223333:user/p", None),
            ("arn:aws:iam::aws:policy/arn:aws:iam::aws:policy/SecurityAudit", None),
            ("longpolicynamebutnoarn", None),
        ];
        for (arn, expected) in cases {
            assert_eq!(reference(arn), expected, "{arn}");
        }
    }

    #[test]
    fn every_policy_of_aws_is_found_and_compiles() {
        for (_, policy) in aws() {
            let document = policy.document().unwrap();
            assert_eq!(document.compiled().err(), None, "{}", policy.arn());
            assert_eq!((policy.id().len(), &policy.id()[..4]), (21, "ANPA"));
        }
    }
}
