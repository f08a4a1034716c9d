//! IAM DeleteUser. Real: refused while the user has groups, access keys or policies.

use super::prelude::*;

shape! {
    pub struct DeleteUser {
        UserName: String,
    }
}

impl Op for DeleteUser {
    const NAME: &'static str = "DeleteUser";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:DeleteUser", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::delete_user(cx.tx, cx.call.account, &self.UserName)?;
        Ok(Nothing)
    }
}
