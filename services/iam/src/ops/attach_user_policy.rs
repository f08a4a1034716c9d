//! IAM AttachUserPolicy. Real: managed policies of the account or of AWS, ten at most; one attached already stays.

use super::prelude::*;

shape! {
    pub struct AttachUserPolicy {
        UserName: String,
        PolicyArn: String,
    }
}

impl Op for AttachUserPolicy {
    const NAME: &'static str = "AttachUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<User>(cx, "iam:AttachUserPolicy", &self.UserName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::attach::<User>(cx.tx, cx.call.account, &self.UserName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
