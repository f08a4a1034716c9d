//! IAM PutGroupPolicy. Real: adds or replaces an inline policy; 5,120 characters for all of a group's together.

use super::prelude::*;

shape! {
    pub struct PutGroupPolicy {
        GroupName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for PutGroupPolicy {
    const NAME: &'static str = "PutGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:PutGroupPolicy", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::put_inline::<Group>(cx.tx, cx.call.account, &self.GroupName, self.PolicyName, self.PolicyDocument)?;
        Ok(Nothing)
    }
}
