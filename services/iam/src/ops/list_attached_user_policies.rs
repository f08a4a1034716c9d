//! IAM ListAttachedUserPolicies. Real: path prefix, sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct ListAttachedUserPolicies {
        UserName: String,
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAttachedUserPoliciesResponse {
        AttachedPolicies: Vec<wire::AttachedPolicy>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListAttachedUserPolicies {
    const NAME: &'static str = "ListAttachedUserPolicies";
    const READ_ONLY: bool = true;
    type Output = ListAttachedUserPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:ListAttachedUserPolicies", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAttachedUserPoliciesResponse, Fault> {
        let user = entities::get::<User>(cx.tx, cx.account(), &self.UserName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(wire::attached(cx.tx, &user.identity, self.PathPrefix.as_deref()))?;
        Ok(ListAttachedUserPoliciesResponse {
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
        let lab = Lab::new().users(["x"]).policies(["zebra"]);
        let billing = "arn:aws:iam::aws:policy/job-function/Billing";
        for policy in [&arn("policy/zebra"), billing] {
            lab.root().ok("AttachUserPolicy", json!({ "UserName": "x", "PolicyArn": policy }));
        }
        let list = |input| lab.root().ok("ListAttachedUserPolicies", input);
        let first = list(json!({ "UserName": "x", "MaxItems": 1 }));
        assert_eq!(
            (&first["AttachedPolicies"][0]["PolicyArn"], &first["IsTruncated"]),
            (&json!(billing), &json!(true))
        );
        let second = list(json!({ "UserName": "x", "Marker": first["Marker"] }));
        assert_eq!(second["AttachedPolicies"], json!([{ "PolicyName": "zebra", "PolicyArn": arn("policy/zebra") }]));
        let jobs = list(json!({ "UserName": "x", "PathPrefix": "/job-function/" }));
        assert_eq!(jobs["AttachedPolicies"], json!([{ "PolicyName": "Billing", "PolicyArn": billing }]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListAttachedUserPolicies", json!({ "UserName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAttachedUserPolicies", json!({ "UserName": "x" }), "user x");
    }
}
