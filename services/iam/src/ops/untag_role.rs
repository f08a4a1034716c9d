//! IAM UntagRole. Real: keys that are not there are no error.

use super::prelude::*;

shape! {
    pub struct UntagRole {
        RoleName: String,
        TagKeys: Vec<String>,
    }
}

impl Op for UntagRole {
    const NAME: &'static str = "UntagRole";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tag_keys(policy::on::<Role>(cx, "iam:UntagRole", &self.RoleName), &self.TagKeys))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::untag::<Role>(cx.tx, cx.call.account, &self.RoleName, &self.TagKeys)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_go_whatever_the_case_of_their_keys() {
        let lab = Lab::new().roles(["x"]);
        let tags = json!([{ "Key": "Team", "Value": "red" }, { "Key": "cost", "Value": "1" }]);
        lab.root().ok("TagRole", json!({ "RoleName": "x", "Tags": tags }));
        lab.root().ok("UntagRole", json!({ "RoleName": "x", "TagKeys": ["team", "never"] }));
        let found = lab.root().ok("ListRoleTags", json!({ "RoleName": "x" }));
        assert_eq!(found["Tags"], json!([{ "Key": "cost", "Value": "1" }]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("UntagRole", json!({ "RoleName": "ghost", "TagKeys": ["a"] }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UntagRole", json!({ "RoleName": "x", "TagKeys": ["a"] }), "role x");
    }
}
