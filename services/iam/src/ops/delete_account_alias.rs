//! IAM DeleteAccountAlias. Real.

use super::prelude::*;

shape! {
    pub struct DeleteAccountAlias {
        AccountAlias: String,
    }
}

impl Op for DeleteAccountAlias {
    const NAME: &'static str = "DeleteAccountAlias";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("iam:DeleteAccountAlias"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        accounts::remove_alias(cx.tx, cx.call.account, &self.AccountAlias)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_alias_is_free_again() {
        let lab = Lab::new();
        lab.root().ok("CreateAccountAlias", json!({ "AccountAlias": "ours" }));
        lab.root().ok("DeleteAccountAlias", json!({ "AccountAlias": "ours" }));
        assert_eq!(lab.root().ok("ListAccountAliases", json!({}))["AccountAliases"], json!([]));
        lab.root().ok("CreateAccountAlias", json!({ "AccountAlias": "ours" }));
    }

    #[test]
    fn an_alias_that_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("DeleteAccountAlias", json!({ "AccountAlias": "none" }));
        assert_eq!(fault, "NoSuchEntity: The account alias with name none cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteAccountAlias", json!({ "AccountAlias": "ours" }), "*");
    }
}
