//! IAM CreateGroup. Real: names unique whatever their case, quota.

use super::prelude::*;

shape! {
    pub struct CreateGroup {
        GroupName: String,
        Path: Option<String>,
    }

    pub struct CreateGroupResponse {
        Group: wire::Group,
    }
}

impl Op for CreateGroup {
    const NAME: &'static str = "CreateGroup";
    const READ_ONLY: bool = false;
    type Output = CreateGroupResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::creating::<Group>(cx, "iam:CreateGroup", self.Path.as_deref(), &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateGroupResponse, Fault> {
        let identity = Identity::new(self.GroupName, self.Path, cx.unique_id(PrincipalKind::Group), cx.now());
        let group = Group { identity };
        let answer = wire::group(cx.account(), &group);
        entities::add(cx.tx, cx.call.account, group)?;
        Ok(CreateGroupResponse { Group: answer })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_group_is_created() {
        let lab = Lab::new();
        let answer = lab.root().ok("CreateGroup", json!({ "GroupName": "staff", "Path": "/a/" }));
        let group = &answer["Group"];
        assert_eq!(
            (&group["Arn"], &group["Path"], &group["CreateDate"]),
            (&json!(arn("group/a/staff")), &json!("/a/"), &json!(NOW))
        );
        assert!(group["GroupId"].as_str().is_some_and(|id| id.len() == 21 && id.starts_with("AGPA")));
        assert_eq!(&lab.root().ok("GetGroup", json!({ "GroupName": "staff" }))["Group"], group);
    }

    #[test]
    fn a_name_is_taken_whatever_its_case() {
        let lab = Lab::new().groups(["staff"]);
        let again = lab.root().err("CreateGroup", json!({ "GroupName": "Staff" }));
        assert_eq!(again, "EntityAlreadyExists: Group with name Staff already exists.");
    }

    #[test]
    fn an_account_has_three_hundred_groups() {
        let lab = Lab::new();
        for n in 0..300 {
            lab.root().ok("CreateGroup", json!({ "GroupName": format!("g{n}") }));
        }
        let fault = lab.root().err("CreateGroup", json!({ "GroupName": "one-more" }));
        assert_eq!(fault, "LimitExceeded: Cannot exceed quota for GroupsPerAccount: 300");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreateGroup", json!({ "GroupName": "staff" }), &arn("group/staff"));
    }
}
