//! IAM PutRolePolicy. Real: adds or replaces an inline policy; 10,240 characters for all of a role's together.

use super::prelude::*;

shape! {
    pub struct PutRolePolicy {
        RoleName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for PutRolePolicy {
    const NAME: &'static str = "PutRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:PutRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::put_inline::<Role>(cx.tx, cx.call.account, &self.RoleName, self.PolicyName, self.PolicyDocument)?;
        Ok(Nothing)
    }
}
