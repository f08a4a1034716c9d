//! IAM RemoveUserFromGroup. Real: a user who is not in the group is no error.

use super::prelude::*;

shape! {
    pub struct RemoveUserFromGroup {
        GroupName: String,
        UserName: String,
    }
}

impl Op for RemoveUserFromGroup {
    const NAME: &'static str = "RemoveUserFromGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:RemoveUserFromGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::leave(cx.tx, cx.call.account, &self.GroupName, &self.UserName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_user_leaves_and_may_leave_twice() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]);
        let both = json!({ "GroupName": "staff", "UserName": "alice" });
        lab.root().ok("AddUserToGroup", both.clone());
        lab.root().ok("RemoveUserFromGroup", both.clone());
        lab.root().ok("RemoveUserFromGroup", both);
        assert_eq!(lab.root().ok("GetGroup", json!({ "GroupName": "staff" }))["Users"], json!([]));
        assert_eq!(lab.root().ok("ListGroupsForUser", json!({ "UserName": "alice" }))["Groups"], json!([]));
    }

    #[test]
    fn both_must_exist() {
        let lab = Lab::new().groups(["staff"]);
        let fault = lab.root().err("RemoveUserFromGroup", json!({ "GroupName": "staff", "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("RemoveUserFromGroup", json!({ "GroupName": "staff", "UserName": "alice" }), "group staff");
    }
}
