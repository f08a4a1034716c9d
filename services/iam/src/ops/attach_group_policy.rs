//! IAM AttachGroupPolicy. Real: managed policies of the account or of AWS, ten at most; one attached already stays.

use super::prelude::*;

shape! {
    pub struct AttachGroupPolicy {
        GroupName: String,
        PolicyArn: String,
    }
}

impl Op for AttachGroupPolicy {
    const NAME: &'static str = "AttachGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on::<Group>(cx, "iam:AttachGroupPolicy", &self.GroupName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::attach::<Group>(cx.tx, cx.call.account, &self.GroupName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
