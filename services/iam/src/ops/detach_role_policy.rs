//! IAM DetachRolePolicy. Real.

use super::prelude::*;

shape! {
    pub struct DetachRolePolicy {
        RoleName: String,
        PolicyArn: String,
    }
}

impl Op for DetachRolePolicy {
    const NAME: &'static str = "DetachRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<Role>(cx, "iam:DetachRolePolicy", &self.RoleName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::detach::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_no_longer_counts() {
        let lab = Lab::new().roles(["x"]).policies(["p"]);
        let input = json!({ "RoleName": "x", "PolicyArn": arn("policy/p") });
        let count =
            || lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") }))["Policy"]["AttachmentCount"].clone();
        lab.root().ok("AttachRolePolicy", input.clone());
        assert_eq!(count(), 1);
        lab.root().ok("DetachRolePolicy", input);
        assert_eq!(count(), 0);
        assert_eq!(
            lab.root().ok("ListAttachedRolePolicies", json!({ "RoleName": "x" }))["AttachedPolicies"],
            json!([])
        );
    }

    #[test]
    fn what_is_not_attached_is_not_found() {
        let lab = Lab::new().roles(["x"]).policies(["p"]);
        let fault = lab.root().err("DetachRolePolicy", json!({ "RoleName": "x", "PolicyArn": arn("policy/p") }));
        assert_eq!(fault, format!("NoSuchEntity: Policy {} was not found.", arn("policy/p")));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DetachRolePolicy", json!({ "RoleName": "x", "PolicyArn": arn("policy/p") }), "role x");
    }
}
