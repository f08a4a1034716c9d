//! IAM DeleteUserPermissionsBoundary. Real.

use super::prelude::*;

shape! {
    pub struct DeleteUserPermissionsBoundary {
        UserName: String,
    }
}

impl Op for DeleteUserPermissionsBoundary {
    const NAME: &'static str = "DeleteUserPermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<User>(cx, "iam:DeleteUserPermissionsBoundary", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::clear_boundary::<User>(cx.tx, cx.call.account, &self.UserName)?;
        Ok(Nothing)
    }
}
