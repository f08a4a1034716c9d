//! KMS Decrypt. Real: symmetric ciphertexts name their key and backing key themselves; RSA OAEP needs KeyId and algorithm;
//! every backing key that ever was current decrypts. Refused: Recipient, DryRunModifiers.

use super::encrypt::no_context;
use super::prelude::*;

shape! {
    pub struct Decrypt {
        CiphertextBlob: Option<Vec<u8>>,
        EncryptionContext: Option<Context>,
        GrantTokens: Option<Vec<String>>,
        KeyId: Option<String>,
        EncryptionAlgorithm: Option<EncryptionAlgorithm>,
        Recipient: Option<RecipientInfo>,
        DryRun: Option<bool>,
        DryRunModifiers: Option<Vec<String>>,
    }

    pub struct DecryptResponse {
        KeyId: String,
        Plaintext: Vec<u8>,
        EncryptionAlgorithm: EncryptionAlgorithm,
        KeyMaterialId: Option<String>,
    }
}

/// What is to be decrypted, for Decrypt and for ReEncrypt.
pub(super) struct Source<'a> {
    pub blob: &'a [u8],
    pub key: Option<&'a str>,
    pub algorithm: EncryptionAlgorithm,
    pub context: Option<&'a Context>,
}

impl Source<'_> {
    /// The key that the ciphertext names, or the request where the ciphertext cannot.
    ///
    /// # Errors
    /// InvalidCiphertextException for what nothing here made; IncorrectKeyException when both name another; ValidationException
    /// when none names one.
    pub fn target(&self, cx: &Read<'_>) -> Result<Target, Fault> {
        let named = self.key.map(|text| keys::find(cx.state(), cx.call, text, Named::ByKeyOrAlias)).transpose()?;
        if self.algorithm != EncryptionAlgorithm::SymmetricDefault {
            return named.ok_or_else(|| fault::validation("KeyId is required for asymmetric algorithms."));
        }
        let envelope = Envelope::parse(self.blob).ok_or_else(fault::invalid_ciphertext)?;
        let place = Place { account: envelope.account, region: cx.region(), id: envelope.key.to_owned() };
        match named {
            Some(named) if named.key.is_some() && named.place != place => Err(fault::incorrect_key(
                "The key ID in the request does not identify a CMK that can perform this operation.",
            )),
            Some(named) => Ok(named),
            None => {
                let key = keys::get(cx.state(), &place);
                Ok(Target { place, alias: None, key })
            }
        }
    }

    /// The plaintext, and the material it was under.
    ///
    /// # Errors
    /// What the table of states says; InvalidKeyUsageException; InvalidCiphertextException.
    pub fn open(&self, key: &Key, operation: &str) -> Result<(Vec<u8>, Option<String>), Fault> {
        states::check(key, operation)?;
        if key.usage != KeyUsage::EncryptDecrypt {
            return Err(fault::wrong_usage(&key.arn(), key.usage.as_str(), operation));
        }
        if !key.spec.info()?.encryption.contains(&self.algorithm) {
            return Err(fault::wrong_algorithm(self.algorithm.as_str(), key.spec.as_str()));
        }
        if self.algorithm != EncryptionAlgorithm::SymmetricDefault {
            no_context(self.context)?;
            let plain = private(key)?.decrypt(self.algorithm, self.blob);
            return Ok((plain.ok_or_else(fault::invalid_ciphertext)?, None));
        }
        let envelope = Envelope::parse(self.blob).ok_or_else(fault::invalid_ciphertext)?;
        let material = key.material(&envelope.material).and_then(|material| material.secret());
        let plain = material.and_then(|secret| envelope.open(secret, self.context));
        Ok((plain.ok_or_else(fault::invalid_ciphertext)?, Some(envelope.material)))
    }
}

impl Decrypt {
    fn source(&self) -> Result<Source<'_>, Fault> {
        wire::no_recipient(&self.Recipient)?;
        if self.DryRunModifiers.is_some() {
            return Err(fault::not_here("DryRunModifiers"));
        }
        Ok(Source {
            blob: self.CiphertextBlob.as_deref().ok_or_else(|| fault::validation("CiphertextBlob is required."))?,
            key: self.KeyId.as_deref(),
            algorithm: self.EncryptionAlgorithm.unwrap_or(EncryptionAlgorithm::SymmetricDefault),
            context: self.EncryptionContext.as_ref(),
        })
    }
}

impl Op for Decrypt {
    const NAME: &'static str = "Decrypt";
    const READ_ONLY: bool = false;
    type Output = DecryptResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let source = self.source()?;
        let target = source.target(cx)?;
        let tokens = self.GrantTokens.as_deref();
        let ask = policy::using_target(cx, GrantOperation::Decrypt, &target, source.context, tokens)?;
        Ok(ask.key("kms:EncryptionAlgorithm", [source.algorithm.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DecryptResponse, Fault> {
        let source = self.source()?;
        let target = source.target(&cx.read())?;
        let key = target.key()?;
        let (plain, material) = source.open(key, Self::NAME)?;
        not_dry(self.DryRun)?;
        Ok(DecryptResponse {
            KeyId: key.arn(),
            Plaintext: plain,
            EncryptionAlgorithm: source.algorithm,
            KeyMaterialId: material,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_wrong_context_and_a_changed_bit_are_the_same_error_without_words() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let context = json!({"purpose": "test"});
        let blob = lab.encrypt(&key, b"text", context.clone());
        let silent = "InvalidCiphertextException: ";
        assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": blob})), silent);
        let wrong = json!({"CiphertextBlob": blob, "EncryptionContext": {"purpose": "other"}});
        assert_eq!(lab.root().err("Decrypt", wrong), silent);
        let mut bytes = unb64(&blob);
        *bytes.last_mut().unwrap() ^= 1;
        assert_eq!(
            lab.root().err("Decrypt", json!({"CiphertextBlob": b64(&bytes), "EncryptionContext": context})),
            silent
        );
        assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": b64(b"some text")})), silent);
    }

    #[test]
    fn a_key_that_did_not_make_it_is_incorrect() {
        let lab = Lab::new();
        let (key, other) = (lab.key(json!({})), lab.key(json!({})));
        let blob = lab.encrypt(&key, b"text", json!({}));
        assert_eq!(
            lab.root().err("Decrypt", json!({"CiphertextBlob": blob, "KeyId": other.id})),
            "IncorrectKeyException: The key ID in the request does not identify a CMK that can perform this operation."
        );
        let right = lab.root().ok("Decrypt", json!({"CiphertextBlob": blob, "KeyId": key.arn}));
        assert_eq!(right["Plaintext"], b64(b"text"));
    }

    #[test]
    fn conditions_see_the_encryption_context() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let alice = lab.user(
            "alice",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Decrypt","Resource":"*","Condition":{
            "StringEquals":{"kms:EncryptionContext:team":"red","kms:EncryptionAlgorithm":"SYMMETRIC_DEFAULT"},
            "ForAllValues:StringEquals":{"kms:EncryptionContextKeys":["team"]}}}]}"#,
        );
        let (red, blue) = (json!({"team": "red"}), json!({"team": "blue"}));
        let text = |context: &Json| json!({"CiphertextBlob": lab.encrypt(&key, b"x", context.clone()), "EncryptionContext": context});
        assert_eq!(alice.ok("Decrypt", text(&red))["Plaintext"], b64(b"x"));
        assert!(alice.err("Decrypt", text(&blue)).starts_with("AccessDeniedException"));
        let more = json!({"team": "red", "more": "x"});
        assert!(alice.err("Decrypt", text(&more)).starts_with("AccessDeniedException"));
    }
}
