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
