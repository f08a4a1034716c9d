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
