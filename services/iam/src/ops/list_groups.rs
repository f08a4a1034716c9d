//! IAM ListGroups. Real: path prefix, pages; sorted by name.

use super::prelude::*;

shape! {
    pub struct ListGroups {
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListGroupsResponse {
        Groups: Vec<wire::Group>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListGroups {
    const NAME: &'static str = "ListGroups";
    const READ_ONLY: bool = true;
    type Output = ListGroupsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::listing::<Group>(cx, "iam:ListGroups", self.PathPrefix.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListGroupsResponse, Fault> {
        let (account, prefix) = (cx.account(), self.PathPrefix.unwrap_or_default());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let after = paging.after()?;
        let all = entities::list::<Group>(cx.tx, account, after.as_deref());
        let page = paging.of(all.filter(|(_, group)| group.identity.path.starts_with(&prefix)))?;
        let page = page.map(|group| wire::group(account, &group));
        Ok(ListGroupsResponse { IsTruncated: page.truncated(), Groups: page.items, Marker: page.marker })
    }
}
