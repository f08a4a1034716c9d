//! IAM ListRolePolicies. Real: the names of the inline policies, sorted, in pages.

use super::prelude::*;

shape! {
    pub struct ListRolePolicies {
        RoleName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListRolePoliciesResponse {
        PolicyNames: Vec<String>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const READ_ONLY: bool = true;
    type Output = ListRolePoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:ListRolePolicies", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRolePoliciesResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(role.identity.inline.keys().map(|name| (name, name.clone())))?;
        Ok(ListRolePoliciesResponse { IsTruncated: page.truncated(), PolicyNames: page.items, Marker: page.marker })
    }
}
