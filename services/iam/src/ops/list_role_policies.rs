//! IAM ListRolePolicies. Real: the names of the inline policies, sorted, in pages.

use super::prelude::*;

shape! {
    pub struct ListRolePolicies {
        RoleName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListRolePoliciesResponse {
        PolicyNames: Vec<String>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListRolePolicies {
    const NAME: &'static str = "ListRolePolicies";
    const READ_ONLY: bool = true;
    type Output = ListRolePoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:ListRolePolicies", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRolePoliciesResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(role.identity.inline.keys().map(|name| (name, name.clone())))?;
        Ok(ListRolePoliciesResponse { IsTruncated: page.truncated(), PolicyNames: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn names_come_sorted_in_pages() {
        let lab = Lab::new().roles(["x"]);
        for name in ["b", "a"] {
            lab.root()
                .ok("PutRolePolicy", json!({ "RoleName": "x", "PolicyName": name, "PolicyDocument": allow("s3:*") }));
        }
        let first = lab.root().ok("ListRolePolicies", json!({ "RoleName": "x", "MaxItems": 1 }));
        assert_eq!((&first["PolicyNames"], &first["IsTruncated"]), (&json!(["a"]), &json!(true)));
        let second = lab.root().ok("ListRolePolicies", json!({ "RoleName": "x", "Marker": first["Marker"] }));
        assert_eq!((&second["PolicyNames"], &second["IsTruncated"]), (&json!(["b"]), &json!(false)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListRolePolicies", json!({ "RoleName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListRolePolicies", json!({ "RoleName": "x" }), "role x");
    }
}
