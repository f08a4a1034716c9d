//! IAM UpdateRoleDescription. Real.

use super::prelude::*;

shape! {
    pub struct UpdateRoleDescription {
        RoleName: String,
        Description: String,
    }

    pub struct UpdateRoleDescriptionResponse {
        Role: wire::Role,
    }
}

impl Op for UpdateRoleDescription {
    const NAME: &'static str = "UpdateRoleDescription";
    const READ_ONLY: bool = false;
    type Output = UpdateRoleDescriptionResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:UpdateRoleDescription", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<UpdateRoleDescriptionResponse, Fault> {
        let role = entities::edit::<Role, _>(cx.tx, cx.call.account, &self.RoleName, |role| {
            role.description = Some(self.Description).filter(|text| !text.is_empty());
            Ok(role.clone())
        })?;
        Ok(UpdateRoleDescriptionResponse { Role: wire::role(cx.tx, cx.account(), &role) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_answer_is_the_role() {
        let lab = Lab::new().roles(["r"]);
        let answer = lab.root().ok("UpdateRoleDescription", json!({ "RoleName": "r", "Description": "new" }));
        assert_eq!(answer["Role"]["Description"], "new");
        assert_eq!(lab.root().ok("GetRole", json!({ "RoleName": "r" })), answer);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("UpdateRoleDescription", json!({ "RoleName": "ghost", "Description": "" }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UpdateRoleDescription", json!({ "RoleName": "r", "Description": "x" }), "role r");
    }
}
