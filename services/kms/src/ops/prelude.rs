//! What nearly every operation uses.

pub(super) use crate::model::crypto::ciphertext::{self, Envelope};
pub(super) use crate::model::crypto::pair::Pair;
pub(super) use crate::model::names::*;
pub(super) use crate::model::states;
pub(super) use crate::model::*;
pub(super) use crate::state::keys::{self, Named, Target};
pub(super) use crate::state::make;
pub(super) use crate::state::{aliases, grants, imports};
pub(super) use crate::wire::page::page;
pub(super) use crate::wire::token;
pub(super) use crate::wire::{self, GrantConstraints, KeyMetadata, RecipientInfo, Tag};
pub(super) use crate::{fault, jobs, policy};
pub(super) use bastide_base::{Region, SecretBytes, Timestamp};
pub(super) use bastide_kernel::{Ask, Cx, Fault, Granted, Nothing, Op, PrepareWork, Prepared, Read, shape};
pub(super) use std::sync::Arc;

/// The caller asked only whether it would be allowed.
///
/// # Errors
/// DryRunOperationException.
pub(super) fn not_dry(dry: Option<bool>) -> Result<(), Fault> {
    if dry == Some(true) { Err(fault::dry_run()) } else { Ok(()) }
}

/// The key that `text` names by id or ARN, where its state lets the operation go.
///
/// # Errors
/// NotFoundException; what the table of states says.
pub(super) fn managed_key(cx: &Cx<'_>, text: &str, operation: &str) -> Result<Arc<Key>, Fault> {
    let target = keys::find(cx.tx, cx.call, text, Named::ByKey)?;
    let key = target.key()?.clone();
    states::check(&key, operation)?;
    Ok(key)
}

/// The key that `text` names, aliases included, where its state and usage let the operation go.
///
/// # Errors
/// NotFoundException; what the table of states says; InvalidKeyUsageException.
pub(super) fn usable_key(cx: &Cx<'_>, text: &str, operation: &str, usage: KeyUsage) -> Result<Arc<Key>, Fault> {
    let target = keys::find(cx.tx, cx.call, text, Named::ByKeyOrAlias)?;
    let key = target.key()?.clone();
    usable(&key, operation, usage)?;
    Ok(key)
}

fn usable(key: &Key, operation: &str, usage: KeyUsage) -> Result<(), Fault> {
    states::check(key, operation)?;
    match key.usage == usage {
        true => Ok(()),
        false => Err(fault::wrong_usage(&key.arn(), key.usage.as_str(), operation)),
    }
}

/// [`usable_key`] for encryption. A service's own AWS managed key is made when it is named for the first time, so only
/// operations that may write take keys this way.
///
/// # Errors
/// As [`usable_key`].
pub(super) fn encryption_key(cx: &mut Cx<'_>, text: &str, operation: &str) -> Result<Arc<Key>, Fault> {
    let target = keys::find(cx.tx, cx.call, text, Named::ByKeyOrAlias)?;
    let key = make::found_or_managed(cx, &target)?;
    usable(&key, operation, KeyUsage::EncryptDecrypt)?;
    Ok(key)
}

/// [`encryption_key`], which must be a symmetric one.
///
/// # Errors
/// As [`usable_key`].
pub(super) fn symmetric_key(cx: &mut Cx<'_>, text: &str, operation: &str) -> Result<Arc<Key>, Fault> {
    let key = encryption_key(cx, text, operation)?;
    match key.spec {
        KeySpec::SymmetricDefault => Ok(key),
        spec => Err(fault::invalid_usage(format!(
            "{} key spec is {} which is not valid for {operation}.",
            key.arn(),
            spec.as_str()
        ))),
    }
}

/// Encrypts under the current material of a symmetric key; the ciphertext and the material's id.
///
/// # Errors
/// Internal, when the key has no material, which its state excludes.
pub(super) fn sealed(
    cx: &mut Cx<'_>,
    key: &Key,
    context: Option<&Context>,
    plain: &[u8],
) -> Result<(Vec<u8>, String), Fault> {
    let current = key.current().and_then(|material| Some((material, material.secret()?)));
    let (material, secret) = current.ok_or_else(|| Fault::internal("an enabled key without material"))?;
    let blob = ciphertext::seal(&key.place, &material.id, secret, context, plain, cx.random());
    Ok((blob.ok_or_else(|| Fault::internal("the cipher refused"))?, material.id.clone()))
}

/// The private key of an asymmetric KMS key.
///
/// # Errors
/// Internal, when the key has no material, which its state excludes.
pub(super) fn private(key: &Key) -> Result<&crate::model::crypto::pair::Private, Fault> {
    let material = key.current().and_then(|material| material.secret.as_ref());
    material.and_then(|secret| secret.private(key.spec)).ok_or_else(|| Fault::internal("no private key"))
}
