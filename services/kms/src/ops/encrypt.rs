//! KMS Encrypt. Real: AES-256-GCM with encryption context (the layout is in `model/crypto/ciphertext.rs`), RSA OAEP with SHA-1 and
//! SHA-256, DryRun, grants, AWS managed keys at their first use by a service.

use super::prelude::*;
use crate::model::spec::Kind;

shape! {
    pub struct Encrypt {
        KeyId: String,
        Plaintext: Vec<u8>,
        EncryptionContext: Option<Context>,
        GrantTokens: Option<Vec<String>>,
        EncryptionAlgorithm: Option<EncryptionAlgorithm>,
        DryRun: Option<bool>,
    }

    pub struct EncryptResponse {
        CiphertextBlob: Vec<u8>,
        KeyId: String,
        EncryptionAlgorithm: EncryptionAlgorithm,
    }
}

impl Encrypt {
    fn algorithm(&self) -> EncryptionAlgorithm {
        self.EncryptionAlgorithm.unwrap_or(EncryptionAlgorithm::SymmetricDefault)
    }
}

impl Op for Encrypt {
    const NAME: &'static str = "Encrypt";
    // A service's first use makes its AWS managed key: on the way of a call that writes, never from outside.
    const READ_ONLY: bool = true;
    type Output = EncryptResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let context = self.EncryptionContext.as_ref();
        let ask = policy::using(cx, GrantOperation::Encrypt, &self.KeyId, context, self.GrantTokens.as_deref())?;
        Ok(ask.key("kms:EncryptionAlgorithm", [self.algorithm().as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<EncryptResponse, Fault> {
        let key = encryption_key(cx, &self.KeyId, Self::NAME)?;
        not_dry(self.DryRun)?;
        let algorithm = self.algorithm();
        let blob = encrypted(cx, &key, algorithm, self.EncryptionContext.as_ref(), &self.Plaintext)?;
        Ok(EncryptResponse { CiphertextBlob: blob, KeyId: key.arn(), EncryptionAlgorithm: algorithm })
    }
}

/// Encrypts under the key's current material by one of its algorithms.
///
/// # Errors
/// InvalidKeyUsageException for an algorithm of other keys; ValidationException for what is too long.
pub(super) fn encrypted(
    cx: &mut Cx<'_>,
    key: &Key,
    algorithm: EncryptionAlgorithm,
    context: Option<&Context>,
    plaintext: &[u8],
) -> Result<Vec<u8>, Fault> {
    let info = key.spec.info()?;
    if !info.encryption.contains(&algorithm) {
        return Err(fault::wrong_algorithm(algorithm.as_str(), key.spec.as_str()));
    }
    let Kind::Rsa(bits) = info.kind else { return Ok(sealed(cx, key, context, plaintext)?.0) };
    let max = algorithm.oaep_max(bits);
    if plaintext.len() > max {
        return Err(fault::validation(format!(
            "Algorithm {} and key spec {} cannot encrypt data larger than {max} bytes.",
            algorithm.as_str(),
            key.spec.as_str()
        )));
    }
    no_context(context)?;
    private(key)?.encrypt(algorithm, plaintext).ok_or_else(|| Fault::internal("OAEP refused"))
}

/// Asymmetric algorithms cannot authenticate a context.
///
/// # Errors
/// ValidationException.
pub(super) fn no_context(context: Option<&Context>) -> Result<(), Fault> {
    match context.is_some_and(|context| !context.is_empty()) {
        true => Err(fault::validation("EncryptionContext is not supported for asymmetric keys.")),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_answer_names_key_and_algorithm_and_decrypts_again() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let context = json!({"bucket": "b", "path": "/x"});
        let input = json!({"KeyId": key.id, "Plaintext": b64(b"secret"), "EncryptionContext": context});
        let made = lab.root().ok("Encrypt", input);
        assert_eq!((&made["KeyId"], &made["EncryptionAlgorithm"]), (&json!(key.arn), &json!("SYMMETRIC_DEFAULT")));
        let back =
            lab.root().ok("Decrypt", json!({"CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": context}));
        assert_eq!((&back["Plaintext"], &back["KeyId"]), (&json!(b64(b"secret")), &json!(key.arn)));
        let material = &lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["CurrentKeyMaterialId"];
        assert_eq!(&back["KeyMaterialId"], material);
    }

    #[test]
    fn rsa_bears_only_so_much() {
        let lab = Lab::new();
        let key = lab.key(json!({"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}));
        for (algorithm, max) in [("RSAES_OAEP_SHA_1", 214), ("RSAES_OAEP_SHA_256", 190)] {
            let input =
                |size| json!({"KeyId": key.id, "Plaintext": b64(&vec![7; size]), "EncryptionAlgorithm": algorithm});
            assert_eq!(
                lab.root().err("Encrypt", input(max + 1)),
                format!(
                    "ValidationException: Algorithm {algorithm} and key spec RSA_2048 cannot encrypt data larger than {max} bytes."
                )
            );
            let made = lab.root().ok("Encrypt", input(max));
            let back = lab.root().ok(
                "Decrypt",
                json!({"KeyId": key.id, "CiphertextBlob": made["CiphertextBlob"], "EncryptionAlgorithm": algorithm}),
            );
            assert_eq!(back["Plaintext"], b64(&vec![7; max]));
        }
        let input = json!({"KeyId": key.id, "Plaintext": b64(b"x")});
        assert_eq!(
            lab.root().err("Encrypt", input),
            "InvalidKeyUsageException: Algorithm SYMMETRIC_DEFAULT is incompatible with key spec RSA_2048."
        );
    }

    #[test]
    fn more_than_4096_bytes_are_refused_in_words_recorded_from_aws() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        assert_eq!(
            lab.root().err("Encrypt", json!({"KeyId": key.id, "Plaintext": b64(&vec![0; 4097])})),
            "ValidationException: 1 validation error detected: Value at 'plaintext' failed to satisfy constraint: \
             Member must have length less than or equal to 4096"
        );
    }

    #[test]
    fn a_dry_run_says_what_would_have_been() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        assert_eq!(
            lab.root().err("Encrypt", json!({"KeyId": key.id, "Plaintext": b64(b"x"), "DryRun": true})),
            "DryRunOperationException: The request would have succeeded, but the DryRun option is set."
        );
    }
}
