//! IAM ListAttachedRolePolicies. Real: path prefix, sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct ListAttachedRolePolicies {
        RoleName: String,
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAttachedRolePoliciesResponse {
        AttachedPolicies: Vec<wire::AttachedPolicy>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListAttachedRolePolicies {
    const NAME: &'static str = "ListAttachedRolePolicies";
    const READ_ONLY: bool = true;
    type Output = ListAttachedRolePoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:ListAttachedRolePolicies", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAttachedRolePoliciesResponse, Fault> {
        let role = entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(wire::attached(cx.tx, &role.identity, self.PathPrefix.as_deref()))?;
        Ok(ListAttachedRolePoliciesResponse {
            IsTruncated: page.truncated(),
            AttachedPolicies: page.items,
            Marker: page.marker,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn policies_come_sorted_by_name_and_a_path_selects() {
        let lab = Lab::new().roles(["x"]).policies(["zebra"]);
        let billing = "arn:aws:iam::aws:policy/job-function/Billing";
        for policy in [&arn("policy/zebra"), billing] {
            lab.root().ok("AttachRolePolicy", json!({ "RoleName": "x", "PolicyArn": policy }));
        }
        let list = |input| lab.root().ok("ListAttachedRolePolicies", input);
        let first = list(json!({ "RoleName": "x", "MaxItems": 1 }));
        assert_eq!(
            (&first["AttachedPolicies"][0]["PolicyArn"], &first["IsTruncated"]),
            (&json!(billing), &json!(true))
        );
        let second = list(json!({ "RoleName": "x", "Marker": first["Marker"] }));
        assert_eq!(second["AttachedPolicies"], json!([{ "PolicyName": "zebra", "PolicyArn": arn("policy/zebra") }]));
        let jobs = list(json!({ "RoleName": "x", "PathPrefix": "/job-function/" }));
        assert_eq!(jobs["AttachedPolicies"], json!([{ "PolicyName": "Billing", "PolicyArn": billing }]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListAttachedRolePolicies", json!({ "RoleName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAttachedRolePolicies", json!({ "RoleName": "x" }), "role x");
    }
}
