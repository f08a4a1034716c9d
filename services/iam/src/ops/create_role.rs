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
        let on_new = |action| policy::creating::<Role>(cx, action, self.Path.as_deref(), &self.RoleName);
        let create = policy::with_boundary(on_new("iam:CreateRole"), self.PermissionsBoundary.as_deref());
        Ok(policy::with_first_tags(create, on_new("iam:TagRole"), self.Tags.as_deref()))
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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_role_is_created_and_answered_as_aws_does() {
        let lab = Lab::new();
        let trust = r#"{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}]}"#;
        let answer = lab
            .root()
            .ok("CreateRole", json!({ "RoleName": "Worker", "Path": "/x/", "AssumeRolePolicyDocument": trust }));
        let role = answer["Role"].as_object().unwrap();
        let recorded = ["Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument"];
        assert_eq!(role.keys().collect::<Vec<_>>(), recorded);
        assert_eq!(role["Arn"], arn("role/x/Worker"));
        assert!(role["RoleId"].as_str().is_some_and(|id| id.len() == 21 && id.starts_with("AROA")));
        let shown = role["AssumeRolePolicyDocument"].as_str().unwrap();
        assert_eq!(percent_encoding::percent_decode_str(shown).decode_utf8().unwrap(), trust);
        assert!(shown.starts_with("%7B%22Version%22%3A%20%222012-10-17%22"));
    }

    #[test]
    fn a_trust_policy_must_be_one() {
        let lab = Lab::new();
        let create =
            |trust: &str| lab.root().err("CreateRole", json!({ "RoleName": "r", "AssumeRolePolicyDocument": trust }));
        assert_eq!(create("{"), "MalformedPolicyDocument: This policy contains invalid Json");
        let ghost = arn("user/ghost");
        let trust = TRUST.replace("444455556666", &ghost);
        assert_eq!(
            create(&trust),
            format!("MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"{ghost}\"")
        );
    }

    #[test]
    fn a_name_is_taken_and_service_roles_are_not_made_by_hand() {
        let lab = Lab::new().roles(["r"]);
        let create = |name: &str, path: &str| {
            lab.root().err("CreateRole", json!({ "RoleName": name, "Path": path, "AssumeRolePolicyDocument": TRUST }))
        };
        assert_eq!(create("R", "/"), "EntityAlreadyExists: Role with name R already exists.");
        assert!(create("AWSServiceRoleForX", "/aws-service-role/x.amazonaws.com/").starts_with("InvalidInput"));
    }

    #[test]
    fn tags_need_their_own_permission() {
        let input = json!({ "RoleName": "r", "Path": "/x/", "AssumeRolePolicyDocument": TRUST });
        Lab::new().tags_need("CreateRole", "TagRole", input, &arn("role/x/r"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreateRole", json!({ "RoleName": "r", "AssumeRolePolicyDocument": TRUST }), &arn("role/r"));
    }
}
