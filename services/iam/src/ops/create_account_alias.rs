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
