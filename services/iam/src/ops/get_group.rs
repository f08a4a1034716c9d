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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn members_come_in_pages_sorted_by_name() {
        let lab = Lab::new().users(["zoe", "adam"]).groups(["staff"]);
        for user in ["zoe", "adam"] {
            lab.root().ok("AddUserToGroup", json!({ "GroupName": "staff", "UserName": user }));
        }
        let first = lab.root().ok("GetGroup", json!({ "GroupName": "staff", "MaxItems": 1 }));
        assert_eq!((&first["Users"][0]["UserName"], &first["IsTruncated"]), (&json!("adam"), &json!(true)));
        let second = lab.root().ok("GetGroup", json!({ "GroupName": "staff", "Marker": first["Marker"] }));
        assert_eq!((&second["Users"][0]["UserName"], &second["IsTruncated"]), (&json!("zoe"), &json!(false)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("GetGroup", json!({ "GroupName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The group with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().groups(["staff"]).denies("GetGroup", json!({ "GroupName": "staff" }), "group staff");
    }
}
