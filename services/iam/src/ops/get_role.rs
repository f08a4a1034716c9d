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
