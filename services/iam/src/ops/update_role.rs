//! IAM UpdateRole. Real; without a longest session it goes back to an hour, as AWS's reference says.

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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn description_and_duration_change() {
        let lab = Lab::new().roles(["r"]);
        lab.root().ok("UpdateRole", json!({ "RoleName": "r", "Description": "new", "MaxSessionDuration": 43200 }));
        let role = lab.root().ok("GetRole", json!({ "RoleName": "r" }));
        assert_eq!((&role["Role"]["Description"], &role["Role"]["MaxSessionDuration"]), (&json!("new"), &json!(43200)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("UpdateRole", json!({ "RoleName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UpdateRole", json!({ "RoleName": "r", "Description": "x" }), "role r");
    }
}
