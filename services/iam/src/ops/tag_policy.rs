//! IAM TagPolicy. Real: adds tags or changes their values; AWS's policies take none.

use super::prelude::*;

shape! {
    pub struct TagPolicy {
        PolicyArn: String,
        Tags: Vec<Tag>,
    }
}

impl Op for TagPolicy {
    const NAME: &'static str = "TagPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tags(policy::on_policy(cx, "iam:TagPolicy", &self.PolicyArn)?, &self.Tags))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let tags = wire::tags_from(self.Tags)?;
        policies::tag(cx.tx, &self.PolicyArn, &tags)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_are_added_and_changed() {
        let lab = Lab::new().policies(["p"]);
        for (key, value) in [("Team", "red"), ("team", "blue")] {
            lab.root()
                .ok("TagPolicy", json!({ "PolicyArn": arn("policy/p"), "Tags": [{ "Key": key, "Value": value }] }));
        }
        let policy = lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") }));
        assert_eq!(policy["Policy"]["Tags"], json!([{ "Key": "team", "Value": "blue" }]));
    }

    #[test]
    fn policies_of_aws_take_none() {
        let input =
            json!({ "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "Tags": [{ "Key": "a", "Value": "b" }] });
        let fault = Lab::new().root().err("TagPolicy", input);
        assert_eq!(fault, "InvalidInput: Tags not supported for policies in this domain");
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "PolicyArn": arn("policy/p"), "Tags": [{ "Key": "a", "Value": "b" }] });
        Lab::new().policies(["p"]).denies("TagPolicy", input, &format!("policy {}", arn("policy/p")));
    }
}
