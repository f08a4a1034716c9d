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
