//! IAM DeleteUserPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DeleteUserPolicy {
        UserName: String,
        PolicyName: String,
    }
}

impl Op for DeleteUserPolicy {
    const NAME: &'static str = "DeleteUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<User>(cx, "iam:DeleteUserPolicy", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::delete_inline::<User>(cx.tx, cx.call.account, &self.UserName, &self.PolicyName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_is_gone() {
        let lab = Lab::new().users(["x"]);
        lab.root().ok("PutUserPolicy", json!({ "UserName": "x", "PolicyName": "p", "PolicyDocument": allow("iam:*") }));
        lab.root().ok("DeleteUserPolicy", json!({ "UserName": "x", "PolicyName": "p" }));
        assert_eq!(lab.root().ok("ListUserPolicies", json!({ "UserName": "x" }))["PolicyNames"], json!([]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().users(["x"]);
        let fault = lab.root().err("DeleteUserPolicy", json!({ "UserName": "x", "PolicyName": "none" }));
        assert_eq!(fault, "NoSuchEntity: The user policy with name none cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteUserPolicy", json!({ "UserName": "x", "PolicyName": "p" }), "user x");
    }
}
