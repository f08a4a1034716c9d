//! KMS DeriveSharedSecret. Real: ECDH on the NIST curves with a peer's SubjectPublicKeyInfo. Refused: Recipient, SM2.

use super::prelude::*;

shape! {
    pub struct DeriveSharedSecret {
        KeyId: String,
        KeyAgreementAlgorithm: KeyAgreementAlgorithm,
        PublicKey: Vec<u8>,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
        Recipient: Option<RecipientInfo>,
    }

    pub struct DeriveSharedSecretResponse {
        KeyId: String,
        SharedSecret: Vec<u8>,
        KeyAgreementAlgorithm: KeyAgreementAlgorithm,
        KeyOrigin: Origin,
    }
}

impl Op for DeriveSharedSecret {
    const NAME: &'static str = "DeriveSharedSecret";
    const READ_ONLY: bool = false;
    type Output = DeriveSharedSecretResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        wire::no_recipient(&self.Recipient)?;
        let tokens = self.GrantTokens.as_deref();
        let ask = policy::using(cx, GrantOperation::DeriveSharedSecret, &self.KeyId, None, tokens)?;
        Ok(ask.key("kms:KeyAgreementAlgorithm", [self.KeyAgreementAlgorithm.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DeriveSharedSecretResponse, Fault> {
        let key = usable_key(cx, &self.KeyId, Self::NAME, KeyUsage::KeyAgreement)?;
        not_dry(self.DryRun)?;
        let secret = private(&key)?.agree(&self.PublicKey).ok_or_else(|| fault::validation(""))?;
        Ok(DeriveSharedSecretResponse {
            KeyId: key.arn(),
            SharedSecret: secret.expose().clone(),
            KeyAgreementAlgorithm: self.KeyAgreementAlgorithm,
            KeyOrigin: key.origin,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn both_sides_come_to_the_same_secret() {
        let lab = Lab::new();
        for spec in ["ECC_NIST_P256", "ECC_NIST_P384", "ECC_NIST_P521"] {
            let made = || lab.key(json!({"KeySpec": spec, "KeyUsage": "KEY_AGREEMENT"}));
            let (one, two) = (made(), made());
            let secret = |own: &MadeKey, peer: &MadeKey| {
                let public = lab.root().ok("GetPublicKey", json!({"KeyId": peer.id}))["PublicKey"].clone();
                let input = json!({"KeyId": own.id, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public});
                let answer = lab.root().ok("DeriveSharedSecret", input);
                assert_eq!((&answer["KeyId"], &answer["KeyOrigin"]), (&json!(own.arn), &json!("AWS_KMS")));
                answer["SharedSecret"].clone()
            };
            assert_eq!(secret(&one, &two), secret(&two, &one));
        }
    }

    #[test]
    fn errors_are_as_recorded_from_aws() {
        let lab = Lab::new();
        let key = lab.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}));
        let other = lab.key(json!({"KeySpec": "ECC_NIST_P384", "KeyUsage": "KEY_AGREEMENT"}));
        let public = |key: &MadeKey| lab.root().ok("GetPublicKey", json!({"KeyId": key.id}))["PublicKey"].clone();
        let input = |key: &MadeKey, public: Json| json!({"KeyId": key.id, "KeyAgreementAlgorithm": "ECDH", "PublicKey": public});
        for bad in [json!(b64(b"InvalidPublicKey")), public(&other)] {
            assert_eq!(lab.root().err("DeriveSharedSecret", input(&key, bad)), "ValidationException: ");
        }
        let signing = lab.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
        for (wrong, usage) in [(&signing, "SIGN_VERIFY"), (&lab.key(json!({})), "ENCRYPT_DECRYPT")] {
            assert_eq!(
                lab.root().err("DeriveSharedSecret", input(wrong, public(&key))),
                format!(
                    "InvalidKeyUsageException: {} key usage is {usage} which is not valid for DeriveSharedSecret.",
                    wrong.arn
                )
            );
        }
    }
}
