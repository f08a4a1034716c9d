//! KMS UpdateKeyDescription. Real.

use super::prelude::*;

shape! {
    pub struct UpdateKeyDescription {
        KeyId: String,
        Description: String,
    }
}

impl Op for UpdateKeyDescription {
    const NAME: &'static str = "UpdateKeyDescription";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:UpdateKeyDescription", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        keys::change(cx.tx, &key.place, |key| key.description = self.Description);
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_description_is_what_was_said_last() {
        let lab = Lab::new();
        let key = lab.key(json!({"Description": "old"}));
        lab.root().ok("UpdateKeyDescription", json!({"KeyId": key.id, "Description": "new"}));
        assert_eq!(lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["Description"], "new");
    }
}
