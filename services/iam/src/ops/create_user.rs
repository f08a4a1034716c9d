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
        let on_new = |action| policy::creating::<User>(cx, action, self.Path.as_deref(), &self.UserName);
        let create = policy::with_boundary(on_new("iam:CreateUser"), self.PermissionsBoundary.as_deref());
        Ok(policy::with_first_tags(create, on_new("iam:TagUser"), self.Tags.as_deref()))
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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_user_is_created_with_everything_that_was_asked() {
        let lab = Lab::new().policies(["edge"]);
        let input = json!({
            "UserName": "Alice",
            "Path": "/red/",
            "PermissionsBoundary": arn("policy/edge"),
            "Tags": [{ "Key": "Team", "Value": "red" }, { "Key": "cost", "Value": "" }],
        });
        let answer = lab.root().ok("CreateUser", input);
        let user = &answer["User"];
        assert_eq!(user["Arn"], arn("user/red/Alice"));
        assert_eq!(user["CreateDate"], NOW);
        assert_eq!(user["PermissionsBoundary"]["PermissionsBoundaryArn"], arn("policy/edge"));
        assert_eq!(user["Tags"], json!([{ "Key": "cost", "Value": "" }, { "Key": "Team", "Value": "red" }]));
        assert!(user["UserId"].as_str().is_some_and(|id| id.len() == 21 && id.starts_with("AIDA")));
        assert_eq!(lab.root().ok("GetUser", json!({ "UserName": "alice" })), answer);
    }

    #[test]
    fn a_plain_user_has_the_path_slash_and_no_empty_lists() {
        let user = Lab::new().root().ok("CreateUser", json!({ "UserName": "bob" }));
        let members: Vec<&str> = user["User"].as_object().unwrap().keys().map(String::as_str).collect();
        assert_eq!(members, ["Path", "UserName", "UserId", "Arn", "CreateDate"]);
    }

    #[test]
    fn a_name_is_taken_whatever_its_case() {
        let lab = Lab::new().users(["alice"]);
        let again = lab.root().err("CreateUser", json!({ "UserName": "ALICE" }));
        assert_eq!(again, "EntityAlreadyExists: User with name ALICE already exists.");
    }

    #[test]
    fn a_boundary_must_exist() {
        let root = Lab::new();
        let input = |boundary: &str| json!({ "UserName": "eve", "PermissionsBoundary": boundary });
        assert_eq!(
            root.root().err("CreateUser", input(&arn("policy/none"))),
            format!("NoSuchEntity: Scope ARN: {} does not exist or is not attachable.", arn("policy/none"))
        );
        assert_eq!(
            root.root().err("CreateUser", input("a-long-name-but-no-arn")),
            "InvalidInput: ARN a-long-name-but-no-arn is not valid."
        );
    }

    #[test]
    fn tags_need_their_own_permission() {
        let input = json!({ "UserName": "eve", "Path": "/x/" });
        Lab::new().tags_need("CreateUser", "TagUser", input, &arn("user/x/eve"));
    }

    #[test]
    fn the_permission_to_tag_can_be_held_to_the_tags() {
        let lab = Lab::new().users(["admin"]);
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*"},{
            "Effect":"Allow","Action":"iam:TagUser","Resource":"*","Condition":{"StringEquals":{"aws:RequestTag/team":"red"}}}]}"#;
        lab.root().ok("PutUserPolicy", json!({ "UserName": "admin", "PolicyName": "p", "PolicyDocument": policy }));
        let input = |team: &str| json!({ "UserName": "a", "Tags": [{ "Key": "team", "Value": team }] });
        let fault = lab.user("admin").err("CreateUser", input("blue"));
        assert!(fault.ends_with("because no identity-based policy allows the iam:TagUser action"), "{fault}");
        lab.user("admin").ok("CreateUser", input("red"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreateUser", json!({ "UserName": "eve", "Path": "/x/" }), &arn("user/x/eve"));
    }

    #[test]
    fn a_condition_can_demand_a_boundary_and_tags() {
        let lab = Lab::new().users(["admin"]).policies(["edge"]);
        let policy = format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"iam:CreateUser","Resource":"*","Condition":{{
                "StringEquals":{{"iam:PermissionsBoundary":"{}","aws:RequestTag/team":"red"}},
                "ForAllValues:StringEquals":{{"aws:TagKeys":["team"]}}}}}},{{"Effect":"Allow","Action":"iam:TagUser","Resource":"*"}}]}}"#,
            arn("policy/edge")
        );
        lab.root().ok("PutUserPolicy", json!({ "UserName": "admin", "PolicyName": "p", "PolicyDocument": policy }));
        let red = json!([{ "Key": "team", "Value": "red" }]);
        assert!(lab.user("admin").err("CreateUser", json!({ "UserName": "a" })).starts_with("AccessDenied"));
        assert!(
            lab.user("admin").err("CreateUser", json!({ "UserName": "a", "Tags": red })).starts_with("AccessDenied")
        );
        let whole = json!({ "UserName": "a", "Tags": red, "PermissionsBoundary": arn("policy/edge") });
        lab.user("admin").ok("CreateUser", whole);
    }
}
