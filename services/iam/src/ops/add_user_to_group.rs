//! IAM AddUserToGroup. Real: a user in the group already stays; ten groups per user.

use super::prelude::*;

shape! {
    pub struct AddUserToGroup {
        GroupName: String,
        UserName: String,
    }
}

impl Op for AddUserToGroup {
    const NAME: &'static str = "AddUserToGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:AddUserToGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::join(cx.tx, cx.call.account, &self.GroupName, &self.UserName)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_groups_policies_apply_at_once() {
        let lab = Lab::new().users(["alice"]).groups(["readers"]);
        lab.root().ok(
            "PutGroupPolicy",
            json!({ "GroupName": "readers", "PolicyName": "p", "PolicyDocument": allow("iam:List*") }),
        );
        assert!(lab.user("alice").err("ListUsers", json!({})).starts_with("AccessDenied"));
        lab.root().ok("AddUserToGroup", json!({ "GroupName": "readers", "UserName": "alice" }));
        lab.root().ok("AddUserToGroup", json!({ "GroupName": "readers", "UserName": "alice" }));
        lab.user("alice").ok("ListUsers", json!({}));
    }

    #[test]
    fn a_user_is_in_ten_groups() {
        let lab = Lab::new().users(["alice"]);
        for n in 0..11 {
            lab.root().ok("CreateGroup", json!({ "GroupName": format!("g{n}") }));
        }
        for n in 0..10 {
            lab.root().ok("AddUserToGroup", json!({ "GroupName": format!("g{n}"), "UserName": "alice" }));
        }
        let fault = lab.root().err("AddUserToGroup", json!({ "GroupName": "g10", "UserName": "alice" }));
        assert_eq!(fault, "LimitExceeded: Cannot exceed quota for GroupsPerUser: 10");
    }

    #[test]
    fn both_must_exist() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]);
        let join =
            |group: &str, user: &str| lab.root().err("AddUserToGroup", json!({ "GroupName": group, "UserName": user }));
        assert_eq!(join("ghost", "alice"), "NoSuchEntity: The group with name ghost cannot be found.");
        assert_eq!(join("staff", "ghost"), "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("AddUserToGroup", json!({ "GroupName": "staff", "UserName": "alice" }), "group staff");
    }
}
