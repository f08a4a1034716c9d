//! IAM DetachUserPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DetachUserPolicy {
        UserName: String,
        PolicyArn: String,
    }
}

impl Op for DetachUserPolicy {
    const NAME: &'static str = "DetachUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<User>(cx, "iam:DetachUserPolicy", &self.UserName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::detach::<User>(cx.tx, cx.call.account, &self.UserName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
