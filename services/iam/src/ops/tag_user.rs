//! IAM TagUser. Real: adds tags or changes their values; keys are the same whatever their case.

use super::prelude::*;

shape! {
    pub struct TagUser {
        UserName: String,
        Tags: Vec<Tag>,
    }
}

impl Op for TagUser {
    const NAME: &'static str = "TagUser";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tags(policy::on::<User>(cx, "iam:TagUser", &self.UserName), &self.Tags))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let tags = wire::tags_from(self.Tags)?;
        entities::tag::<User>(cx.tx, cx.call.account, &self.UserName, &tags)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_are_added_and_changed() {
        let lab = Lab::new().users(["x"]);
        let tag = |key: &str, value: &str| json!({ "UserName": "x", "Tags": [{ "Key": key, "Value": value }] });
        for (key, value) in [("Team", "red"), ("cost", "1"), ("TEAM", "blue")] {
            lab.root().ok("TagUser", tag(key, value));
        }
        let found = lab.root().ok("ListUserTags", json!({ "UserName": "x" }));
        assert_eq!(found["Tags"], json!([{ "Key": "cost", "Value": "1" }, { "Key": "TEAM", "Value": "blue" }]));
    }

    #[test]
    fn a_resource_has_fifty_tags() {
        let lab = Lab::new().users(["x"]);
        let tags: Vec<_> = (0..50).map(|n| json!({ "Key": format!("k{n}"), "Value": "" })).collect();
        lab.root().ok("TagUser", json!({ "UserName": "x", "Tags": tags }));
        let fault = lab.root().err("TagUser", json!({ "UserName": "x", "Tags": [{ "Key": "one", "Value": "more" }] }));
        assert_eq!(fault, "LimitExceeded: Cannot exceed quota for TagsPerUser: 50");
    }

    #[test]
    fn what_is_not_there_is_not_found_and_keys_are_given_once() {
        let lab = Lab::new().users(["x"]);
        let twice = json!([{ "Key": "a", "Value": "" }, { "Key": "A", "Value": "" }]);
        assert_eq!(
            lab.root().err("TagUser", json!({ "UserName": "x", "Tags": twice })),
            "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
        );
        let fault = lab.root().err("TagUser", json!({ "UserName": "ghost", "Tags": [] }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().users(["x"]).denies(
            "TagUser",
            json!({ "UserName": "x", "Tags": [{ "Key": "a", "Value": "b" }] }),
            "user x",
        );
    }
}
