//! IAM PutUserPolicy. Real: adds or replaces an inline policy; 2,048 characters for all of a user's together.

use super::prelude::*;

shape! {
    pub struct PutUserPolicy {
        UserName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for PutUserPolicy {
    const NAME: &'static str = "PutUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<User>(cx, "iam:PutUserPolicy", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::put_inline::<User>(cx.tx, cx.call.account, &self.UserName, self.PolicyName, self.PolicyDocument)?;
        Ok(Nothing)
    }
}
