//! IAM CreateRole. Real: the trust policy is checked and remembers users and roles by unique id; boundary, tags, quota.

use super::prelude::*;

shape! {
    pub struct CreateRole {
        RoleName: String,
        Path: Option<String>,
        AssumeRolePolicyDocument: String,
        Description: Option<String>,
        MaxSessionDuration: Option<i64>,
        PermissionsBoundary: Option<String>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct CreateRoleResponse {
        Role: wire::Role,
    }
}

impl Op for CreateRole {
    const NAME: &'static str = "CreateRole";
    const READ_ONLY: bool = false;
    type Output = CreateRoleResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::creating::<Role>(cx, "iam:CreateRole", self.Path.as_deref(), &self.RoleName);
        let ask = policy::with_boundary(ask, self.PermissionsBoundary.as_deref());
        Ok(policy::with_tags(ask, self.Tags.as_deref().unwrap_or_default()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateRoleResponse, Fault> {
        let mut identity = Identity::new(self.RoleName, self.Path, cx.unique_id(PrincipalKind::Role), cx.now());
        identity.boundary = self.PermissionsBoundary;
        identity.tags = wire::tags_from(self.Tags.unwrap_or_default())?;
        let role = Role {
            identity,
            trust: trust::bind(cx.tx, self.AssumeRolePolicyDocument)?,
            description: self.Description,
            max_session_secs: self.MaxSessionDuration.unwrap_or(SESSION_SECS_DEFAULT),
        };
        let shown = wire::role(cx.tx, cx.account(), &role);
        entities::add(cx.tx, cx.call.account, role)?;
        // AWS answers with what was given, without the session's length and the last use.
        Ok(CreateRoleResponse { Role: wire::Role { MaxSessionDuration: None, RoleLastUsed: None, ..shown } })
    }
}
