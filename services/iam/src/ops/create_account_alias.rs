//! IAM CreateAccountAlias. Real: an account has one alias, unique among all accounts; a new one replaces it.

use super::prelude::*;

shape! {
    pub struct CreateAccountAlias {
        AccountAlias: String,
    }
}

impl Op for CreateAccountAlias {
    const NAME: &'static str = "CreateAccountAlias";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("iam:CreateAccountAlias"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        accounts::set_alias(cx.tx, cx.call.account, &self.AccountAlias)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_new_alias_replaces_the_old() {
        let lab = Lab::new();
        for alias in ["first", "second", "second"] {
            lab.root().ok("CreateAccountAlias", json!({ "AccountAlias": alias }));
        }
        assert_eq!(lab.root().ok("ListAccountAliases", json!({}))["AccountAliases"], json!(["second"]));
    }

    #[test]
    fn an_alias_belongs_to_one_account() {
        let lab = Lab::new();
        lab.root().ok("CreateAccountAlias", json!({ "AccountAlias": "ours" }));
        let other = bastide_authn::Principal::Root { account: "444455556666".parse().unwrap() };
        assert_eq!(
            lab.principal(other).err("CreateAccountAlias", json!({ "AccountAlias": "ours" })),
            "EntityAlreadyExists: The account alias ours already exists."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreateAccountAlias", json!({ "AccountAlias": "ours" }), "*");
    }
}
