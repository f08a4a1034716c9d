//! IAM DeleteGroup. Real: refused while the group has members or policies.

use super::prelude::*;

shape! {
    pub struct DeleteGroup {
        GroupName: String,
    }
}

impl Op for DeleteGroup {
    const NAME: &'static str = "DeleteGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:DeleteGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::delete_group(cx.tx, cx.call.account, &self.GroupName)?;
        Ok(Nothing)
    }
}
