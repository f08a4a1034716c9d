//! IAM ListAttachedGroupPolicies. Real: path prefix, sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct ListAttachedGroupPolicies {
        GroupName: String,
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAttachedGroupPoliciesResponse {
        AttachedPolicies: Vec<wire::AttachedPolicy>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListAttachedGroupPolicies {
    const NAME: &'static str = "ListAttachedGroupPolicies";
    const READ_ONLY: bool = true;
    type Output = ListAttachedGroupPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:ListAttachedGroupPolicies", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAttachedGroupPoliciesResponse, Fault> {
        let group = entities::get::<Group>(cx.tx, cx.account(), &self.GroupName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(wire::attached(cx.tx, &group.identity, self.PathPrefix.as_deref()))?;
        Ok(ListAttachedGroupPoliciesResponse {
            IsTruncated: page.truncated(),
            AttachedPolicies: page.items,
            Marker: page.marker,
        })
    }
}
