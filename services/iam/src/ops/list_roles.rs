//! IAM ListRoles. Real: path prefix, pages; sorted by name.

use super::prelude::*;

shape! {
    pub struct ListRoles {
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListRolesResponse {
        Roles: Vec<wire::Role>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListRoles {
    const NAME: &'static str = "ListRoles";
    const READ_ONLY: bool = true;
    type Output = ListRolesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::listing::<Role>(cx, "iam:ListRoles", self.PathPrefix.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRolesResponse, Fault> {
        let (account, prefix) = (cx.account(), self.PathPrefix.unwrap_or_default());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let after = paging.after()?;
        let all = entities::list::<Role>(cx.tx, account, after.as_deref());
        let page = paging.of(all.filter(|(_, role)| role.identity.path.starts_with(&prefix)))?;
        let page = page.map(|role| wire::listed_role(cx.tx, account, &role));
        Ok(ListRolesResponse { IsTruncated: page.truncated(), Roles: page.items, Marker: page.marker })
    }
}
