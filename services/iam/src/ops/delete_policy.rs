//! IAM DeletePolicy. Real: refused while it is attached, is a boundary, or has more than one version.

use super::prelude::*;

shape! {
    pub struct DeletePolicy {
        PolicyArn: String,
    }
}

impl Op for DeletePolicy {
    const NAME: &'static str = "DeletePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:DeletePolicy", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        policies::delete(cx.tx, &self.PolicyArn)?;
        Ok(Nothing)
    }
}
