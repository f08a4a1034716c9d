//! IAM GetGroup. Real: the group and its members, sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct GetGroup {
        GroupName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct GetGroupResponse {
        Group: wire::Group,
        Users: Vec<wire::User>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for GetGroup {
    const NAME: &'static str = "GetGroup";
    const READ_ONLY: bool = true;
    type Output = GetGroupResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:GetGroup", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetGroupResponse, Fault> {
        let account = cx.account();
        let group = entities::get::<Group>(cx.tx, account, &self.GroupName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(members::of_group(cx.tx, account, &group))?.map(|user| wire::listed_user(account, &user));
        let group = wire::group(account, &group);
        Ok(GetGroupResponse { Group: group, IsTruncated: page.truncated(), Users: page.items, Marker: page.marker })
    }
}
