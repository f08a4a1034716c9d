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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn names_come_sorted_in_pages() {
        let lab = Lab::new().users(["x"]);
        for name in ["b", "a"] {
            lab.root()
                .ok("PutUserPolicy", json!({ "UserName": "x", "PolicyName": name, "PolicyDocument": allow("s3:*") }));
        }
        let first = lab.root().ok("ListUserPolicies", json!({ "UserName": "x", "MaxItems": 1 }));
        assert_eq!((&first["PolicyNames"], &first["IsTruncated"]), (&json!(["a"]), &json!(true)));
        let second = lab.root().ok("ListUserPolicies", json!({ "UserName": "x", "Marker": first["Marker"] }));
        assert_eq!((&second["PolicyNames"], &second["IsTruncated"]), (&json!(["b"]), &json!(false)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListUserPolicies", json!({ "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListUserPolicies", json!({ "UserName": "x" }), "user x");
    }
}
