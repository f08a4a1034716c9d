//! IAM DeletePolicyVersion. Real: the version in force cannot be deleted.

use super::prelude::*;

shape! {
    pub struct DeletePolicyVersion {
        PolicyArn: String,
        VersionId: String,
    }
}

impl Op for DeletePolicyVersion {
    const NAME: &'static str = "DeletePolicyVersion";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:DeletePolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        policies::delete_version(cx.tx, &self.PolicyArn, &self.VersionId)?;
        Ok(Nothing)
    }
}
