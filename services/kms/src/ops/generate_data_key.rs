//! KMS GenerateDataKey. Real: by spec or length; the plaintext is in no record. Refused: Recipient.

use super::prelude::*;

shape! {
    pub struct GenerateDataKey {
        KeyId: String,
        EncryptionContext: Option<Context>,
        NumberOfBytes: Option<u32>,
        KeySpec: Option<DataKeySpec>,
        GrantTokens: Option<Vec<String>>,
        Recipient: Option<RecipientInfo>,
        DryRun: Option<bool>,
    }

    pub struct GenerateDataKeyResponse {
        CiphertextBlob: Vec<u8>,
        Plaintext: Vec<u8>,
        KeyId: String,
        KeyMaterialId: String,
    }
}

/// How long a data key shall be.
///
/// # Errors
/// ValidationException when neither or both of spec and length are given.
pub(super) fn length(spec: Option<DataKeySpec>, bytes: Option<u32>) -> Result<usize, Fault> {
    match (spec, bytes) {
        (Some(DataKeySpec::Aes128), None) => Ok(16),
        (Some(DataKeySpec::Aes256), None) => Ok(32),
        (None, Some(bytes)) => Ok(bytes as usize),
        _ => Err(fault::validation("Please specify either number of bytes or key spec.")),
    }
}

/// The ask of everything that encrypts fresh data keys under a symmetric key.
///
/// # Errors
/// As [`policy::using`].
pub(super) fn ask(
    cx: &Read<'_>,
    operation: GrantOperation,
    key: &str,
    context: Option<&Context>,
    tokens: Option<&[String]>,
) -> Result<Ask, Fault> {
    let ask = policy::using(cx, operation, key, context, tokens)?;
    Ok(ask.key("kms:EncryptionAlgorithm", [EncryptionAlgorithm::SymmetricDefault.as_str().to_owned()]))
}

impl Op for GenerateDataKey {
    const NAME: &'static str = "GenerateDataKey";
    const READ_ONLY: bool = false;
    type Output = GenerateDataKeyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        wire::no_recipient(&self.Recipient)?;
        let (context, tokens) = (self.EncryptionContext.as_ref(), self.GrantTokens.as_deref());
        ask(cx, GrantOperation::GenerateDataKey, &self.KeyId, context, tokens)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GenerateDataKeyResponse, Fault> {
        let length = length(self.KeySpec, self.NumberOfBytes)?;
        let key = symmetric_key(cx, &self.KeyId, Self::NAME)?;
        not_dry(self.DryRun)?;
        let plain = make::random_bytes(cx, length);
        let (blob, material) = sealed(cx, &key, self.EncryptionContext.as_ref(), plain.expose())?;
        Ok(GenerateDataKeyResponse {
            CiphertextBlob: blob,
            Plaintext: plain.expose().clone(),
            KeyId: key.arn(),
            KeyMaterialId: material,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_ciphertext_is_of_the_plaintext() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        for (input, length) in [
            (json!({"KeySpec": "AES_256"}), 32),
            (json!({"KeySpec": "AES_128"}), 16),
            (json!({"NumberOfBytes": 1024}), 1024),
        ] {
            let mut input = input;
            input["KeyId"] = json!(key.id);
            input["EncryptionContext"] = json!({"a": "b"});
            let made = lab.root().ok("GenerateDataKey", input);
            assert_eq!((unb64(&made["Plaintext"]).len(), &made["KeyId"]), (length, &json!(key.arn)));
            let back = lab
                .root()
                .ok("Decrypt", json!({"CiphertextBlob": made["CiphertextBlob"], "EncryptionContext": {"a": "b"}}));
            assert_eq!(back["Plaintext"], made["Plaintext"]);
        }
        let neither = lab.root().err("GenerateDataKey", json!({"KeyId": key.id}));
        assert_eq!(neither, "ValidationException: Please specify either number of bytes or key spec.");
    }

    #[test]
    fn no_two_data_keys_are_the_same() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let draw =
            || lab.root().ok("GenerateDataKey", json!({"KeyId": key.id, "KeySpec": "AES_256"}))["Plaintext"].clone();
        assert_ne!(draw(), draw());
    }

    #[test]
    fn a_signing_key_makes_none() {
        let lab = Lab::new();
        let key = lab.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
        assert_eq!(
            lab.root().err("GenerateDataKey", json!({"KeyId": key.id, "KeySpec": "AES_256"})),
            format!(
                "InvalidKeyUsageException: {} key usage is SIGN_VERIFY which is not valid for GenerateDataKey.",
                key.arn
            )
        );
    }

    #[test]
    fn the_record_knows_no_plaintext() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let made = lab.root().ok("GenerateDataKey", json!({"KeyId": key.id, "KeySpec": "AES_256"}));
        let page = lab.house.cloud().store().records(&bastide_testkit::every_record()).unwrap();
        let record = page.records.iter().find(|recorded| recorded.record.action == "GenerateDataKey").unwrap();
        let body = String::from_utf8_lossy(&record.record.body).into_owned();
        assert!(body.contains(&key.arn) && !body.contains(made["Plaintext"].as_str().unwrap()), "{body}");
    }
}
