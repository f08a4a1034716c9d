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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn everything_follows_the_new_name_and_path() {
        let lab = Lab::new().users(["alice"]).groups(["staff"]);
        lab.root().ok("AddUserToGroup", json!({ "GroupName": "staff", "UserName": "alice" }));
        lab.root()
            .ok("PutUserPolicy", json!({ "UserName": "alice", "PolicyName": "p", "PolicyDocument": allow("iam:*") }));
        let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }));
        let id = lab.root().ok("GetUser", json!({ "UserName": "alice" }))["User"]["UserId"].clone();
        lab.root().ok("UpdateUser", json!({ "UserName": "alice", "NewUserName": "Anna", "NewPath": "/new/" }));
        let anna = lab.root().ok("GetUser", json!({ "UserName": "Anna" }));
        assert_eq!((&anna["User"]["Arn"], &anna["User"]["UserId"]), (&json!(arn("user/new/Anna")), &id));
        assert_eq!(lab.root().ok("GetGroup", json!({ "GroupName": "staff" }))["Users"][0]["UserName"], "Anna");
        let keys = lab.user("Anna").ok("ListAccessKeys", json!({}));
        assert_eq!(keys["AccessKeyMetadata"][0]["AccessKeyId"], key["AccessKey"]["AccessKeyId"]);
        assert!(lab.root().err("GetUser", json!({ "UserName": "alice" })).starts_with("NoSuchEntity"));
    }

    #[test]
    fn a_name_may_change_its_case_but_not_take_anothers() {
        let lab = Lab::new().users(["alice", "bob"]);
        lab.root().ok("UpdateUser", json!({ "UserName": "alice", "NewUserName": "ALICE" }));
        assert_eq!(
            lab.root().err("UpdateUser", json!({ "UserName": "alice", "NewUserName": "Bob" })),
            "EntityAlreadyExists: User with name Bob already exists."
        );
        assert_eq!(
            lab.root().err("UpdateUser", json!({ "UserName": "ghost", "NewUserName": "x" })),
            "NoSuchEntity: The user with name ghost cannot be found."
        );
    }

    #[test]
    fn permission_is_needed_on_both_names() {
        let lab = Lab::new().users(["alice", "mover"]);
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"iam:UpdateUser","Resource":"{}"}}]}}"#,
            arn("user/alice")
        );
        lab.root().ok("PutUserPolicy", json!({ "UserName": "mover", "PolicyName": "p", "PolicyDocument": policy }));
        let fault = lab.user("mover").err("UpdateUser", json!({ "UserName": "alice", "NewUserName": "x" }));
        assert!(fault.contains(&format!("on resource: {} because", arn("user/x"))), "{fault}");
        lab.denies("UpdateUser", json!({ "UserName": "alice", "NewUserName": "x" }), "user alice");
    }
}
