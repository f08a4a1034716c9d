//! IAM DetachRolePolicy. Real.

use super::prelude::*;

shape! {
    pub struct DetachRolePolicy {
        RoleName: String,
        PolicyArn: String,
    }
}

impl Op for DetachRolePolicy {
    const NAME: &'static str = "DetachRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<Role>(cx, "iam:DetachRolePolicy", &self.RoleName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::detach::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
