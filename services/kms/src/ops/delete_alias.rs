//! KMS DeleteAlias. Real: alias and key are asked about; the key stays.

use super::create_alias::{on_alias, own_name};
use super::prelude::*;

shape! {
    pub struct DeleteAlias {
        AliasName: String,
    }
}

impl Op for DeleteAlias {
    const NAME: &'static str = "DeleteAlias";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = on_alias(cx, "kms:DeleteAlias", &self.AliasName);
        match aliases::get(cx.state(), cx.account(), cx.region(), &self.AliasName) {
            Some(alias) => Ok(ask.and(policy::on_own_key(cx, "kms:DeleteAlias", &alias.key)?)),
            None => Ok(ask),
        }
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        own_name(&self.AliasName)?;
        let (account, region) = (cx.account(), cx.region());
        if aliases::get(cx.tx, account, region, &self.AliasName).is_none() {
            let place = Place { account, region, id: String::new() };
            return Err(fault::no_alias(&place.alias_arn(&self.AliasName)));
        }
        aliases::delete(cx.tx, account, region, &self.AliasName);
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_name_goes_and_the_key_stays() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        lab.root().ok("CreateAlias", json!({"AliasName": "alias/a", "TargetKeyId": key.id}));
        lab.root().ok("DeleteAlias", json!({"AliasName": "alias/a"}));
        let gone = format!("NotFoundException: Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/a is not found.");
        assert_eq!(lab.root().err("DescribeKey", json!({"KeyId": "alias/a"})), gone);
        assert_eq!(lab.root().err("DeleteAlias", json!({"AliasName": "alias/a"})), gone);
        assert_eq!(lab.state_of(&key), "Enabled");
    }
}
