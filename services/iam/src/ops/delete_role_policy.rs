//! IAM DeleteRolePolicy. Real.

use super::prelude::*;

shape! {
    pub struct DeleteRolePolicy {
        RoleName: String,
        PolicyName: String,
    }
}

impl Op for DeleteRolePolicy {
    const NAME: &'static str = "DeleteRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:DeleteRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::delete_inline::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PolicyName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_is_gone() {
        let lab = Lab::new().roles(["x"]);
        lab.root().ok("PutRolePolicy", json!({ "RoleName": "x", "PolicyName": "p", "PolicyDocument": allow("iam:*") }));
        lab.root().ok("DeleteRolePolicy", json!({ "RoleName": "x", "PolicyName": "p" }));
        assert_eq!(lab.root().ok("ListRolePolicies", json!({ "RoleName": "x" }))["PolicyNames"], json!([]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().roles(["x"]);
        let fault = lab.root().err("DeleteRolePolicy", json!({ "RoleName": "x", "PolicyName": "none" }));
        assert_eq!(fault, "NoSuchEntity: The role policy with name none cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteRolePolicy", json!({ "RoleName": "x", "PolicyName": "p" }), "role x");
    }
}
