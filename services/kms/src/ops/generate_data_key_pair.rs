//! KMS GenerateDataKeyPair. Real: RSA and ECC pairs, private as PKCS#8, public as SubjectPublicKeyInfo. Refused: Recipient;
//! pairs of SM2, ML-KEM and Edwards25519.

use super::generate_data_key::ask;
use super::prelude::*;

shape! {
    pub struct GenerateDataKeyPair {
        EncryptionContext: Option<Context>,
        KeyId: String,
        KeyPairSpec: KeySpec,
        GrantTokens: Option<Vec<String>>,
        Recipient: Option<RecipientInfo>,
        DryRun: Option<bool>,
    }

    pub struct GenerateDataKeyPairResponse {
        PrivateKeyCiphertextBlob: Vec<u8>,
        PrivateKeyPlaintext: Vec<u8>,
        PublicKey: Vec<u8>,
        KeyId: String,
        KeyPairSpec: KeySpec,
        KeyMaterialId: String,
    }
}

/// Makes the pair before the bracket, where the spec is one that there is.
///
/// # Errors
/// NotImplemented for other specs.
pub(super) fn prepare(spec: KeySpec) -> Result<Prepared, Fault> {
    spec.info()?;
    Ok(Pair::generate(spec).map(|pair| Box::new(pair) as Box<_>))
}

impl Op for GenerateDataKeyPair {
    const NAME: &'static str = "GenerateDataKeyPair";
    const READ_ONLY: bool = false;
    const PREPARE: Option<PrepareWork<Self>> = Some(|op| prepare(op.KeyPairSpec));
    type Output = GenerateDataKeyPairResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        wire::no_recipient(&self.Recipient)?;
        let (context, tokens) = (self.EncryptionContext.as_ref(), self.GrantTokens.as_deref());
        let ask = ask(cx, GrantOperation::GenerateDataKeyPair, &self.KeyId, context, tokens)?;
        Ok(ask.key("kms:DataKeyPairSpec", [self.KeyPairSpec.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GenerateDataKeyPairResponse, Fault> {
        let key = symmetric_key(cx, &self.KeyId, Self::NAME)?;
        not_dry(self.DryRun)?;
        let pair = make::pair(cx, self.KeyPairSpec)?;
        let (blob, material) = sealed(cx, &key, self.EncryptionContext.as_ref(), pair.private.expose())?;
        Ok(GenerateDataKeyPairResponse {
            PrivateKeyCiphertextBlob: blob,
            PrivateKeyPlaintext: pair.private.expose().clone(),
            PublicKey: pair.public,
            KeyId: key.arn(),
            KeyPairSpec: self.KeyPairSpec,
            KeyMaterialId: material,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::model::crypto::pair::Private;
    use crate::model::names::KeySpec;
    use crate::testing::*;

    #[test]
    fn the_halves_belong_together() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let context = json!({"a": "b"});
        for spec in ["RSA_2048", "ECC_NIST_P256", "ECC_NIST_P521", "ECC_SECG_P256K1"] {
            let input = json!({"KeyId": key.id, "KeyPairSpec": spec, "EncryptionContext": context});
            let made = lab.root().ok("GenerateDataKeyPair", input);
            let blob = made["PrivateKeyCiphertextBlob"].clone();
            let private =
                lab.root().ok("Decrypt", json!({"CiphertextBlob": blob, "EncryptionContext": context}))["Plaintext"]
                    .clone();
            assert_eq!(private, made["PrivateKeyPlaintext"]);
            let parsed = Private::parse(KeySpec::parse(spec).unwrap(), &unb64(&private)).unwrap();
            assert_eq!(b64(&parsed.public().unwrap()), made["PublicKey"].as_str().unwrap());
            assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": blob})), "InvalidCiphertextException: ");
        }
        let refused = lab.root().err("GenerateDataKeyPair", json!({"KeyId": key.id, "KeyPairSpec": "SM2"}));
        assert!(refused.contains("the key spec SM2"), "{refused}");
    }
}
