//! IAM DeleteGroupPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DeleteGroupPolicy {
        GroupName: String,
        PolicyName: String,
    }
}

impl Op for DeleteGroupPolicy {
    const NAME: &'static str = "DeleteGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:DeleteGroupPolicy", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::delete_inline::<Group>(cx.tx, cx.call.account, &self.GroupName, &self.PolicyName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_is_gone() {
        let lab = Lab::new().groups(["x"]);
        lab.root()
            .ok("PutGroupPolicy", json!({ "GroupName": "x", "PolicyName": "p", "PolicyDocument": allow("iam:*") }));
        lab.root().ok("DeleteGroupPolicy", json!({ "GroupName": "x", "PolicyName": "p" }));
        assert_eq!(lab.root().ok("ListGroupPolicies", json!({ "GroupName": "x" }))["PolicyNames"], json!([]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().groups(["x"]);
        let fault = lab.root().err("DeleteGroupPolicy", json!({ "GroupName": "x", "PolicyName": "none" }));
        assert_eq!(fault, "NoSuchEntity: The group policy with name none cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteGroupPolicy", json!({ "GroupName": "x", "PolicyName": "p" }), "group x");
    }
}
