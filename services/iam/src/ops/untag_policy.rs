//! IAM UntagPolicy. Real: keys that are not there are no error.

use super::prelude::*;

shape! {
    pub struct UntagPolicy {
        PolicyArn: String,
        TagKeys: Vec<String>,
    }
}

impl Op for UntagPolicy {
    const NAME: &'static str = "UntagPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tag_keys(policy::on_policy(cx, "iam:UntagPolicy", &self.PolicyArn)?, &self.TagKeys))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        policies::untag(cx.tx, &self.PolicyArn, &self.TagKeys)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_go() {
        let lab = Lab::new().policies(["p"]);
        lab.root()
            .ok("TagPolicy", json!({ "PolicyArn": arn("policy/p"), "Tags": [{ "Key": "Team", "Value": "red" }] }));
        lab.root().ok("UntagPolicy", json!({ "PolicyArn": arn("policy/p"), "TagKeys": ["TEAM", "never"] }));
        assert_eq!(lab.root().ok("ListPolicyTags", json!({ "PolicyArn": arn("policy/p") }))["Tags"], json!([]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let none = arn("policy/none");
        let fault = Lab::new().root().err("UntagPolicy", json!({ "PolicyArn": none, "TagKeys": ["a"] }));
        assert_eq!(fault, format!("NoSuchEntity: Policy {none} was not found."));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "UntagPolicy",
            json!({ "PolicyArn": arn("policy/p"), "TagKeys": ["a"] }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
