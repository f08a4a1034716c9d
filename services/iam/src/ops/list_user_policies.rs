//! IAM ListUserPolicies. Real: the names of the inline policies, sorted, in pages.

use super::prelude::*;

shape! {
    pub struct ListUserPolicies {
        UserName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListUserPoliciesResponse {
        PolicyNames: Vec<String>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListUserPolicies {
    const NAME: &'static str = "ListUserPolicies";
    const READ_ONLY: bool = true;
    type Output = ListUserPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:ListUserPolicies", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListUserPoliciesResponse, Fault> {
        let user = entities::get::<User>(cx.tx, cx.account(), &self.UserName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(user.identity.inline.keys().map(|name| (name, name.clone())))?;
        Ok(ListUserPoliciesResponse { IsTruncated: page.truncated(), PolicyNames: page.items, Marker: page.marker })
    }
}
