//! IAM DeleteGroup. Real: refused while the group has members or policies.

use super::prelude::*;

shape! {
    pub struct DeleteGroup {
        GroupName: String,
    }
}

impl Op for DeleteGroup {
    const NAME: &'static str = "DeleteGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:DeleteGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::delete_group(cx.tx, cx.call.account, &self.GroupName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_group_goes() {
        let lab = Lab::new().groups(["staff"]);
        lab.root().ok("DeleteGroup", json!({ "GroupName": "staff" }));
        assert_eq!(lab.root().ok("ListGroups", json!({}))["Groups"], json!([]));
    }

    #[test]
    fn members_and_policies_must_go_first() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]).policies(["p"]);
        let (root, staff) = (lab.root(), json!({ "GroupName": "staff" }));
        let conflict = |text: &str| {
            assert_eq!(
                root.err("DeleteGroup", staff.clone()),
                format!("DeleteConflict: Cannot delete entity, must {text}.")
            )
        };
        root.ok("AddUserToGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        conflict("remove users from group first");
        root.ok("RemoveUserFromGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        root.ok("AttachGroupPolicy", json!({ "GroupName": "staff", "PolicyArn": arn("policy/p") }));
        conflict("detach all policies first");
        root.ok("DetachGroupPolicy", json!({ "GroupName": "staff", "PolicyArn": arn("policy/p") }));
        root.ok("PutGroupPolicy", json!({ "GroupName": "staff", "PolicyName": "i", "PolicyDocument": allow("s3:*") }));
        conflict("delete policies first");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteGroup", json!({ "GroupName": "staff" }), "group staff");
    }
}
