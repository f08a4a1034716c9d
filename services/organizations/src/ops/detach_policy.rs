//! Organizations DetachPolicy. Real: the last service control policy stays, and so does RCPFullAWSAccess.

use super::prelude::*;

shape! {
    pub struct DetachPolicy {
        PolicyId: String,
        TargetId: String,
    }
}

impl Op for DetachPolicy {
    const NAME: &'static str = "DetachPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_attachment(cx, "organizations:DetachPolicy", &self.PolicyId, &self.TargetId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        policies::detach(cx.tx, &organization, &self.PolicyId, &self.TargetId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_last_one_stays() {
        let lab = Lab::new();
        let detach = |policy: &str| json!({ "PolicyId": policy, "TargetId": "{ou}" });
        assert!(lab.err("DetachPolicy", detach("{scp}")).starts_with("PolicyNotAttachedException"));
        assert_eq!(
            lab.err("DetachPolicy", detach("p-FullAWSAccess")),
            "ConstraintViolationException: You cannot remove the last policy attached to the specified target. You must have at least one attached at all times."
        );
        assert!(lab.err("DetachPolicy", detach("p-RCPFullAWSAccess")).starts_with("InvalidInputException"));
        lab.ok("AttachPolicy", detach("{scp}"));
        lab.ok("DetachPolicy", detach("p-FullAWSAccess"));
        let left = lab.ok("ListPoliciesForTarget", json!({ "TargetId": "{ou}", "Filter": "SERVICE_CONTROL_POLICY" }));
        assert_eq!(left["Policies"][0]["Id"], lab.scp);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DetachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{ou}" }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/{scp}");
    }
}
