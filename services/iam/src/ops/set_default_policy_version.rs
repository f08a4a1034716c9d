//! IAM SetDefaultPolicyVersion. Real: the version is in force from the next call on, wherever the policy is attached.

use super::prelude::*;

shape! {
    pub struct SetDefaultPolicyVersion {
        PolicyArn: String,
        VersionId: String,
    }
}

impl Op for SetDefaultPolicyVersion {
    const NAME: &'static str = "SetDefaultPolicyVersion";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:SetDefaultPolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let now = cx.now();
        policies::set_default(cx.tx, &self.PolicyArn, &self.VersionId, now)?;
        Ok(Nothing)
    }
}
