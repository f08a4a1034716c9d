//! IAM UpdateGroup. Real: name and path; whatever hangs on it follows. Needs permission on the old and the new name.

use super::prelude::*;

shape! {
    pub struct UpdateGroup {
        GroupName: String,
        NewPath: Option<String>,
        NewGroupName: Option<String>,
    }
}

impl Op for UpdateGroup {
    const NAME: &'static str = "UpdateGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on::<Group>(cx, "iam:UpdateGroup", &self.GroupName);
        if self.NewPath.is_none() && self.NewGroupName.is_none() {
            return Ok(ask);
        }
        let present = entities::find::<Group>(cx.state(), cx.account(), &self.GroupName);
        let path = present.as_ref().map(|found| found.identity.path.as_str());
        let name = self.NewGroupName.as_deref().unwrap_or(&self.GroupName);
        Ok(ask.and(policy::creating::<Group>(cx, "iam:UpdateGroup", self.NewPath.as_deref().or(path), name)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::rename::<Group>(cx.tx, cx.call.account, &self.GroupName, self.NewGroupName, self.NewPath)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn members_follow_the_new_name() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]);
        lab.root().ok("AddUserToGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        lab.root().ok("UpdateGroup", json!({ "GroupName": "staff", "NewGroupName": "team", "NewPath": "/t/" }));
        let groups = lab.root().ok("ListGroupsForUser", json!({ "UserName": "alice" }));
        assert_eq!(groups["Groups"][0]["Arn"], arn("group/t/team"));
        assert!(lab.root().err("GetGroup", json!({ "GroupName": "staff" })).starts_with("NoSuchEntity"));
    }

    #[test]
    fn the_new_name_must_be_free() {
        let lab = Lab::new().groups(["staff", "team"]);
        assert_eq!(
            lab.root().err("UpdateGroup", json!({ "GroupName": "staff", "NewGroupName": "TEAM" })),
            "EntityAlreadyExists: Group with name TEAM already exists."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UpdateGroup", json!({ "GroupName": "staff", "NewPath": "/x/" }), "group staff");
    }
}
