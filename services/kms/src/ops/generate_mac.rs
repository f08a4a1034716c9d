//! KMS GenerateMac. Real: HMAC with SHA-224 to SHA-512.

use super::prelude::*;

shape! {
    pub struct GenerateMac {
        Message: Vec<u8>,
        KeyId: String,
        MacAlgorithm: MacAlgorithm,
        GrantTokens: Option<Vec<String>>,
        DryRun: Option<bool>,
    }

    pub struct GenerateMacResponse {
        Mac: Vec<u8>,
        MacAlgorithm: MacAlgorithm,
        KeyId: String,
    }
}

/// The MAC key that is named, for an algorithm that is its.
///
/// # Errors
/// As [`usable_key`]; InvalidKeyUsageException.
pub(super) fn mac_key(cx: &Cx<'_>, text: &str, operation: &str, algorithm: MacAlgorithm) -> Result<Arc<Key>, Fault> {
    let key = usable_key(cx, text, operation, KeyUsage::GenerateVerifyMac)?;
    match key.spec.info()?.mac.contains(&algorithm) {
        true => Ok(key),
        false => Err(fault::wrong_algorithm(algorithm.as_str(), key.spec.as_str())),
    }
}

/// # Errors
/// Internal, when the key has no material, which its state excludes.
pub(super) fn mac_secret(key: &Key) -> Result<&SecretBytes, Fault> {
    key.current().and_then(Material::secret).ok_or_else(|| Fault::internal("no MAC key"))
}

impl Op for GenerateMac {
    const NAME: &'static str = "GenerateMac";
    const READ_ONLY: bool = true;
    type Output = GenerateMacResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::using(cx, GrantOperation::GenerateMac, &self.KeyId, None, self.GrantTokens.as_deref())?;
        Ok(ask.key("kms:MacAlgorithm", [self.MacAlgorithm.as_str().to_owned()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GenerateMacResponse, Fault> {
        let key = mac_key(cx, &self.KeyId, Self::NAME, self.MacAlgorithm)?;
        not_dry(self.DryRun)?;
        let mac = self.MacAlgorithm.sign(mac_secret(&key)?, &self.Message);
        Ok(GenerateMacResponse { Mac: mac, MacAlgorithm: self.MacAlgorithm, KeyId: key.arn() })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_mac_verifies_with_its_key_message_and_algorithm_only() {
        let lab = Lab::new();
        for (size, length) in [("224", 28), ("256", 32), ("384", 48), ("512", 64)] {
            let key = lab.key(json!({"KeySpec": format!("HMAC_{size}"), "KeyUsage": "GENERATE_VERIFY_MAC"}));
            let algorithm = format!("HMAC_SHA_{size}");
            let mut input =
                json!({"KeyId": key.id, "Message": b64(b"some important message"), "MacAlgorithm": algorithm});
            let made = lab.root().ok("GenerateMac", input.clone());
            assert_eq!((unb64(&made["Mac"]).len(), &made["KeyId"]), (length, &json!(key.arn)));
            input["Mac"] = made["Mac"].clone();
            let verified = lab.root().ok("VerifyMac", input.clone());
            assert_eq!(verified, json!({"KeyId": key.arn, "MacValid": true, "MacAlgorithm": algorithm}));
            input["Message"] = json!(b64(b"another message"));
            assert_eq!(lab.root().err("VerifyMac", input.clone()), "KMSInvalidMacException: ");
            input["MacAlgorithm"] = json!(if size == "512" { "HMAC_SHA_256" } else { "HMAC_SHA_512" });
            let other = input["MacAlgorithm"].as_str().unwrap();
            assert_eq!(
                lab.root().err("VerifyMac", input.clone()),
                format!("InvalidKeyUsageException: Algorithm {other} is incompatible with key spec HMAC_{size}.")
            );
        }
        let input = json!({"KeyId": "key_id", "Message": b64(b"x"), "MacAlgorithm": "HMAC_SHA_256"});
        assert_eq!(lab.root().err("GenerateMac", input), "NotFoundException: Invalid keyId 'key_id'");
    }
}
