//! Organizations DeletePolicy. Real: only one that is attached nowhere.

use super::prelude::*;

shape! {
    pub struct DeletePolicy {
        PolicyId: String,
    }
}

impl Op for DeletePolicy {
    const NAME: &'static str = "DeletePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_policy(cx, "organizations:DeletePolicy", &self.PolicyId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        policies::delete(cx.tx, &organization, &self.PolicyId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn what_is_attached_stays() {
        let lab = Lab::new();
        let policy = || json!({ "PolicyId": "{scp}" });
        let attachment = || json!({ "PolicyId": "{scp}", "TargetId": "{ou}" });
        lab.ok("AttachPolicy", attachment());
        assert!(lab.err("DeletePolicy", policy()).starts_with("PolicyInUseException"));
        lab.ok("DetachPolicy", attachment());
        lab.ok("DeletePolicy", policy());
        assert!(lab.err("DeletePolicy", policy()).starts_with("PolicyNotFoundException"));
        assert!(lab.err("DeletePolicy", json!({ "PolicyId": "p-FullAWSAccess" })).starts_with("InvalidInputException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeletePolicy", json!({ "PolicyId": "{scp}" }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/{scp}");
    }
}
