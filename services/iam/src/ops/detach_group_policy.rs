//! IAM DetachGroupPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DetachGroupPolicy {
        GroupName: String,
        PolicyArn: String,
    }
}

impl Op for DetachGroupPolicy {
    const NAME: &'static str = "DetachGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on::<Group>(cx, "iam:DetachGroupPolicy", &self.GroupName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::detach::<Group>(cx.tx, cx.call.account, &self.GroupName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
