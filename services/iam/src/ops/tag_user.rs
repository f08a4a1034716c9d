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
