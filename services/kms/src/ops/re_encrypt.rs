//! KMS ReEncrypt. Real: from and to any encryption key and algorithm, with both contexts; two decisions, ReEncryptFrom on the
//! source key and ReEncryptTo on the destination; the plaintext stays inside. Refused: DryRunModifiers.

use super::decrypt::Source;
use super::encrypt::encrypted;
use super::prelude::*;

shape! {
    pub struct ReEncrypt {
        CiphertextBlob: Option<Vec<u8>>,
        SourceEncryptionContext: Option<Context>,
        SourceKeyId: Option<String>,
        DestinationKeyId: String,
        DestinationEncryptionContext: Option<Context>,
        SourceEncryptionAlgorithm: Option<EncryptionAlgorithm>,
        DestinationEncryptionAlgorithm: Option<EncryptionAlgorithm>,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
        DryRunModifiers: Option<Vec<String>>,
    }

    pub struct ReEncryptResponse {
        CiphertextBlob: Vec<u8>,
        SourceKeyId: String,
        KeyId: String,
        SourceEncryptionAlgorithm: EncryptionAlgorithm,
        DestinationEncryptionAlgorithm: EncryptionAlgorithm,
        SourceKeyMaterialId: Option<String>,
        DestinationKeyMaterialId: Option<String>,
    }
}

impl ReEncrypt {
    fn source(&self) -> Result<Source<'_>, Fault> {
        if self.DryRunModifiers.is_some() {
            return Err(fault::not_here("DryRunModifiers"));
        }
        Ok(Source {
            blob: self.CiphertextBlob.as_deref().ok_or_else(|| fault::validation("CiphertextBlob is required."))?,
            key: self.SourceKeyId.as_deref(),
            algorithm: self.SourceEncryptionAlgorithm.unwrap_or(EncryptionAlgorithm::SymmetricDefault),
            context: self.SourceEncryptionContext.as_ref(),
        })
    }

    fn destination_algorithm(&self) -> EncryptionAlgorithm {
        self.DestinationEncryptionAlgorithm.unwrap_or(EncryptionAlgorithm::SymmetricDefault)
    }
}

impl Op for ReEncrypt {
    const NAME: &'static str = "ReEncrypt";
    const READ_ONLY: bool = true;
    type Output = ReEncryptResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let (source, tokens) = (self.source()?, self.GrantTokens.as_deref());
        let from = source.target(cx)?;
        let to = keys::find(cx.state(), cx.call, &self.DestinationKeyId, Named::ByKeyOrAlias)?;
        let same = (from.place == to.place).to_string();
        let both = |ask: Ask, algorithm: EncryptionAlgorithm| {
            ask.key("kms:EncryptionAlgorithm", [algorithm.as_str().to_owned()])
                .key("kms:ReEncryptOnSameKey", [same.clone()])
        };
        let reading = policy::using_target(cx, GrantOperation::ReEncryptFrom, &from, source.context, tokens)?;
        let context = self.DestinationEncryptionContext.as_ref();
        let writing = policy::using_target(cx, GrantOperation::ReEncryptTo, &to, context, tokens)?;
        Ok(both(reading, source.algorithm).and(both(writing, self.destination_algorithm())))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ReEncryptResponse, Fault> {
        let source = self.source()?;
        let from = source.target(&cx.read())?.key()?.clone();
        let to = usable_key(cx, &self.DestinationKeyId, Self::NAME, KeyUsage::EncryptDecrypt)?;
        let (plain, from_material) = source.open(&from, Self::NAME)?;
        let plain = SecretBytes::new(plain);
        not_dry(self.DryRun)?;
        let algorithm = self.destination_algorithm();
        let blob = encrypted(cx, &to, algorithm, self.DestinationEncryptionContext.as_ref(), plain.expose())?;
        let symmetric = algorithm == EncryptionAlgorithm::SymmetricDefault;
        Ok(ReEncryptResponse {
            CiphertextBlob: blob,
            SourceKeyId: from.arn(),
            KeyId: to.arn(),
            SourceEncryptionAlgorithm: source.algorithm,
            DestinationEncryptionAlgorithm: algorithm,
            SourceKeyMaterialId: from_material,
            DestinationKeyMaterialId: to.current().filter(|_| symmetric).map(|material| material.id.clone()),
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn from_one_key_and_context_to_another() {
        let lab = Lab::new();
        let (one, two) = (lab.key(json!({})), lab.key(json!({})));
        let rsa = lab.key(json!({"KeySpec": "RSA_2048", "KeyUsage": "ENCRYPT_DECRYPT"}));
        let blob = lab.encrypt(&one, b"text", json!({"old": "1"}));
        let moved = lab.root().ok(
            "ReEncrypt",
            json!({"CiphertextBlob": blob, "SourceEncryptionContext": {"old": "1"}, "DestinationKeyId": two.id,
                "DestinationEncryptionContext": {"new": "2"}}),
        );
        assert_eq!((&moved["SourceKeyId"], &moved["KeyId"]), (&json!(one.arn), &json!(two.arn)));
        let back = lab
            .root()
            .ok("Decrypt", json!({"CiphertextBlob": moved["CiphertextBlob"], "EncryptionContext": {"new": "2"}}));
        assert_eq!((&back["Plaintext"], &back["KeyId"]), (&json!(b64(b"text")), &json!(two.arn)));
        let out = lab.root().ok(
            "ReEncrypt",
            json!({"CiphertextBlob": moved["CiphertextBlob"], "SourceEncryptionContext": {"new": "2"},
                "DestinationKeyId": rsa.id, "DestinationEncryptionAlgorithm": "RSAES_OAEP_SHA_256"}),
        );
        let back = lab.root().ok(
            "Decrypt",
            json!({"CiphertextBlob": out["CiphertextBlob"], "KeyId": rsa.id,
            "EncryptionAlgorithm": "RSAES_OAEP_SHA_256"}),
        );
        assert_eq!(back["Plaintext"], b64(b"text"));
        let incorrect = lab
            .root()
            .err("ReEncrypt", json!({"CiphertextBlob": blob, "SourceKeyId": two.id, "DestinationKeyId": two.id}));
        assert_eq!(
            incorrect,
            "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation."
        );
    }

    #[test]
    fn both_sides_must_be_allowed() {
        let lab = Lab::new();
        let (one, two) = (lab.key(json!({})), lab.key(json!({})));
        let blob = lab.encrypt(&one, b"text", json!({}));
        let statement = |action: &str, key: &MadeKey| json!({"Effect": "Allow", "Action": action, "Resource": key.arn});
        let policy = |statements: &[Json]| json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let input = json!({"CiphertextBlob": blob, "DestinationKeyId": two.id});
        let half = lab.user("half", &policy(&[statement("kms:ReEncryptFrom", &one)]));
        assert!(half.err("ReEncrypt", input.clone()).contains("kms:ReEncryptTo"));
        let whole = policy(&[statement("kms:ReEncryptFrom", &one), statement("kms:ReEncryptTo", &two)]);
        lab.user("whole", &whole).ok("ReEncrypt", input);
    }
}
