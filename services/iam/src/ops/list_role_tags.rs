//! IAM ListRoleTags. Real: sorted by key, pages.

use super::prelude::*;

shape! {
    pub struct ListRoleTags {
        RoleName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListRoleTagsResponse {
        Tags: Vec<Tag>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListRoleTags {
    const NAME: &'static str = "ListRoleTags";
    const READ_ONLY: bool = true;
    type Output = ListRoleTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:ListRoleTags", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRoleTagsResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(role.identity.tags.iter().map(|pair| (pair.0.to_lowercase(), wire::tag(pair))))?;
        Ok(ListRoleTagsResponse { IsTruncated: page.truncated(), Tags: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_come_sorted_by_key_in_pages() {
        let lab = Lab::new().roles(["x"]);
        let tags = json!([{ "Key": "b", "Value": "2" }, { "Key": "A", "Value": "1" }]);
        lab.root().ok("TagRole", json!({ "RoleName": "x", "Tags": tags }));
        let first = lab.root().ok("ListRoleTags", json!({ "RoleName": "x", "MaxItems": 1 }));
        assert_eq!((&first["Tags"], &first["IsTruncated"]), (&json!([{ "Key": "A", "Value": "1" }]), &json!(true)));
        let second = lab.root().ok("ListRoleTags", json!({ "RoleName": "x", "Marker": first["Marker"] }));
        assert_eq!((&second["Tags"], &second["IsTruncated"]), (&json!([{ "Key": "b", "Value": "2" }]), &json!(false)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListRoleTags", json!({ "RoleName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListRoleTags", json!({ "RoleName": "x" }), "role x");
    }
}
