//! IAM ListUsers. Real: path prefix, pages; sorted by name.

use super::prelude::*;

shape! {
    pub struct ListUsers {
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListUsersResponse {
        Users: Vec<wire::User>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListUsers {
    const NAME: &'static str = "ListUsers";
    const READ_ONLY: bool = true;
    type Output = ListUsersResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::listing::<User>(cx, "iam:ListUsers", self.PathPrefix.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListUsersResponse, Fault> {
        let (account, prefix) = (cx.account(), self.PathPrefix.unwrap_or_default());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let after = paging.after()?;
        let all = entities::list::<User>(cx.tx, account, after.as_deref());
        let page = paging.of(all.filter(|(_, user)| user.identity.path.starts_with(&prefix)))?;
        let page = page.map(|user| wire::listed_user(account, &user));
        Ok(ListUsersResponse { IsTruncated: page.truncated(), Users: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn users_come_in_pages_sorted_by_name() {
        let lab = Lab::new().users(["carol", "Alice", "bob"]);
        let mut names = Vec::new();
        let mut input = json!({ "MaxItems": 2 });
        loop {
            let page = lab.root().ok("ListUsers", input.clone());
            let found = page["Users"].as_array().unwrap();
            names.push(found.iter().map(|found| found["UserName"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
            if page["IsTruncated"] == false {
                assert_eq!(page.get("Marker"), None);
                break;
            }
            input["Marker"] = page["Marker"].clone();
        }
        assert_eq!(names, [vec!["Alice", "bob"], vec!["carol"]]);
    }

    #[test]
    fn a_path_prefix_selects() {
        let lab = Lab::new().users(["plain"]);
        lab.root().ok("CreateUser", json!({ "UserName": "deep", "Path": "/a/b/" }));
        let found = lab.root().ok("ListUsers", json!({ "PathPrefix": "/a/" }));
        assert_eq!(found["Users"].as_array().unwrap().len(), 1);
        assert_eq!(found["Users"][0]["Arn"], arn("user/a/b/deep"));
    }

    #[test]
    fn a_made_up_marker_is_refused() {
        assert_eq!(
            Lab::new().root().err("ListUsers", json!({ "Marker": "bm9uc2Vuc2U=" })),
            "ValidationError: Invalid Marker."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListUsers", json!({}), &arn("user/"));
    }
}
