//! IAM PutUserPermissionsBoundary. Real: the boundary limits from the next call on.

use super::prelude::*;

shape! {
    pub struct PutUserPermissionsBoundary {
        UserName: String,
        PermissionsBoundary: String,
    }
}

impl Op for PutUserPermissionsBoundary {
    const NAME: &'static str = "PutUserPermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on::<User>(cx, "iam:PutUserPermissionsBoundary", &self.UserName);
        Ok(policy::with_boundary(ask, Some(&self.PermissionsBoundary)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::set_boundary::<User>(cx.tx, cx.call.account, &self.UserName, &self.PermissionsBoundary)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_boundary_limits_at_once() {
        let lab = Lab::new().users(["x"]).policies(["s3-only"]);
        lab.root().ok("PutUserPolicy", json!({ "UserName": "x", "PolicyName": "all", "PolicyDocument": allow("*") }));
        lab.user("x").ok("ListUsers", json!({}));
        let edge = arn("policy/s3-only");
        lab.root().ok("PutUserPermissionsBoundary", json!({ "UserName": "x", "PermissionsBoundary": edge }));
        let fault = lab.user("x").err("ListUsers", json!({}));
        assert!(fault.ends_with("because no permissions boundary allows the iam:ListUsers action"), "{fault}");
        let policy = lab.root().ok("GetPolicy", json!({ "PolicyArn": edge }));
        assert_eq!(
            (&policy["Policy"]["PermissionsBoundaryUsageCount"], &policy["Policy"]["AttachmentCount"]),
            (&json!(1), &json!(0))
        );
    }

    #[test]
    fn the_policy_must_exist() {
        let lab = Lab::new().users(["x"]);
        let none = arn("policy/none");
        let fault =
            lab.root().err("PutUserPermissionsBoundary", json!({ "UserName": "x", "PermissionsBoundary": none }));
        assert_eq!(fault, format!("NoSuchEntity: Scope ARN: {none} does not exist or is not attachable."));
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "UserName": "x", "PermissionsBoundary": arn("policy/p") });
        Lab::new().denies("PutUserPermissionsBoundary", input, "user x");
    }
}
