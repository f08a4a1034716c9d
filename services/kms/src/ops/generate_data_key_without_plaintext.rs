//! KMS GenerateDataKeyWithoutPlaintext. Real.

use super::generate_data_key::{ask, length};
use super::prelude::*;

shape! {
    pub struct GenerateDataKeyWithoutPlaintext {
        KeyId: String,
        EncryptionContext: Option<Context>,
        KeySpec: Option<DataKeySpec>,
        NumberOfBytes: Option<u32>,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
    }

    pub struct GenerateDataKeyWithoutPlaintextResponse {
        CiphertextBlob: Vec<u8>,
        KeyId: String,
        KeyMaterialId: String,
    }
}

impl Op for GenerateDataKeyWithoutPlaintext {
    const NAME: &'static str = "GenerateDataKeyWithoutPlaintext";
    const READ_ONLY: bool = false;
    type Output = GenerateDataKeyWithoutPlaintextResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let (context, tokens) = (self.EncryptionContext.as_ref(), self.GrantTokens.as_deref());
        ask(cx, GrantOperation::GenerateDataKeyWithoutPlaintext, &self.KeyId, context, tokens)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GenerateDataKeyWithoutPlaintextResponse, Fault> {
        let length = match (self.KeySpec, self.NumberOfBytes) {
            (None, None) => 32,
            (spec, bytes) => length(spec, bytes)?,
        };
        let key = symmetric_key(cx, &self.KeyId, Self::NAME)?;
        not_dry(self.DryRun)?;
        let plain = make::random_bytes(cx, length);
        let (blob, material) = sealed(cx, &key, self.EncryptionContext.as_ref(), plain.expose())?;
        Ok(GenerateDataKeyWithoutPlaintextResponse { CiphertextBlob: blob, KeyId: key.arn(), KeyMaterialId: material })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn whoever_may_only_make_data_keys_cannot_read_them() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let maker = lab.user(
            "maker",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:GenerateDataKeyWithoutPlaintext","Resource":"*"}]}"#,
        );
        let made = maker.ok("GenerateDataKeyWithoutPlaintext", json!({"KeyId": key.id}));
        assert_eq!(made.get("Plaintext"), None);
        let blob = json!({"CiphertextBlob": made["CiphertextBlob"]});
        assert!(maker.err("Decrypt", blob.clone()).starts_with("AccessDeniedException"));
        assert_eq!(unb64(&lab.root().ok("Decrypt", blob)["Plaintext"]).len(), 32);
    }
}
