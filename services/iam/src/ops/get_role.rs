//! IAM GetRole. Real, but for when the role was last used: that is not kept.

use super::prelude::*;

shape! {
    pub struct GetRole {
        RoleName: String,
    }

    pub struct GetRoleResponse {
        Role: wire::Role,
    }
}

impl Op for GetRole {
    const NAME: &'static str = "GetRole";
    const READ_ONLY: bool = true;
    type Output = GetRoleResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:GetRole", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetRoleResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        Ok(GetRoleResponse { Role: wire::role(cx.tx, cx.account(), &role) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_role_is_shown_with_all_that_is_known() {
        let lab = Lab::new().policies(["edge"]);
        let input = json!({
            "RoleName": "r", "AssumeRolePolicyDocument": TRUST, "Description": "d", "MaxSessionDuration": 7200,
            "PermissionsBoundary": arn("policy/edge"), "Tags": [{ "Key": "a", "Value": "b" }],
        });
        lab.root().ok("CreateRole", input);
        let answer = lab.root().ok("GetRole", json!({ "RoleName": "r" }));
        let role = &answer["Role"];
        assert_eq!((&role["Description"], &role["MaxSessionDuration"]), (&json!("d"), &json!(7200)));
        assert_eq!(role["PermissionsBoundary"]["PermissionsBoundaryType"], "Policy");
        assert_eq!((&role["Tags"], &role["RoleLastUsed"]), (&json!([{ "Key": "a", "Value": "b" }]), &json!({})));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("GetRole", json!({ "RoleName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().roles(["r"]).denies("GetRole", json!({ "RoleName": "r" }), "role r");
    }
}
