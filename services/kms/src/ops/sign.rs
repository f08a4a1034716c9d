//! KMS Sign. Real: RSA PKCS#1 v1.5 and PSS, ECDSA on the NIST curves and secp256k1 (DER signatures), ML-DSA; messages raw or,
//! but for ML-DSA, as digests. Refused: EXTERNAL_MU, Ed25519, SM2.

use super::prelude::*;
use crate::model::crypto::pair::Message;

shape! {
    pub struct Sign {
        KeyId: String,
        Message: Vec<u8>,
        MessageType: Option<MessageType>,
        GrantTokens: Option<Vec<String>>,
        SigningAlgorithm: SigningAlgorithm,
        DryRun: Option<bool>,
    }

    pub struct SignResponse {
        KeyId: String,
        Signature: Vec<u8>,
        SigningAlgorithm: SigningAlgorithm,
    }
}

/// What Sign and Verify ask for.
///
/// # Errors
/// As [`policy::using`].
pub(super) fn ask(
    cx: &Read<'_>,
    operation: GrantOperation,
    key: &str,
    tokens: Option<&[String]>,
    algorithm: SigningAlgorithm,
    kind: Option<MessageType>,
) -> Result<Ask, Fault> {
    let ask = policy::using(cx, operation, key, None, tokens)?;
    Ok(ask
        .key("kms:SigningAlgorithm", [algorithm.as_str().to_owned()])
        .key("kms:MessageType", [kind.unwrap_or(MessageType::Raw).as_str().to_owned()]))
}

/// What is signed or verified, of a message that is given as `kind`, by a key that has the algorithm.
///
/// # Errors
/// InvalidKeyUsageException; ValidationException for a digest of the wrong length.
pub(super) fn message<'a>(
    key: &Key,
    algorithm: SigningAlgorithm,
    kind: Option<MessageType>,
    bytes: &'a [u8],
) -> Result<Message<'a>, Fault> {
    if !key.spec.info()?.signing.contains(&algorithm) {
        return Err(fault::wrong_algorithm(algorithm.as_str(), key.spec.as_str()));
    }
    match kind.unwrap_or(MessageType::Raw) {
        MessageType::Raw => Ok(algorithm.of_raw(bytes)),
        MessageType::Digest => algorithm.of_digest(bytes).ok_or_else(|| {
            fault::validation(format!("Digest is invalid length for algorithm {}.", algorithm.as_str()))
        }),
        MessageType::ExternalMu => Err(fault::not_here("the message type EXTERNAL_MU")),
    }
}

impl Op for Sign {
    const NAME: &'static str = "Sign";
    const READ_ONLY: bool = true;
    type Output = SignResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let tokens = self.GrantTokens.as_deref();
        ask(cx, GrantOperation::Sign, &self.KeyId, tokens, self.SigningAlgorithm, self.MessageType)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<SignResponse, Fault> {
        let key = usable_key(cx, &self.KeyId, Self::NAME, KeyUsage::SignVerify)?;
        let message = message(&key, self.SigningAlgorithm, self.MessageType, &self.Message)?;
        not_dry(self.DryRun)?;
        let signature = private(&key)?.sign(self.SigningAlgorithm, &message);
        let signature = signature.ok_or_else(|| Fault::internal("the library did not sign"))?;
        Ok(SignResponse { KeyId: key.arn(), Signature: signature, SigningAlgorithm: self.SigningAlgorithm })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::spec::SPECS;
    use crate::testing::*;
    use aws_lc_rs::digest;

    #[test]
    fn every_algorithm_of_every_spec_signs_and_verifies_raw_and_digest() {
        let lab = Lab::new();
        let text = b"test message 123!%$@ 1234567890";
        for spec in SPECS.iter().filter(|spec| !spec.signing.is_empty() && !spec.spec.as_str().ends_with("3072")) {
            let key = lab.key(json!({"KeySpec": spec.spec.as_str(), "KeyUsage": "SIGN_VERIFY"}));
            for algorithm in spec.signing.iter().map(|algorithm| algorithm.as_str()) {
                let hash = match &algorithm[algorithm.len() - 3..] {
                    "384" => &digest::SHA384,
                    "512" => &digest::SHA512,
                    _ => &digest::SHA256,
                };
                let raw =
                    json!({"KeyId": key.id, "Message": b64(text), "SigningAlgorithm": algorithm, "MessageType": "RAW"});
                let hashed = b64(digest::digest(hash, text).as_ref());
                let by_digest =
                    json!({"KeyId": key.id, "Message": hashed, "SigningAlgorithm": algorithm, "MessageType": "DIGEST"});
                let with = |input: &Json, signature: &Json| {
                    let mut input = input.clone();
                    input["Signature"] = signature.clone();
                    input
                };
                let signed = lab.root().ok("Sign", raw.clone());
                assert_eq!((&signed["KeyId"], &signed["SigningAlgorithm"]), (&json!(key.arn), &json!(algorithm)));
                let valid = json!({"KeyId": key.arn, "SignatureValid": true, "SigningAlgorithm": algorithm});
                assert_eq!(lab.root().ok("Verify", with(&raw, &signed["Signature"])), valid);
                if !algorithm.starts_with("ML_DSA") {
                    assert_eq!(lab.root().ok("Verify", with(&by_digest, &signed["Signature"])), valid);
                    let again = lab.root().ok("Sign", by_digest.clone());
                    assert_eq!(lab.root().ok("Verify", with(&raw, &again["Signature"])), valid);
                }
                let mut other = raw.clone();
                other["Message"] = json!(b64(b"another message"));
                let refused = lab.root().err("Verify", with(&other, &signed["Signature"]));
                assert_eq!(refused, "KMSInvalidSignatureException: ");
                let mut short = by_digest.clone();
                short["Message"] = json!(b64(b"bad digest"));
                assert_eq!(
                    lab.root().err("Sign", short),
                    format!("ValidationException: Digest is invalid length for algorithm {algorithm}.")
                );
            }
        }
    }

    #[test]
    fn an_algorithm_of_another_spec_is_refused() {
        let lab = Lab::new();
        let key = lab.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
        let input = json!({"KeyId": key.id, "Message": b64(b"x"), "SigningAlgorithm": "RSASSA_PSS_SHA_256"});
        assert_eq!(
            lab.root().err("Sign", input),
            "InvalidKeyUsageException: Algorithm RSASSA_PSS_SHA_256 is incompatible with key spec ECC_NIST_P256."
        );
    }
}
