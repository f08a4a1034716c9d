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
