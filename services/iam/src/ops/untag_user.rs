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
