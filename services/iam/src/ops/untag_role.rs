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
