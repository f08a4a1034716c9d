//! IAM ListGroupPolicies. Real: the names of the inline policies, sorted, in pages.

use super::prelude::*;

shape! {
    pub struct ListGroupPolicies {
        GroupName: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListGroupPoliciesResponse {
        PolicyNames: Vec<String>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListGroupPolicies {
    const NAME: &'static str = "ListGroupPolicies";
    const READ_ONLY: bool = true;
    type Output = ListGroupPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:ListGroupPolicies", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListGroupPoliciesResponse, Fault> {
        let group = entities::get::<Group>(cx.tx, cx.account(), &self.GroupName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(group.identity.inline.keys().map(|name| (name, name.clone())))?;
        Ok(ListGroupPoliciesResponse { IsTruncated: page.truncated(), PolicyNames: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn names_come_sorted_in_pages() {
        let lab = Lab::new().groups(["x"]);
        for name in ["b", "a"] {
            lab.root()
                .ok("PutGroupPolicy", json!({ "GroupName": "x", "PolicyName": name, "PolicyDocument": allow("s3:*") }));
        }
        let first = lab.root().ok("ListGroupPolicies", json!({ "GroupName": "x", "MaxItems": 1 }));
        assert_eq!((&first["PolicyNames"], &first["IsTruncated"]), (&json!(["a"]), &json!(true)));
        let second = lab.root().ok("ListGroupPolicies", json!({ "GroupName": "x", "Marker": first["Marker"] }));
        assert_eq!((&second["PolicyNames"], &second["IsTruncated"]), (&json!(["b"]), &json!(false)));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListGroupPolicies", json!({ "GroupName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The group with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListGroupPolicies", json!({ "GroupName": "x" }), "group x");
    }
}
