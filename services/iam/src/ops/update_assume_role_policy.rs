//! IAM UpdateAssumeRolePolicy. Real: the trust policy is checked and remembers users and roles by unique id.

use super::prelude::*;

shape! {
    pub struct UpdateAssumeRolePolicy {
        RoleName: String,
        PolicyDocument: String,
    }
}

impl Op for UpdateAssumeRolePolicy {
    const NAME: &'static str = "UpdateAssumeRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:UpdateAssumeRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let trust = trust::bind(cx.tx, self.PolicyDocument)?;
        entities::edit::<Role, _>(cx.tx, cx.call.account, &self.RoleName, |role| {
            role.trust = trust;
            Ok(())
        })?;
        Ok(Nothing)
    }
}
