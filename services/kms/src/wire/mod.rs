//! Structures that several operations share, as AWS spells them.

pub mod page;
pub mod token;

use crate::fault;
use crate::model::names::*;
use crate::model::{self, Context, Key, TAGS_MAX};
use bastide_base::Timestamp;
use bastide_kernel::{Fault, shape};
use std::collections::{BTreeMap, BTreeSet};

shape! {
    pub struct KeyMetadata {
        AWSAccountId: String,
        KeyId: String,
        Arn: String,
        CreationDate: Timestamp,
        Enabled: bool,
        Description: String,
        KeyUsage: KeyUsage,
        KeyState: KeyState,
        DeletionDate: Option<Timestamp>,
        ValidTo: Option<Timestamp>,
        Origin: Origin,
        ExpirationModel: Option<ExpirationModel>,
        KeyManager: Manager,
        CustomerMasterKeySpec: Option<KeySpec>,
        KeySpec: KeySpec,
        EncryptionAlgorithms: Option<Vec<EncryptionAlgorithm>>,
        SigningAlgorithms: Option<Vec<SigningAlgorithm>>,
        KeyAgreementAlgorithms: Option<Vec<KeyAgreementAlgorithm>>,
        MultiRegion: bool,
        MultiRegionConfiguration: Option<MultiRegionConfiguration>,
        PendingDeletionWindowInDays: Option<i64>,
        MacAlgorithms: Option<Vec<MacAlgorithm>>,
        CurrentKeyMaterialId: Option<String>,
    }

    pub struct MultiRegionConfiguration {
        MultiRegionKeyType: MultiRegionKeyType,
        PrimaryKey: MultiRegionKey,
        ReplicaKeys: Vec<MultiRegionKey>,
    }

    pub struct MultiRegionKey {
        Arn: String,
        Region: String,
    }

    pub struct Tag {
        TagKey: String,
        TagValue: String,
    }

    /// For Nitro enclaves; refused, because there is no enclave that could attest.
    pub struct RecipientInfo {
        KeyEncryptionAlgorithm: Option<String>,
    }

    pub struct GrantConstraints {
        EncryptionContextSubset: Option<Context>,
        EncryptionContextEquals: Option<Context>,
        SourceArn: Option<String>,
    }

    pub struct GrantListEntry {
        KeyId: String,
        GrantId: String,
        Name: String,
        CreationDate: Timestamp,
        GranteePrincipal: String,
        RetiringPrincipal: Option<String>,
        IssuingAccount: String,
        Operations: Vec<GrantOperation>,
        Constraints: Option<GrantConstraints>,
    }
}

/// The algorithms of a key by its usage.
pub struct Algorithms {
    pub encryption: Option<Vec<EncryptionAlgorithm>>,
    pub signing: Option<Vec<SigningAlgorithm>>,
    pub mac: Option<Vec<MacAlgorithm>>,
    pub agreement: Option<Vec<KeyAgreementAlgorithm>>,
}

impl Algorithms {
    pub fn of(spec: KeySpec, usage: KeyUsage) -> Result<Self, Fault> {
        let info = spec.info()?;
        let of = |wanted: KeyUsage| usage == wanted;
        Ok(Algorithms {
            encryption: of(KeyUsage::EncryptDecrypt).then(|| info.encryption.to_vec()),
            signing: of(KeyUsage::SignVerify).then(|| info.signing.to_vec()),
            mac: of(KeyUsage::GenerateVerifyMac).then(|| info.mac.to_vec()),
            agreement: of(KeyUsage::KeyAgreement).then(|| vec![KeyAgreementAlgorithm::Ecdh]),
        })
    }
}

/// Specs that the deprecated member `CustomerMasterKeySpec` can name.
pub fn legacy_spec(spec: KeySpec) -> Option<KeySpec> {
    use KeySpec::*;
    (!matches!(spec, MlDsa44 | MlDsa65 | MlDsa87 | MlKem512 | MlKem768 | MlKem1024 | EccNistEdwards25519))
        .then_some(spec)
}

/// The key as DescribeKey shows it.
///
/// # Errors
/// None for keys that were made here.
pub fn metadata(key: &Key) -> Result<KeyMetadata, Fault> {
    let Algorithms { encryption, signing, mac, agreement } = Algorithms::of(key.spec, key.usage)?;
    let current = key.current();
    let imported = current.filter(|material| key.origin == Origin::External && material.secret.is_some());
    let symmetric = key.spec == KeySpec::SymmetricDefault;
    Ok(KeyMetadata {
        AWSAccountId: key.place.account.to_string(),
        KeyId: key.place.id.clone(),
        Arn: key.arn(),
        CreationDate: key.created,
        Enabled: key.state == KeyState::Enabled,
        Description: key.description.clone(),
        KeyUsage: key.usage,
        KeyState: key.state,
        DeletionDate: key.deletion.and_then(|deletion| deletion.at),
        ValidTo: imported.and_then(|material| material.expires),
        Origin: key.origin,
        ExpirationModel: imported.map(|material| match material.expires {
            Some(_) => ExpirationModel::Expires,
            None => ExpirationModel::DoesNotExpire,
        }),
        KeyManager: key.manager,
        CustomerMasterKeySpec: legacy_spec(key.spec),
        KeySpec: key.spec,
        EncryptionAlgorithms: encryption,
        SigningAlgorithms: signing,
        KeyAgreementAlgorithms: agreement,
        MultiRegion: key.multi_region.is_some(),
        MultiRegionConfiguration: configuration(key),
        PendingDeletionWindowInDays: key
            .deletion
            .filter(|_| key.state == KeyState::PendingReplicaDeletion)
            .map(|deletion| deletion.window_days),
        MacAlgorithms: mac,
        CurrentKeyMaterialId: current
            .filter(|_| symmetric && key.state != KeyState::Creating)
            .map(|material| material.id.clone()),
    })
}

fn configuration(key: &Key) -> Option<MultiRegionConfiguration> {
    let family = key.multi_region.as_ref()?;
    let member = |region| MultiRegionKey { Arn: key.place.in_region(region).arn(), Region: region.to_string() };
    Some(MultiRegionConfiguration {
        MultiRegionKeyType: key.region_type()?,
        PrimaryKey: member(family.primary),
        ReplicaKeys: family.replicas.iter().map(|region| member(*region)).collect(),
    })
}

/// Checks tags that a request sets; a key may stand once. Two that differ in case alone are one here, other than with AWS:
/// condition keys know no case, so a condition on the one would be met by the other.
///
/// # Errors
/// TagException.
pub fn tags_from(tags: Vec<Tag>) -> Result<BTreeMap<String, String>, Fault> {
    let (mut all, mut seen) = (BTreeMap::new(), BTreeSet::new());
    for Tag { TagKey, TagValue } in tags {
        if TagKey.get(..4).is_some_and(|prefix| prefix.eq_ignore_ascii_case("aws:")) {
            return Err(fault::tag("Tags beginning with aws: are reserved"));
        }
        if !seen.insert(TagKey.to_lowercase()) {
            return Err(fault::tag("Duplicate tag keys"));
        }
        all.insert(TagKey, TagValue);
    }
    within_tag_quota(&all)?;
    Ok(all)
}

/// # Errors
/// TagException.
pub fn within_tag_quota(tags: &BTreeMap<String, String>) -> Result<(), Fault> {
    if tags.len() > TAGS_MAX { Err(fault::tag("Too many tags")) } else { Ok(()) }
}

/// The ask's tags.
pub fn tag_pairs(tags: Option<&[Tag]>) -> impl Iterator<Item = (&str, &str)> {
    tags.unwrap_or_default().iter().map(|tag| (tag.TagKey.as_str(), tag.TagValue.as_str()))
}

/// A grant as lists show it; `key` is the ARN of its key.
pub fn grant(key: String, grant: &model::Grant) -> GrantListEntry {
    let bound = grant.context_equals.is_some() || grant.context_subset.is_some();
    GrantListEntry {
        KeyId: key,
        GrantId: grant.id.clone(),
        Name: grant.name.clone().unwrap_or_default(),
        CreationDate: grant.created,
        GranteePrincipal: grant.grantee.clone(),
        RetiringPrincipal: grant.retiring.clone(),
        IssuingAccount: grant.issuer.clone(),
        Operations: grant.operations.clone(),
        Constraints: bound.then(|| GrantConstraints {
            EncryptionContextSubset: grant.context_subset.clone(),
            EncryptionContextEquals: grant.context_equals.clone(),
            SourceArn: None,
        }),
    }
}

/// Refuses what only an enclave could use.
///
/// # Errors
/// NotImplemented.
pub fn no_recipient(recipient: &Option<RecipientInfo>) -> Result<(), Fault> {
    match recipient {
        Some(_) => Err(fault::not_here("Recipient (attested enclaves)")),
        None => Ok(()),
    }
}
