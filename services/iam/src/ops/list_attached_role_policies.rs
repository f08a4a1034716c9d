//! IAM ListAttachedRolePolicies. Real: path prefix, sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct ListAttachedRolePolicies {
        RoleName: String,
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAttachedRolePoliciesResponse {
        AttachedPolicies: Vec<wire::AttachedPolicy>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const READ_ONLY: bool = true;
    type Output = ListAttachedRolePoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:ListAttachedRolePolicies", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAttachedRolePoliciesResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(wire::attached(cx.tx, &role.identity, self.PathPrefix.as_deref()))?;
        Ok(ListAttachedRolePoliciesResponse {
            IsTruncated: page.truncated(),
            AttachedPolicies: page.items,
            Marker: page.marker,
        })
    }
}
