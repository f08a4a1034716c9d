//! IAM DeleteRolePolicy. Real.

use super::prelude::*;

shape! {
    pub struct DeleteRolePolicy {
        RoleName: String,
        PolicyName: String,
    }
}

impl Op for DeleteRolePolicy {
    const NAME: &'static str = "DeleteRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:DeleteRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::delete_inline::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PolicyName)?;
        Ok(Nothing)
    }
}
