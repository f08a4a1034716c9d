//! IAM DeleteGroupPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DeleteGroupPolicy {
        GroupName: String,
        PolicyName: String,
    }
}

impl Op for DeleteGroupPolicy {
    const NAME: &'static str = "DeleteGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:DeleteGroupPolicy", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::delete_inline::<Group>(cx.tx, cx.call.account, &self.GroupName, &self.PolicyName)?;
        Ok(Nothing)
    }
}
