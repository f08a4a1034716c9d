//! IAM AttachRolePolicy. Real: managed policies of the account or of AWS, ten at most; one attached already stays.

use super::prelude::*;

shape! {
    pub struct AttachRolePolicy {
        RoleName: String,
        PolicyArn: String,
    }
}

impl Op for AttachRolePolicy {
    const NAME: &'static str = "AttachRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<Role>(cx, "iam:AttachRolePolicy", &self.RoleName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::attach::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn policies_of_aws_apply_at_once() {
        let lab = Lab::new().roles(["x"]);
        let readers = "arn:aws:iam::aws:policy/IAMReadOnlyAccess";
        for _ in 0..2 {
            lab.root().ok("AttachRolePolicy", json!({ "RoleName": "x", "PolicyArn": readers }));
        }
        lab.session("x").ok("ListUsers", json!({}));
        assert!(lab.session("x").err("CreateUser", json!({ "UserName": "eve" })).starts_with("AccessDenied"));
        let found = lab.root().ok("ListAttachedRolePolicies", json!({ "RoleName": "x" }));
        assert_eq!(found["AttachedPolicies"], json!([{ "PolicyName": "IAMReadOnlyAccess", "PolicyArn": readers }]));
    }

    #[test]
    fn ten_policies_are_attached_at_most() {
        let lab = Lab::new().roles(["x"]).policies(["p0", "p1", "p2", "p3", "p4", "p5", "p6", "p7", "p8", "p9", "p10"]);
        let attach = |n: u32| json!({ "RoleName": "x", "PolicyArn": arn(&format!("policy/p{n}")) });
        (0..10).for_each(|n| drop(lab.root().ok("AttachRolePolicy", attach(n))));
        let fault = lab.root().err("AttachRolePolicy", attach(10));
        assert_eq!(fault, "LimitExceeded: Cannot exceed quota for PoliciesPerRole: 10");
        lab.root().ok("AttachRolePolicy", attach(3));
    }

    #[test]
    fn the_policy_must_exist_and_be_attachable() {
        let lab = Lab::new().roles(["x"]);
        let attach = |arn: &str| lab.root().err("AttachRolePolicy", json!({ "RoleName": "x", "PolicyArn": arn }));
        assert_eq!(attach("longpolicynamebutnoarn"), "InvalidInput: ARN longpolicynamebutnoarn is not valid.");
        let none = arn("policy/none");
        assert_eq!(attach(&none), format!("NoSuchEntity: Policy {none} does not exist or is not attachable."));
        let linked = "arn:aws:iam::aws:policy/aws-service-role/AmazonEKSServiceRolePolicy";
        assert_eq!(attach(linked), "PolicyNotAttachable: Cannot attach a Service Role Policy to a Customer Role.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("AttachRolePolicy", json!({ "RoleName": "x", "PolicyArn": arn("policy/p") }), "role x");
    }
}
