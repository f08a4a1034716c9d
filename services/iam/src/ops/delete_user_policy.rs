//! IAM DeleteUserPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DeleteUserPolicy {
        UserName: String,
        PolicyName: String,
    }
}

impl Op for DeleteUserPolicy {
    const NAME: &'static str = "DeleteUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<User>(cx, "iam:DeleteUserPolicy", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::delete_inline::<User>(cx.tx, cx.call.account, &self.UserName, &self.PolicyName)?;
        Ok(Nothing)
    }
}
