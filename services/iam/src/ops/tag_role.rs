//! IAM TagRole. Real: adds tags or changes their values; keys are the same whatever their case.

use super::prelude::*;

shape! {
    pub struct TagRole {
        RoleName: String,
        Tags: Vec<Tag>,
    }
}

impl Op for TagRole {
    const NAME: &'static str = "TagRole";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tags(policy::on::<Role>(cx, "iam:TagRole", &self.RoleName), &self.Tags))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let tags = wire::tags_from(self.Tags)?;
        entities::tag::<Role>(cx.tx, cx.call.account, &self.RoleName, &tags)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_are_added_and_changed() {
        let lab = Lab::new().roles(["x"]);
        let tag = |key: &str, value: &str| json!({ "RoleName": "x", "Tags": [{ "Key": key, "Value": value }] });
        for (key, value) in [("Team", "red"), ("cost", "1"), ("TEAM", "blue")] {
            lab.root().ok("TagRole", tag(key, value));
        }
        let found = lab.root().ok("ListRoleTags", json!({ "RoleName": "x" }));
        assert_eq!(found["Tags"], json!([{ "Key": "cost", "Value": "1" }, { "Key": "TEAM", "Value": "blue" }]));
    }

    #[test]
    fn a_resource_has_fifty_tags() {
        let lab = Lab::new().roles(["x"]);
        let tags: Vec<_> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
        lab.root().ok("TagRole", json!({ "RoleName": "x", "Tags": tags }));
        let fault = lab.root().err("TagRole", json!({ "RoleName": "x", "Tags": [{ "Key": "one", "Value": "more" }] }));
        assert_eq!(fault, "LimitExceeded: Cannot exceed quota for TagsPerRole: 50");
    }

    #[test]
    fn what_is_not_there_is_not_found_and_keys_are_given_once() {
        let lab = Lab::new().roles(["x"]);
        let twice = json!([{ "Key": "a", "Value": "" }, { "Key": "A", "Value": "" }]);
        assert_eq!(
            lab.root().err("TagRole", json!({ "RoleName": "x", "Tags": twice })),
            "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
        );
        let fault = lab.root().err("TagRole", json!({ "RoleName": "ghost", "Tags": [] }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().roles(["x"]).denies(
            "TagRole",
            json!({ "RoleName": "x", "Tags": [{ "Key": "a", "Value": "b" }] }),
            "role x",
        );
    }
}
