//! IAM AddUserToGroup. Real: a user in the group already stays; ten groups per user.

use super::prelude::*;

shape! {
    pub struct AddUserToGroup {
        GroupName: String,
        UserName: String,
    }
}

impl Op for AddUserToGroup {
    const NAME: &'static str = "AddUserToGroup";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:AddUserToGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        members::join(cx.tx, cx.call.account, &self.GroupName, &self.UserName)?;
        Ok(Nothing)
    }
}
