//! IAM ListUserTags. Real: sorted by key, pages.

use super::prelude::*;

shape! {
    pub struct ListUserTags {
        UserName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListUserTagsResponse {
        Tags: Vec<Tag>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListUserTags {
    const NAME: &'static str = "ListUserTags";
    const READ_ONLY: bool = true;
    type Output = ListUserTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:ListUserTags", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListUserTagsResponse, Fault> {
        let user = entities::get::<User>(cx.tx, cx.account(), &self.UserName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(user.identity.tags.iter().map(|pair| (pair.0.to_lowercase(), wire::tag(pair))))?;
        Ok(ListUserTagsResponse { IsTruncated: page.truncated(), Tags: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_come_sorted_by_key_in_pages() {
        let lab = Lab::new().users(["x"]);
        let tags = json!([{ "Key": "b", "Value": "2" }, { "Key": "A", "Value": "1" }]);
        lab.root().ok("TagUser", json!({ "UserName": "x", "Tags": tags }));
        let first = lab.root().ok("ListUserTags", json!({ "UserName": "x", "MaxItems": 1 }));
        assert_eq!((&first["Tags"], &first["IsTruncated"]), (&json!([{ "Key": "A", "Value": "1" }]), &json!(true)));
        let second = lab.root().ok("ListUserTags", json!({ "UserName": "x", "Marker": first["Marker"] }));
        assert_eq!((&second["Tags"], &second["IsTruncated"]), (&json!([{ "Key": "b", "Value": "2" }]), &json!(false)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListUserTags", json!({ "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListUserTags", json!({ "UserName": "x" }), "user x");
    }
}
