//! IAM ListGroupPolicies. Real: the names of the inline policies, sorted, in pages.

use super::prelude::*;

shape! {
    pub struct ListGroupPolicies {
        GroupName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListGroupPoliciesResponse {
        PolicyNames: Vec<String>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListGroupPolicies {
    const NAME: &'static str = "ListGroupPolicies";
    const READ_ONLY: bool = true;
    type Output = ListGroupPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:ListGroupPolicies", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListGroupPoliciesResponse, Fault> {
        let group = entities::get::<Group>(cx.tx, cx.account(), &self.GroupName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(group.identity.inline.keys().map(|name| (name, name.clone())))?;
        Ok(ListGroupPoliciesResponse { IsTruncated: page.truncated(), PolicyNames: page.items, Marker: page.marker })
    }
}
