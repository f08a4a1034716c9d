//! KMS DisableKey. Real: all use stops at once; what the key is stays.

use super::prelude::*;

shape! {
    pub struct DisableKey {
        KeyId: String,
    }
}

impl Op for DisableKey {
    const NAME: &'static str = "DisableKey";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:DisableKey", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        keys::change(cx.tx, &key.place, |key| key.state = KeyState::Disabled);
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_disabled_key_does_nothing_until_it_is_enabled() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let blob = lab.encrypt(&key, b"x", json!({}));
        lab.root().ok("DisableKey", json!({"KeyId": key.id}));
        assert_eq!(lab.state_of(&key), "Disabled");
        let disabled = format!("DisabledException: {} is disabled.", key.arn);
        assert_eq!(lab.root().err("Encrypt", json!({"KeyId": key.id, "Plaintext": b64(b"x")})), disabled);
        assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": blob})), disabled);
        lab.root().ok("EnableKey", json!({"KeyId": key.id}));
        assert_eq!(lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}))["Plaintext"], b64(b"x"));
    }
}
