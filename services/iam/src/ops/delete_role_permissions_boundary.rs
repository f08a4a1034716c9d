//! IAM DeleteRolePermissionsBoundary. Real.

use super::prelude::*;

shape! {
    pub struct DeleteRolePermissionsBoundary {
        RoleName: String,
    }
}

impl Op for DeleteRolePermissionsBoundary {
    const NAME: &'static str = "DeleteRolePermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:DeleteRolePermissionsBoundary", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::clear_boundary::<Role>(cx.tx, cx.call.account, &self.RoleName)?;
        Ok(Nothing)
    }
}
