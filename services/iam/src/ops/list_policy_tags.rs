//! IAM ListPolicyTags. Real: sorted by key, pages.

use super::prelude::*;

shape! {
    pub struct ListPolicyTags {
        PolicyArn: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListPolicyTagsResponse {
        Tags: Vec<Tag>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListPolicyTags {
    const NAME: &'static str = "ListPolicyTags";
    const READ_ONLY: bool = true;
    type Output = ListPolicyTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:ListPolicyTags", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListPolicyTagsResponse, Fault> {
        let tags = policies::tags(cx.tx, &self.PolicyArn)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(tags.iter().map(|pair| (pair.0.to_lowercase(), wire::tag(pair))))?;
        Ok(ListPolicyTagsResponse { IsTruncated: page.truncated(), Tags: page.items, Marker: page.marker })
    }
}
