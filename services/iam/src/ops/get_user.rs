//! IAM GetUser. Real: without a name, the caller; of a root user what AWS shows of it.

use super::prelude::*;

shape! {
    pub struct GetUser {
        UserName: Option<String>,
    }

    pub struct GetUserResponse {
        User: wire::User,
    }
}

impl Op for GetUser {
    const NAME: &'static str = "GetUser";
    const READ_ONLY: bool = true;
    type Output = GetUserResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_user_or_self(cx, "iam:GetUser", self.UserName.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetUserResponse, Fault> {
        let account = cx.account();
        let user = match (self.UserName, &cx.caller().principal) {
            (Some(name), _) => wire::user(account, &*entities::get::<User>(cx.tx, account, &name)?),
            (None, Principal::User { id, name, .. }) => {
                let user =
                    entities::by_id::<User>(cx.tx, account, id).ok_or_else(|| fault::no_identity(User::KIND, name))?;
                wire::user(account, &user)
            }
            (None, _) => {
                let created = accounts::get(cx.tx, account).map(|row| row.created).unwrap_or_default();
                wire::root_user(account, created)
            }
        };
        Ok(GetUserResponse { User: user })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn without_a_name_it_is_the_caller() {
        let lab = Lab::new().users(["alice"]);
        lab.root().ok(
            "PutUserPolicy",
            json!({ "UserName": "alice", "PolicyName": "p", "PolicyDocument": allow("iam:GetUser") }),
        );
        let answer = lab.user("alice").ok("GetUser", json!({}));
        assert_eq!(answer["User"]["Arn"], arn("user/alice"));
        let root = lab.root().ok("GetUser", json!({}));
        assert_eq!((&root["User"]["UserId"], &root["User"]["Arn"]), (&json!(ACCOUNT), &json!(arn("root"))));
    }

    #[test]
    fn a_role_has_to_name_somebody() {
        let lab = Lab::new().roles(["reader"]);
        assert_eq!(
            lab.session("reader").err("GetUser", json!({})),
            "ValidationError: Must specify userName when calling with non-User credentials"
        );
    }

    #[test]
    fn who_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("GetUser", json!({ "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn even_oneself_needs_permission_and_existence_does_not_show() {
        let lab = Lab::new().users(["alice"]);
        assert_eq!(
            lab.user("alice").err("GetUser", json!({})),
            format!(
                "AccessDenied: User: {} is not authorized to perform: iam:GetUser on resource: user alice because no identity-based \
                 policy allows the iam:GetUser action",
                arn("user/alice")
            )
        );
        lab.denies("GetUser", json!({ "UserName": "alice" }), "user alice");
        lab.denies("GetUser", json!({ "UserName": "ghost" }), "user ghost");
    }
}
