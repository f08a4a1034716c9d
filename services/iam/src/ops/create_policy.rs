//! IAM CreatePolicy. Real: version v1 is in force; 6,144 characters, names unique whatever their case, quota, tags.

use super::prelude::*;

shape! {
    pub struct CreatePolicy {
        PolicyName: String,
        Path: Option<String>,
        PolicyDocument: String,
        Description: Option<String>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct CreatePolicyResponse {
        Policy: wire::Policy,
    }
}

impl Op for CreatePolicy {
    const NAME: &'static str = "CreatePolicy";
    const READ_ONLY: bool = false;
    type Output = CreatePolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let path = self.Path.as_deref().unwrap_or("/");
        let arn = cx.global_arn("iam", format_args!("policy{path}{}", self.PolicyName));
        let on_new =
            |action: &'static str| Ask::action(action).on(&arn).shown_as(format!("policy {}", self.PolicyName));
        Ok(policy::with_first_tags(on_new("iam:CreatePolicy"), on_new("iam:TagPolicy"), self.Tags.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreatePolicyResponse, Fault> {
        let new = policies::NewPolicy {
            name: self.PolicyName,
            path: self.Path.unwrap_or_else(|| "/".to_owned()),
            id: cx.unique_id(PrincipalKind::ManagedPolicy),
            description: self.Description,
            document: self.PolicyDocument,
            tags: wire::tags_from(self.Tags.unwrap_or_default())?,
        };
        let (account, now) = (cx.account(), cx.now());
        let policy = policies::create(cx.tx, account, new, now)?;
        let shown = wire::policy(cx.tx, account, &policy);
        // Unlike GetPolicy, this answer leaves the description out, and tags where there are none.
        let tags = shown.Tags.filter(|tags| !tags.is_empty());
        Ok(CreatePolicyResponse { Policy: wire::Policy { Tags: tags, Description: None, ..shown } })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn version_one_is_in_force() {
        let lab = Lab::new();
        let input = json!({ "PolicyName": "P", "Path": "/a/", "PolicyDocument": allow("s3:*"), "Description": "d", "Tags": [{ "Key": "k", "Value": "v" }] });
        let answer = lab.root().ok("CreatePolicy", input);
        let policy = &answer["Policy"];
        assert_eq!((&policy["Arn"], &policy["DefaultVersionId"]), (&json!(arn("policy/a/P")), &json!("v1")));
        assert_eq!(
            (&policy["AttachmentCount"], &policy["PermissionsBoundaryUsageCount"], &policy["IsAttachable"]),
            (&json!(0), &json!(0), &json!(true))
        );
        assert_eq!((&policy["CreateDate"], &policy["UpdateDate"]), (&json!(NOW), &json!(NOW)));
        assert_eq!(policy["Tags"], json!([{ "Key": "k", "Value": "v" }]));
        assert!(policy["PolicyId"].as_str().is_some_and(|id| id.len() == 21 && id.starts_with("ANPA")));
    }

    #[test]
    fn a_name_is_taken_whatever_its_case_and_path() {
        let lab = Lab::new().policies(["p"]);
        let again = lab
            .root()
            .err("CreatePolicy", json!({ "PolicyName": "P", "Path": "/a/", "PolicyDocument": allow("s3:*") }));
        assert_eq!(again, "EntityAlreadyExists: A policy called P already exists. Duplicate names are not allowed.");
    }

    #[test]
    fn a_policy_must_be_one_and_not_too_long() {
        let lab = Lab::new();
        let create =
            |document: &str| lab.root().err("CreatePolicy", json!({ "PolicyName": "p", "PolicyDocument": document }));
        assert_eq!(create("[]"), "MalformedPolicyDocument: Syntax errors in policy.");
        assert_eq!(
            create(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"s3:*"}}"#),
            "MalformedPolicyDocument: Policy statement must contain resources."
        );
        let long = allow(&format!("s3:{}", "x".repeat(6144)));
        assert_eq!(create(&long), "LimitExceeded: Cannot exceed quota for PolicySize: 6144");
    }

    #[test]
    fn tags_need_their_own_permission() {
        let input = json!({ "PolicyName": "p", "Path": "/x/", "PolicyDocument": allow("s3:*") });
        Lab::new().tags_need("CreatePolicy", "TagPolicy", input, "policy p");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreatePolicy", json!({ "PolicyName": "p", "PolicyDocument": allow("*") }), "policy p");
    }
}
