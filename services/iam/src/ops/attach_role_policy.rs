//! IAM AttachRolePolicy. Real: managed policies of the account or of AWS, ten at most; one attached already stays.

use super::prelude::*;

shape! {
    pub struct AttachRolePolicy {
        RoleName: String,
        PolicyArn: String,
    }
}

impl Op for AttachRolePolicy {
    const NAME: &'static str = "AttachRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<Role>(cx, "iam:AttachRolePolicy", &self.RoleName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::attach::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
