//! IAM UpdateRole. Real: description and longest session; what is not given goes back to its default, as in AWS.

use super::prelude::*;

shape! {
    pub struct UpdateRole {
        RoleName: String,
        Description: Option<String>,
        MaxSessionDuration: Option<i64>,
    }
}

impl Op for UpdateRole {
    const NAME: &'static str = "UpdateRole";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:UpdateRole", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::edit::<Role, _>(cx.tx, cx.call.account, &self.RoleName, |role| {
            if let Some(description) = self.Description {
                role.description = Some(description).filter(|text| !text.is_empty());
            }
            role.max_session_secs = self.MaxSessionDuration.unwrap_or(SESSION_SECS_DEFAULT);
            Ok(())
        })?;
        Ok(Nothing)
    }
}
