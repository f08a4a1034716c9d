//! IAM DeleteRolePermissionsBoundary. Real.

use super::prelude::*;

shape! {
    pub struct DeleteRolePermissionsBoundary {
        RoleName: String,
    }
}

impl Op for DeleteRolePermissionsBoundary {
    const NAME: &'static str = "DeleteRolePermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:DeleteRolePermissionsBoundary", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::clear_boundary::<Role>(cx.tx, cx.call.account, &self.RoleName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_boundary_no_longer_limits() {
        let lab = Lab::new().roles(["x"]).policies(["s3-only"]);
        lab.root().ok("PutRolePolicy", json!({ "RoleName": "x", "PolicyName": "all", "PolicyDocument": allow("*") }));
        lab.root()
            .ok("PutRolePermissionsBoundary", json!({ "RoleName": "x", "PermissionsBoundary": arn("policy/s3-only") }));
        lab.root().ok("DeleteRolePermissionsBoundary", json!({ "RoleName": "x" }));
        lab.session("x").ok("ListUsers", json!({}));
        lab.root().ok("DeletePolicy", json!({ "PolicyArn": arn("policy/s3-only") }));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new().roles(["x"]);
        let delete = |name: &str| lab.root().err("DeleteRolePermissionsBoundary", json!({ "RoleName": name }));
        assert!(delete("x").starts_with("NoSuchEntity"));
        assert_eq!(delete("ghost"), "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn a_condition_can_keep_a_boundary_in_place() {
        let lab = Lab::new().roles(["x"]).users(["admin"]).policies(["edge"]);
        lab.root()
            .ok("PutRolePermissionsBoundary", json!({ "RoleName": "x", "PermissionsBoundary": arn("policy/edge") }));
        let deny = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"*","Resource":"*"}},{{"Effect":"Deny",
                "Action":"iam:Delete*PermissionsBoundary","Resource":"*","Condition":{{"StringEquals":{{"iam:PermissionsBoundary":"{}"}}}}}}]}}"#,
            arn("policy/edge")
        );
        lab.root().ok("PutUserPolicy", json!({ "UserName": "admin", "PolicyName": "p", "PolicyDocument": deny }));
        let fault = lab.user("admin").err("DeleteRolePermissionsBoundary", json!({ "RoleName": "x" }));
        assert!(fault.ends_with("on resource: role x with an explicit deny in an identity-based policy"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteRolePermissionsBoundary", json!({ "RoleName": "x" }), "role x");
    }
}
