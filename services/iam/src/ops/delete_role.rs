//! IAM DeleteRole. Real: refused while the role has policies. Sessions of a deleted role do not stand.

use super::prelude::*;

shape! {
    pub struct DeleteRole {
        RoleName: String,
    }
}

impl Op for DeleteRole {
    const NAME: &'static str = "DeleteRole";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:DeleteRole", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::remove::<Role>(cx.tx, cx.call.account, &self.RoleName)?;
        Ok(Nothing)
    }
}
