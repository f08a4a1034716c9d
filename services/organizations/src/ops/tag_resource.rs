//! Organizations TagResource. Real: accounts, units, the root, policies.

use super::prelude::*;

shape! {
    pub struct TagResource {
        ResourceId: String,
        Tags: Vec<Tag>,
    }
}

impl Op for TagResource {
    const NAME: &'static str = "TagResource";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_entity(cx, "organizations:TagResource", &self.ResourceId);
        Ok(ask.request_tags(self.Tags.iter().map(|tag| (tag.Key.as_str(), tag.Value.as_str()))))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        tree::change_tags(cx.tx, &organization, &self.ResourceId, |tags| wire::add_tags(tags, self.Tags))?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn everything_takes_tags_and_conditions_see_them() {
        let lab = Lab::new();
        let tag = |id: &str, key: &str| json!({ "ResourceId": id, "Tags": [{ "Key": key, "Value": "v" }] });
        for id in ["{root}", "{ou}", "{member}", "{scp}"] {
            lab.ok("TagResource", tag(id, "k"));
            let found = lab.ok("ListTagsForResource", json!({ "ResourceId": id }));
            assert_eq!(found["Tags"], json!([{ "Key": "k", "Value": "v" }]));
        }
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"organizations:Describe*","Resource":"*","Condition":{"StringEquals":{"aws:ResourceTag/k":"v"}}}]}"#;
        let reader = lab.house.user("reader", Some(policy));
        lab.ok_by(&reader, "DescribeAccount", json!({ "AccountId": "{member}" }));
        assert!(lab.err_by(&reader, "DescribeAccount", json!({ "AccountId": MANAGEMENT })).starts_with("AccessDenied"));
        assert!(lab.err("TagResource", tag("{ou}", "aws:x")).starts_with("InvalidInputException"));
        assert!(lab.err("TagResource", tag("p-FullAWSAccess", "k")).starts_with("InvalidInputException"));
        assert!(lab.err("TagResource", tag("ou-zzzz-00000000", "k")).starts_with("TargetNotFoundException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("TagResource", json!({ "ResourceId": "{ou}", "Tags": [{ "Key": "a", "Value": "b" }] }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
