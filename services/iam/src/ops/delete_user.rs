//! IAM DeleteUser. Real: refused while the user has groups, access keys or policies.

use super::prelude::*;

shape! {
    pub struct DeleteUser {
        UserName: String,
    }
}

impl Op for DeleteUser {
    const NAME: &'static str = "DeleteUser";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:DeleteUser", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::delete_user(cx.tx, cx.call.account, &self.UserName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_user_goes_and_its_name_is_free() {
        let lab = Lab::new().users(["alice"]);
        lab.root().ok("DeleteUser", json!({ "UserName": "alice" }));
        assert_eq!(lab.root().ok("ListUsers", json!({}))["Users"], json!([]));
        lab.users(["alice"]);
    }

    #[test]
    fn what_hangs_on_a_user_must_go_first() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]).policies(["p"]);
        let (root, alice) = (lab.root(), json!({ "UserName": "alice" }));
        let conflict = |text: &str| {
            assert_eq!(
                root.err("DeleteUser", alice.clone()),
                format!("DeleteConflict: Cannot delete entity, must {text}.")
            )
        };
        root.ok("AddUserToGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        conflict("remove users from group first");
        root.ok("RemoveUserFromGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        let key = root.ok("CreateAccessKey", alice.clone())["AccessKey"]["AccessKeyId"].clone();
        conflict("delete access keys first");
        root.ok("DeleteAccessKey", json!({ "UserName": "alice", "AccessKeyId": key }));
        root.ok("AttachUserPolicy", json!({ "UserName": "alice", "PolicyArn": arn("policy/p") }));
        conflict("detach all policies first");
        root.ok("DetachUserPolicy", json!({ "UserName": "alice", "PolicyArn": arn("policy/p") }));
        root.ok("PutUserPolicy", json!({ "UserName": "alice", "PolicyName": "i", "PolicyDocument": allow("s3:*") }));
        conflict("delete policies first");
        root.ok("DeleteUserPolicy", json!({ "UserName": "alice", "PolicyName": "i" }));
        root.ok("PutUserPermissionsBoundary", json!({ "UserName": "alice", "PermissionsBoundary": arn("policy/p") }));
        root.ok("DeleteUser", alice.clone());
        root.ok("DeletePolicy", json!({ "PolicyArn": arn("policy/p") }));
    }

    #[test]
    fn who_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("DeleteUser", json!({ "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().users(["alice"]).denies("DeleteUser", json!({ "UserName": "alice" }), "user alice");
    }
}
