//! KMS GenerateDataKeyPairWithoutPlaintext. Real, for the pairs of GenerateDataKeyPair.

use super::generate_data_key::ask;
use super::generate_data_key_pair::prepare;
use super::prelude::*;

shape! {
    pub struct GenerateDataKeyPairWithoutPlaintext {
        EncryptionContext: Option<Context>,
        KeyId: String,
        KeyPairSpec: KeySpec,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
    }

    pub struct GenerateDataKeyPairWithoutPlaintextResponse {
        PrivateKeyCiphertextBlob: Vec<u8>,
        PublicKey: Vec<u8>,
        KeyId: String,
        KeyPairSpec: KeySpec,
        KeyMaterialId: String,
    }
}

impl Op for GenerateDataKeyPairWithoutPlaintext {
    const NAME: &'static str = "GenerateDataKeyPairWithoutPlaintext";
    const READ_ONLY: bool = false;
    const PREPARE: Option<PrepareWork<Self>> = Some(|op| prepare(op.KeyPairSpec));
    type Output = GenerateDataKeyPairWithoutPlaintextResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let (context, tokens) = (self.EncryptionContext.as_ref(), self.GrantTokens.as_deref());
        let ask = ask(cx, GrantOperation::GenerateDataKeyPairWithoutPlaintext, &self.KeyId, context, tokens)?;
        Ok(ask.key("kms:DataKeyPairSpec", [self.KeyPairSpec.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GenerateDataKeyPairWithoutPlaintextResponse, Fault> {
        let key = symmetric_key(cx, &self.KeyId, Self::NAME)?;
        not_dry(self.DryRun)?;
        let pair = make::pair(cx, self.KeyPairSpec)?;
        let (blob, material) = sealed(cx, &key, self.EncryptionContext.as_ref(), pair.private.expose())?;
        Ok(GenerateDataKeyPairWithoutPlaintextResponse {
            PrivateKeyCiphertextBlob: blob,
            PublicKey: pair.public,
            KeyId: key.arn(),
            KeyPairSpec: self.KeyPairSpec,
            KeyMaterialId: material,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_private_half_comes_encrypted_only() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let made = lab
            .root()
            .ok("GenerateDataKeyPairWithoutPlaintext", json!({"KeyId": key.id, "KeyPairSpec": "ECC_NIST_P384"}));
        assert_eq!(made.get("PrivateKeyPlaintext"), None);
        lab.root().ok("Decrypt", json!({"CiphertextBlob": made["PrivateKeyCiphertextBlob"]}));
    }
}
