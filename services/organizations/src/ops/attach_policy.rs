//! Organizations AttachPolicy. Real: to the root, units and accounts; quotas per target.

use super::prelude::*;

shape! {
    pub struct AttachPolicy {
        PolicyId: String,
        TargetId: String,
    }
}

impl Op for AttachPolicy {
    const NAME: &'static str = "AttachPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_attachment(cx, "organizations:AttachPolicy", &self.PolicyId, &self.TargetId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        policies::attach(cx.tx, &organization, &self.PolicyId, &self.TargetId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn once_and_not_too_many() {
        let lab = Lab::new();
        let attach = |policy: &str| json!({ "PolicyId": policy, "TargetId": "{ou}" });
        lab.ok("AttachPolicy", attach("{scp}"));
        assert_eq!(
            lab.err("AttachPolicy", attach("{scp}")),
            "DuplicatePolicyAttachmentException: A policy with the specified name and type already exists."
        );
        let make = |number: usize| {
            let input = json!({
                "Name": format!("p{number}"), "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny("s3:*"),
            });
            lab.ok("CreatePolicy", input)["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
        };
        for number in 3..=10 {
            lab.ok("AttachPolicy", attach(&make(number)));
        }
        assert_eq!(
            lab.err("AttachPolicy", attach(&make(11))),
            "ConstraintViolationException: You have attached the maximum number of policies to the specified target."
        );
        assert!(lab.err("AttachPolicy", attach("p-00000000")).starts_with("PolicyNotFoundException"));
        let nowhere = json!({ "PolicyId": "{scp}", "TargetId": "ou-zzzz-00000000" });
        assert_eq!(
            lab.err("AttachPolicy", nowhere),
            "TargetNotFoundException: You specified a target that doesn't exist."
        );
    }

    #[test]
    fn the_type_must_be_in_force() {
        let lab = Lab::new();
        lab.ok("DisablePolicyType", json!({ "RootId": "{root}", "PolicyType": "SERVICE_CONTROL_POLICY" }));
        assert_eq!(
            lab.err("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{ou}" })),
            "PolicyTypeNotEnabledException: This operation can be performed only for enabled policy types."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{ou}" }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/{scp}");
    }
}
