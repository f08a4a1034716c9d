//! IAM RemoveUserFromGroup. Real: a user who is not in the group is no error.

use super::prelude::*;

shape! {
    pub struct RemoveUserFromGroup {
        GroupName: String,
        UserName: String,
    }
}

impl Op for RemoveUserFromGroup {
    const NAME: &'static str = "RemoveUserFromGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:RemoveUserFromGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::leave(cx.tx, cx.call.account, &self.GroupName, &self.UserName)?;
        Ok(Nothing)
    }
}
