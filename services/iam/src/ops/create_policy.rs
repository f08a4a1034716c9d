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
        let ask = Ask::action("iam:CreatePolicy").on(arn).shown_as(format!("policy {}", self.PolicyName));
        Ok(policy::with_tags(ask, self.Tags.as_deref().unwrap_or_default()))
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
