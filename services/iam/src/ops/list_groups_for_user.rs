//! IAM ListGroupsForUser. Real: sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct ListGroupsForUser {
        UserName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListGroupsForUserResponse {
        Groups: Vec<wire::Group>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListGroupsForUser {
    const NAME: &'static str = "ListGroupsForUser";
    const READ_ONLY: bool = true;
    type Output = ListGroupsForUserResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:ListGroupsForUser", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListGroupsForUserResponse, Fault> {
        let account = cx.account();
        let user = entities::get::<User>(cx.tx, account, &self.UserName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(members::of_user(cx.tx, account, &user))?.map(|group| wire::group(account, &group));
        Ok(ListGroupsForUserResponse { IsTruncated: page.truncated(), Groups: page.items, Marker: page.marker })
    }
}
