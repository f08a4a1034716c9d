//! IAM ListRoleTags. Real: sorted by key, pages.

use super::prelude::*;

shape! {
    pub struct ListRoleTags {
        RoleName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListRoleTagsResponse {
        Tags: Vec<Tag>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListRoleTags {
    const NAME: &'static str = "ListRoleTags";
    const READ_ONLY: bool = true;
    type Output = ListRoleTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:ListRoleTags", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRoleTagsResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(role.identity.tags.iter().map(|pair| (pair.0.to_lowercase(), wire::tag(pair))))?;
        Ok(ListRoleTagsResponse { IsTruncated: page.truncated(), Tags: page.items, Marker: page.marker })
    }
}
