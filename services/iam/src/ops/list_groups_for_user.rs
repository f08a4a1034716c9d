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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn groups_come_sorted_by_name() {
        let lab = Lab::new().users(["alice"]).groups(["zoo", "aero", "other"]);
        for group in ["zoo", "aero"] {
            lab.root().ok("AddUserToGroup", json!({ "GroupName": group, "UserName": "alice" }));
        }
        let found = lab.root().ok("ListGroupsForUser", json!({ "UserName": "alice" }));
        let names: Vec<_> =
            found["Groups"].as_array().unwrap().iter().map(|group| group["GroupName"].as_str().unwrap()).collect();
        assert_eq!((names, &found["IsTruncated"]), (vec!["aero", "zoo"], &json!(false)));
    }

    #[test]
    fn who_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListGroupsForUser", json!({ "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListGroupsForUser", json!({ "UserName": "alice" }), "user alice");
    }
}
