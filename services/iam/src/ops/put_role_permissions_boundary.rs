//! IAM PutRolePermissionsBoundary. Real: the boundary limits from the next call on.

use super::prelude::*;

shape! {
    pub struct PutRolePermissionsBoundary {
        RoleName: String,
        PermissionsBoundary: String,
    }
}

impl Op for PutRolePermissionsBoundary {
    const NAME: &'static str = "PutRolePermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on::<Role>(cx, "iam:PutRolePermissionsBoundary", &self.RoleName);
        Ok(policy::with_boundary(ask, Some(&self.PermissionsBoundary)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::set_boundary::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.PermissionsBoundary)?;
        Ok(Nothing)
    }
}
