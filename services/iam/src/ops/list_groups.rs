//! IAM ListGroups. Real: path prefix, pages; sorted by name.

use super::prelude::*;

shape! {
    pub struct ListGroups {
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListGroupsResponse {
        Groups: Vec<wire::Group>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListGroups {
    const NAME: &'static str = "ListGroups";
    const READ_ONLY: bool = true;
    type Output = ListGroupsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::listing::<Group>(cx, "iam:ListGroups", self.PathPrefix.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListGroupsResponse, Fault> {
        let (account, prefix) = (cx.account(), self.PathPrefix.unwrap_or_default());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let after = paging.after()?;
        let all = entities::list::<Group>(cx.tx, account, after.as_deref());
        let page = paging.of(all.filter(|(_, group)| group.identity.path.starts_with(&prefix)))?;
        let page = page.map(|group| wire::group(account, &group));
        Ok(ListGroupsResponse { IsTruncated: page.truncated(), Groups: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn groups_come_in_pages_sorted_by_name() {
        let lab = Lab::new().groups(["carol", "Alice", "bob"]);
        let mut names = Vec::new();
        let mut input = json!({ "MaxItems": 2 });
        loop {
            let page = lab.root().ok("ListGroups", input.clone());
            let found = page["Groups"].as_array().unwrap();
            names.push(found.iter().map(|found| found["GroupName"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
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
        let lab = Lab::new().groups(["plain"]);
        lab.root().ok("CreateGroup", json!({ "GroupName": "deep", "Path": "/a/b/" }));
        let found = lab.root().ok("ListGroups", json!({ "PathPrefix": "/a/" }));
        assert_eq!(found["Groups"].as_array().unwrap().len(), 1);
        assert_eq!(found["Groups"][0]["Arn"], arn("group/a/b/deep"));
    }

    #[test]
    fn a_made_up_marker_is_refused() {
        assert_eq!(
            Lab::new().root().err("ListGroups", json!({ "Marker": "bm9uc2Vuc2U=" })),
            "ValidationError: Invalid Marker."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListGroups", json!({}), &arn("group/"));
    }
}
