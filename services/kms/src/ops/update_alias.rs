//! KMS UpdateAlias. Real: alias, present key and new key are asked about; usage and kind of both keys must be the same.

use super::create_alias::{on_alias, own_key, own_name, room_for_alias};
use super::prelude::*;

shape! {
    pub struct UpdateAlias {
        AliasName: String,
        TargetKeyId: String,
    }
}

impl Op for UpdateAlias {
    const NAME: &'static str = "UpdateAlias";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = on_alias(cx, "kms:UpdateAlias", &self.AliasName);
        let ask = match aliases::get(cx.state(), cx.account(), cx.region(), &self.AliasName) {
            Some(alias) => ask.and(policy::on_own_key(cx, "kms:UpdateAlias", &alias.key)?),
            None => ask,
        };
        Ok(ask.and(policy::on_own_key(cx, "kms:UpdateAlias", &self.TargetKeyId)?))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        own_name(&self.AliasName)?;
        let place = Place { account: cx.account(), region: cx.region(), id: String::new() };
        let alias = aliases::get(cx.tx, place.account, place.region, &self.AliasName);
        let alias = alias.ok_or_else(|| fault::no_alias(&place.alias_arn(&self.AliasName)))?;
        let new = managed_key(cx, &self.TargetKeyId, Self::NAME)?;
        own_key(cx, &new)?;
        let old = keys::get(cx.tx, &Place { id: alias.key.clone(), ..place });
        let same = |old: &Arc<Key>| old.usage == new.usage && old.spec.is_asymmetric() == new.spec.is_asymmetric();
        if !old.as_ref().is_none_or(same) {
            return Err(fault::validation(
                "The new KMS key must be of the same type and have the same key usage as the current one.",
            ));
        }
        if old.is_none_or(|old| old.place != new.place) {
            room_for_alias(cx, &new)?;
        }
        let now = cx.now();
        aliases::set(cx.tx, &self.AliasName, &new.place, now);
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_alias_moves_to_another_key_of_its_kind() {
        let lab = Lab::new();
        let (old, new) = (lab.key(json!({})), lab.key(json!({})));
        let mac = lab.key(json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}));
        let to = |key: &MadeKey| json!({"AliasName": "alias/a", "TargetKeyId": key.id});
        let missing = lab.root().err("UpdateAlias", to(&new));
        assert_eq!(missing, format!("NotFoundException: Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/a is not found."));
        lab.root().ok("CreateAlias", to(&old));
        lab.root().ok("UpdateAlias", to(&new));
        assert_eq!(lab.root().ok("DescribeKey", json!({"KeyId": "alias/a"}))["KeyMetadata"]["Arn"], new.arn);
        assert_eq!(lab.root().ok("ListAliases", json!({"KeyId": old.id}))["Aliases"], json!([]));
        assert!(lab.root().err("UpdateAlias", to(&mac)).starts_with("ValidationException"));
    }
}
