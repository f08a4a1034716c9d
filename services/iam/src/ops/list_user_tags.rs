//! IAM ListUserTags. Real: sorted by key, pages.

use super::prelude::*;

shape! {
    pub struct ListUserTags {
        UserName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListUserTagsResponse {
        Tags: Vec<Tag>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListUserTags {
    const NAME: &'static str = "ListUserTags";
    const READ_ONLY: bool = true;
    type Output = ListUserTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:ListUserTags", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListUserTagsResponse, Fault> {
        let user = entities::get::<User>(cx.tx, cx.account(), &self.UserName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(user.identity.tags.iter().map(|pair| (pair.0.to_lowercase(), wire::tag(pair))))?;
        Ok(ListUserTagsResponse { IsTruncated: page.truncated(), Tags: page.items, Marker: page.marker })
    }
}
