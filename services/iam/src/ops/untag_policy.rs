//! IAM UntagPolicy. Real: keys that are not there are no error.

use super::prelude::*;

shape! {
    pub struct UntagPolicy {
        PolicyArn: String,
        TagKeys: Vec<String>,
    }
}

impl Op for UntagPolicy {
    const NAME: &'static str = "UntagPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_tag_keys(policy::on_policy(cx, "iam:UntagPolicy", &self.PolicyArn)?, &self.TagKeys))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        policies::untag(cx.tx, &self.PolicyArn, &self.TagKeys)?;
        Ok(Nothing)
    }
}
