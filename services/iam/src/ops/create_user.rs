//! IAM CreateUser. Real: names unique whatever their case, quota, boundary, tags.

use super::prelude::*;

shape! {
    pub struct CreateUser {
        UserName: String,
        Path: Option<String>,
        PermissionsBoundary: Option<String>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct CreateUserResponse {
        User: wire::User,
    }
}

impl Op for CreateUser {
    const NAME: &'static str = "CreateUser";
    const READ_ONLY: bool = false;
    type Output = CreateUserResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::creating::<User>(cx, "iam:CreateUser", self.Path.as_deref(), &self.UserName);
        let ask = policy::with_boundary(ask, self.PermissionsBoundary.as_deref());
        Ok(policy::with_tags(ask, self.Tags.as_deref().unwrap_or_default()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateUserResponse, Fault> {
        let mut identity = Identity::new(self.UserName, self.Path, cx.unique_id(PrincipalKind::User), cx.now());
        identity.boundary = self.PermissionsBoundary;
        identity.tags = wire::tags_from(self.Tags.unwrap_or_default())?;
        let user = User::new(identity);
        let answer = wire::user(cx.account(), &user);
        entities::add(cx.tx, cx.call.account, user)?;
        Ok(CreateUserResponse { User: answer })
    }
}
