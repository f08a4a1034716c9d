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
