//! IAM UntagUser. Real: keys that are not there are no error.

use super::prelude::*;

shape! {
    pub struct UntagUser {
        UserName: String,
        TagKeys: Vec<String>,
    }
}

impl Op for UntagUser {
    const NAME: &'static str = "UntagUser";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tag_keys(policy::on::<User>(cx, "iam:UntagUser", &self.UserName), &self.TagKeys))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::untag::<User>(cx.tx, cx.call.account, &self.UserName, &self.TagKeys)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_go_whatever_the_case_of_their_keys() {
        let lab = Lab::new().users(["x"]);
        let tags = json!([{ "Key": "Team", "Value": "red" }, { "Key": "cost", "Value": "1" }]);
        lab.root().ok("TagUser", json!({ "UserName": "x", "Tags": tags }));
        lab.root().ok("UntagUser", json!({ "UserName": "x", "TagKeys": ["team", "never"] }));
        let found = lab.root().ok("ListUserTags", json!({ "UserName": "x" }));
        assert_eq!(found["Tags"], json!([{ "Key": "cost", "Value": "1" }]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("UntagUser", json!({ "UserName": "ghost", "TagKeys": ["a"] }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UntagUser", json!({ "UserName": "x", "TagKeys": ["a"] }), "user x");
    }
}
