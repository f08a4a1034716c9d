//! KMS DisableKeyRotation. Real: what was rotated stays; nothing is rotated any more.

use super::enable_key_rotation::rotatable;
use super::prelude::*;

shape! {
    pub struct DisableKeyRotation {
        KeyId: String,
    }
}

impl Op for DisableKeyRotation {
    const NAME: &'static str = "DisableKeyRotation";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:DisableKeyRotation", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = rotatable(cx, &self.KeyId, Self::NAME)?;
        keys::change(cx.tx, &key.place, |key| key.rotation = None);
        Ok(Nothing)
    }
}
