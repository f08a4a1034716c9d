//! KMS GetPublicKey. Real: SubjectPublicKeyInfo of every asymmetric key.

use super::prelude::*;

shape! {
    pub struct GetPublicKey {
        KeyId: String,
        GrantTokens: Option<Vec<String>>,
    }

    pub struct GetPublicKeyResponse {
        KeyId: String,
        PublicKey: Vec<u8>,
        CustomerMasterKeySpec: Option<KeySpec>,
        KeySpec: KeySpec,
        KeyUsage: KeyUsage,
        EncryptionAlgorithms: Option<Vec<EncryptionAlgorithm>>,
        SigningAlgorithms: Option<Vec<SigningAlgorithm>>,
        KeyAgreementAlgorithms: Option<Vec<KeyAgreementAlgorithm>>,
    }
}

impl Op for GetPublicKey {
    const NAME: &'static str = "GetPublicKey";
    const READ_ONLY: bool = true;
    type Output = GetPublicKeyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::using(cx, GrantOperation::GetPublicKey, &self.KeyId, None, self.GrantTokens.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetPublicKeyResponse, Fault> {
        let target = keys::find(cx.tx, cx.call, &self.KeyId, Named::ByKeyOrAlias)?;
        let key = target.key()?;
        if !key.spec.is_asymmetric() {
            return Err(fault::unsupported(format!(
                "{} key spec is {} which is not valid for GetPublicKey.",
                key.arn(),
                key.spec.as_str()
            )));
        }
        states::check(key, Self::NAME)?;
        let public = key.current().and_then(|material| material.public.clone());
        let algorithms = wire::Algorithms::of(key.spec, key.usage)?;
        Ok(GetPublicKeyResponse {
            KeyId: key.arn(),
            PublicKey: public.ok_or_else(|| Fault::internal("no public key"))?,
            CustomerMasterKeySpec: wire::legacy_spec(key.spec),
            KeySpec: key.spec,
            KeyUsage: key.usage,
            EncryptionAlgorithms: algorithms.encryption,
            SigningAlgorithms: algorithms.signing,
            KeyAgreementAlgorithms: algorithms.agreement,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1, ParsedPublicKey};

    #[test]
    fn what_kms_signs_verifies_outside_with_the_public_key() {
        let lab = Lab::new();
        let key = lab.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
        let public = lab.root().ok("GetPublicKey", json!({"KeyId": key.id}));
        assert_eq!(
            (&public["KeySpec"], &public["SigningAlgorithms"]),
            (&json!("ECC_NIST_P256"), &json!(["ECDSA_SHA_256"]))
        );
        let signed =
            lab.root().ok("Sign", json!({"KeyId": key.id, "Message": b64(b"hi"), "SigningAlgorithm": "ECDSA_SHA_256"}));
        let outside = ParsedPublicKey::new(&ECDSA_P256_SHA256_ASN1, unb64(&public["PublicKey"])).unwrap();
        outside.verify_sig(b"hi", &unb64(&signed["Signature"])).unwrap();
    }

    #[test]
    fn a_symmetric_key_has_none() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let refused = lab.root().err("GetPublicKey", json!({"KeyId": key.id}));
        assert!(refused.starts_with("UnsupportedOperationException"), "{refused}");
    }
}
