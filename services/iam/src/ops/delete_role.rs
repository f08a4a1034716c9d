//! IAM DeleteRole. Real: refused while the role has policies. Sessions of a deleted role do not stand.

use super::prelude::*;

shape! {
    pub struct DeleteRole {
        RoleName: String,
    }
}

impl Op for DeleteRole {
    const NAME: &'static str = "DeleteRole";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:DeleteRole", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::remove::<Role>(cx.tx, cx.call.account, &self.RoleName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_role_goes_and_its_sessions_with_it() {
        let lab = Lab::new().roles(["r"]);
        lab.root().ok("PutRolePolicy", json!({ "RoleName": "r", "PolicyName": "p", "PolicyDocument": allow("iam:*") }));
        let session = lab.session("r");
        session.ok("ListUsers", json!({}));
        lab.root().ok("DeleteRolePolicy", json!({ "RoleName": "r", "PolicyName": "p" }));
        lab.root().ok("DeleteRole", json!({ "RoleName": "r" }));
        assert!(session.err("ListUsers", json!({})).starts_with("AccessDenied"));
        let lab = lab.roles(["r"]);
        assert_eq!(lab.root().ok("ListRoles", json!({}))["Roles"].as_array().unwrap().len(), 1);
    }

    #[test]
    fn policies_must_go_first() {
        let lab = Lab::new().roles(["r"]).policies(["p"]);
        let root = lab.root();
        root.ok("AttachRolePolicy", json!({ "RoleName": "r", "PolicyArn": arn("policy/p") }));
        assert_eq!(
            root.err("DeleteRole", json!({ "RoleName": "r" })),
            "DeleteConflict: Cannot delete entity, must detach all policies first."
        );
        root.ok("DetachRolePolicy", json!({ "RoleName": "r", "PolicyArn": arn("policy/p") }));
        root.ok("PutRolePolicy", json!({ "RoleName": "r", "PolicyName": "i", "PolicyDocument": allow("s3:*") }));
        assert_eq!(
            root.err("DeleteRole", json!({ "RoleName": "r" })),
            "DeleteConflict: Cannot delete entity, must delete policies first."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteRole", json!({ "RoleName": "r" }), "role r");
    }
}
