//! IAM DeleteUserPermissionsBoundary. Real.

use super::prelude::*;

shape! {
    pub struct DeleteUserPermissionsBoundary {
        UserName: String,
    }
}

impl Op for DeleteUserPermissionsBoundary {
    const NAME: &'static str = "DeleteUserPermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<User>(cx, "iam:DeleteUserPermissionsBoundary", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::clear_boundary::<User>(cx.tx, cx.call.account, &self.UserName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_boundary_no_longer_limits() {
        let lab = Lab::new().users(["x"]).policies(["s3-only"]);
        lab.root().ok("PutUserPolicy", json!({ "UserName": "x", "PolicyName": "all", "PolicyDocument": allow("*") }));
        lab.root()
            .ok("PutUserPermissionsBoundary", json!({ "UserName": "x", "PermissionsBoundary": arn("policy/s3-only") }));
        lab.root().ok("DeleteUserPermissionsBoundary", json!({ "UserName": "x" }));
        lab.user("x").ok("ListUsers", json!({}));
        lab.root().ok("DeletePolicy", json!({ "PolicyArn": arn("policy/s3-only") }));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().users(["x"]);
        let delete = |name: &str| lab.root().err("DeleteUserPermissionsBoundary", json!({ "UserName": name }));
        assert!(delete("x").starts_with("NoSuchEntity"));
        assert_eq!(delete("ghost"), "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn a_condition_can_keep_a_boundary_in_place() {
        let lab = Lab::new().users(["x"]).users(["admin"]).policies(["edge"]);
        lab.root()
            .ok("PutUserPermissionsBoundary", json!({ "UserName": "x", "PermissionsBoundary": arn("policy/edge") }));
        let deny = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{{"Effect":"Deny",
                "Action":"iam:Delete*PermissionsBoundary","Resource":"*","Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{}"}}}}}}]}}"#,
            arn("policy/edge")
        );
        lab.root().ok("PutUserPolicy", json!({ "UserName": "admin", "PolicyName": "p", "PolicyDocument": deny }));
        let fault = lab.user("admin").err("DeleteUserPermissionsBoundary", json!({ "UserName": "x" }));
        assert!(fault.ends_with("on resource: user x with an explicit deny in an identity-based policy"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteUserPermissionsBoundary", json!({ "UserName": "x" }), "user x");
    }
}
