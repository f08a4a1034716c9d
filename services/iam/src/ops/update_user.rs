//! IAM UpdateUser. Real: name and path; whatever hangs on it follows. Needs permission on the old and the new name.

use super::prelude::*;

shape! {
    pub struct UpdateUser {
        UserName: String,
        NewPath: Option<String>,
        NewUserName: Option<String>,
    }
}

impl Op for UpdateUser {
    const NAME: &'static str = "UpdateUser";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on::<User>(cx, "iam:UpdateUser", &self.UserName);
        if self.NewPath.is_none() && self.NewUserName.is_none() {
            return Ok(ask);
        }
        let present = entities::find::<User>(cx.state(), cx.account(), &self.UserName);
        let path = present.as_ref().map(|found| found.identity.path.as_str());
        let name = self.NewUserName.as_deref().unwrap_or(&self.UserName);
        Ok(ask.and(policy::creating::<User>(cx, "iam:UpdateUser", self.NewPath.as_deref().or(path), name)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::rename::<User>(cx.tx, cx.call.account, &self.UserName, self.NewUserName, self.NewPath)?;
        Ok(Nothing)
    }
}
