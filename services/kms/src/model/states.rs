//! What a key's state lets be done with it: "Key states of AWS KMS keys" in the Developer Guide, as one table.
//!
//! Where the guide leaves two answers open for keys that wait for deletion (`[2] or [3]`), the table has the one that
//! clients see, KMSInvalidStateException. What depends on the key's origin or spec is said by the operations.

use crate::fault;
use crate::model::Key;
use crate::model::names::{KeyState, Origin};
use bastide_kernel::Fault;

/// An answer of the table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Answer {
    Goes,
    /// DisabledException: … is disabled.
    Disabled,
    /// KMSInvalidStateException: … is pending deletion, or replica deletion, or import: whichever it is.
    Pending,
    /// KMSInvalidStateException: … is not pending deletion.
    NotPending,
    /// KMSInvalidStateException: … is creating.
    Creating,
    /// UnsupportedOperationException: the origin is EXTERNAL.
    External,
}

use Answer::{Creating as C, Disabled as D, External as X, Goes as G, NotPending as N, Pending as P};

/// An operation and its answers for Enabled, Disabled, PendingImport, PendingDeletion, PendingReplicaDeletion, Creating.
pub type Row = (&'static str, [Answer; 6]);

const COLUMNS: [KeyState; 6] = [
    KeyState::Enabled,
    KeyState::Disabled,
    KeyState::PendingImport,
    KeyState::PendingDeletion,
    KeyState::PendingReplicaDeletion,
    KeyState::Creating,
];

/// Every operation on an existing key.
pub const TABLE: &[Row] = &[
    ("CancelKeyDeletion", [N, N, N, G, G, C]),
    ("CreateAlias", [G, G, G, P, P, C]),
    ("CreateGrant", [G, D, P, P, P, C]),
    ("Decrypt", [G, D, P, P, P, C]),
    ("DeleteAlias", [G, G, G, G, G, G]),
    ("DeleteImportedKeyMaterial", [G, G, G, G, G, C]),
    ("DeriveSharedSecret", [G, D, P, P, P, C]),
    ("DescribeKey", [G, G, G, G, G, G]),
    ("DisableKey", [G, G, P, P, P, C]),
    ("DisableKeyRotation", [G, D, X, P, P, C]),
    ("EnableKey", [G, G, P, P, P, C]),
    ("EnableKeyRotation", [G, D, X, P, P, C]),
    ("Encrypt", [G, D, P, P, P, C]),
    ("GenerateDataKey", [G, D, P, P, P, C]),
    ("GenerateDataKeyPair", [G, D, P, P, P, C]),
    ("GenerateDataKeyPairWithoutPlaintext", [G, D, P, P, P, C]),
    ("GenerateDataKeyWithoutPlaintext", [G, D, P, P, P, C]),
    ("GenerateMac", [G, D, P, P, P, C]),
    ("GetKeyPolicy", [G, G, G, G, G, G]),
    ("GetKeyRotationStatus", [G, G, X, G, G, G]),
    ("GetParametersForImport", [G, G, G, P, P, C]),
    ("GetPublicKey", [G, D, P, P, P, C]),
    ("ImportKeyMaterial", [G, G, G, P, P, C]),
    ("ListGrants", [G, G, G, G, G, G]),
    ("ListKeyPolicies", [G, G, G, G, G, G]),
    ("ListKeyRotations", [G, G, G, G, G, G]),
    ("ListResourceTags", [G, G, G, G, G, G]),
    ("PutKeyPolicy", [G, G, G, G, G, C]),
    ("ReEncrypt", [G, D, P, P, P, C]),
    ("ReplicateKey", [G, D, P, P, P, C]),
    ("RetireGrant", [G, G, G, G, G, G]),
    ("RevokeGrant", [G, G, G, G, G, G]),
    ("RotateKeyOnDemand", [G, D, P, P, P, C]),
    ("ScheduleKeyDeletion", [G, G, G, P, P, C]),
    ("Sign", [G, D, P, P, P, C]),
    ("TagResource", [G, G, G, P, P, C]),
    ("UntagResource", [G, G, G, P, P, C]),
    ("UpdateAlias", [G, G, G, P, P, C]),
    ("UpdateKeyDescription", [G, G, G, P, P, C]),
    ("UpdatePrimaryRegion", [G, D, P, P, P, C]),
    ("Verify", [G, D, P, P, P, C]),
    ("VerifyMac", [G, D, P, P, P, C]),
];

/// Whether `operation` goes on this key now.
///
/// # Errors
/// As the table says. An operation that the table does not know is internal.
pub fn check(key: &Key, operation: &str) -> Result<(), Fault> {
    let row = TABLE.binary_search_by_key(&operation, |(name, _)| name).ok().and_then(|at| TABLE.get(at));
    let column = COLUMNS.iter().position(|state| *state == key.state);
    let answer = row.zip(column).and_then(|((_, answers), column)| answers.get(column));
    let arn = key.arn();
    match answer {
        Some(G) => Ok(()),
        Some(D) => Err(fault::disabled(format!("{arn} is disabled."))),
        Some(P) => Err(fault::invalid_state(format!("{arn} is pending {}.", awaited(key.state)))),
        Some(N) => Err(fault::invalid_state(format!("{arn} is not pending deletion."))),
        Some(C) => Err(fault::invalid_state(format!("{arn} is creating."))),
        Some(X) => Err(fault::wrong_origin(&arn, Origin::External.as_str())),
        None => Err(Fault::internal(format!("no row for {operation}"))),
    }
}

const fn awaited(state: KeyState) -> &'static str {
    match state {
        KeyState::PendingReplicaDeletion => "replica deletion",
        KeyState::PendingImport => "import",
        KeyState::Enabled | KeyState::Disabled | KeyState::PendingDeletion | KeyState::Creating => "deletion",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_table_is_sorted_so_that_every_row_is_found() {
        assert!(TABLE.is_sorted_by_key(|(name, _)| name));
        let model = bastide_shape::service("kms").unwrap();
        for (name, _) in TABLE {
            assert!(model.operation(name).is_some(), "{name}");
        }
    }
}
