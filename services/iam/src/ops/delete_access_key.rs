//! IAM DeleteAccessKey. Real: the key signs nothing from then on.

use super::prelude::*;

shape! {
    pub struct DeleteAccessKey {
        UserName: Option<String>,
        AccessKeyId: String,
    }
}

impl Op for DeleteAccessKey {
    const NAME: &'static str = "DeleteAccessKey";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_keys_of(cx, "iam:DeleteAccessKey", self.UserName.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let ring = keys::keyring(cx.tx, cx.account(), &cx.call.caller.principal, self.UserName.as_deref())?;
        keys::delete(cx.tx, cx.call.account, &ring, &self.AccessKeyId)?;
        Ok(Nothing)
    }
}
