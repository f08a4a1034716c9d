//! IAM ListRoles. Real: path prefix, pages; sorted by name.

use super::prelude::*;

shape! {
    pub struct ListRoles {
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListRolesResponse {
        Roles: Vec<wire::Role>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListRoles {
    const NAME: &'static str = "ListRoles";
    const READ_ONLY: bool = true;
    type Output = ListRolesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::listing::<Role>(cx, "iam:ListRoles", self.PathPrefix.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRolesResponse, Fault> {
        let (account, prefix) = (cx.account(), self.PathPrefix.unwrap_or_default());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let after = paging.after()?;
        let all = entities::list::<Role>(cx.tx, account, after.as_deref());
        let page = paging.of(all.filter(|(_, role)| role.identity.path.starts_with(&prefix)))?;
        let page = page.map(|role| wire::listed_role(cx.tx, account, &role));
        Ok(ListRolesResponse { IsTruncated: page.truncated(), Roles: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn roles_come_in_pages_sorted_by_name() {
        let lab = Lab::new().roles(["carol", "Alice", "bob"]);
        let mut names = Vec::new();
        let mut input = json!({ "MaxItems": 2 });
        loop {
            let page = lab.root().ok("ListRoles", input.clone());
            let found = page["Roles"].as_array().unwrap();
            names.push(found.iter().map(|found| found["RoleName"].as_str().unwrap().to_owned()).collect::<Vec<_>>());
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
        let lab = Lab::new().roles(["plain"]);
        lab.root().ok("CreateRole", json!({ "RoleName": "deep", "Path": "/a/b/", "AssumeRolePolicyDocument": TRUST }));
        let found = lab.root().ok("ListRoles", json!({ "PathPrefix": "/a/" }));
        assert_eq!(found["Roles"].as_array().unwrap().len(), 1);
        assert_eq!(found["Roles"][0]["Arn"], arn("role/a/b/deep"));
    }

    #[test]
    fn a_made_up_marker_is_refused() {
        assert_eq!(
            Lab::new().root().err("ListRoles", json!({ "Marker": "bm9uc2Vuc2U=" })),
            "ValidationError: Invalid Marker."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListRoles", json!({}), &arn("role/"));
    }

    #[test]
    fn boundary_and_tags_are_left_to_get_role() {
        let lab = Lab::new().policies(["edge"]);
        let input = json!({
            "RoleName": "r", "AssumeRolePolicyDocument": TRUST, "Tags": [{ "Key": "a", "Value": "b" }],
            "PermissionsBoundary": arn("policy/edge"),
        });
        lab.root().ok("CreateRole", input);
        let found = lab.root().ok("ListRoles", json!({}));
        let members: Vec<&String> = found["Roles"][0].as_object().unwrap().keys().collect();
        let recorded =
            ["Path", "RoleName", "RoleId", "Arn", "CreateDate", "AssumeRolePolicyDocument", "MaxSessionDuration"];
        assert_eq!(members, recorded);
    }
}
