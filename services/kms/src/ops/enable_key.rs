//! KMS EnableKey. Real.

use super::prelude::*;

shape! {
    pub struct EnableKey {
        KeyId: String,
    }
}

impl Op for EnableKey {
    const NAME: &'static str = "EnableKey";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:EnableKey", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        keys::change(cx.tx, &key.place, |key| key.state = KeyState::Enabled);
        Ok(Nothing)
    }
}
