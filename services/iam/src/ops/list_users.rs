//! IAM ListUsers. Real: path prefix, pages; sorted by name.

use super::prelude::*;

shape! {
    pub struct ListUsers {
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListUsersResponse {
        Users: Vec<wire::User>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListUsers {
    const NAME: &'static str = "ListUsers";
    const READ_ONLY: bool = true;
    type Output = ListUsersResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::listing::<User>(cx, "iam:ListUsers", self.PathPrefix.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListUsersResponse, Fault> {
        let (account, prefix) = (cx.account(), self.PathPrefix.unwrap_or_default());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let after = paging.after()?;
        let all = entities::list::<User>(cx.tx, account, after.as_deref());
        let page = paging.of(all.filter(|(_, user)| user.identity.path.starts_with(&prefix)))?;
        let page = page.map(|user| wire::listed_user(account, &user));
        Ok(ListUsersResponse { IsTruncated: page.truncated(), Users: page.items, Marker: page.marker })
    }
}
