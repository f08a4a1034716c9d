//! IAM ListAttachedGroupPolicies. Real: path prefix, sorted by name, in pages.

use super::prelude::*;

shape! {
    pub struct ListAttachedGroupPolicies {
        GroupName: String,
        PathPrefix: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAttachedGroupPoliciesResponse {
        AttachedPolicies: Vec<wire::AttachedPolicy>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListAttachedGroupPolicies {
    const NAME: &'static str = "ListAttachedGroupPolicies";
    const READ_ONLY: bool = true;
    type Output = ListAttachedGroupPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:ListAttachedGroupPolicies", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAttachedGroupPoliciesResponse, Fault> {
        let group = entities::get::<Group>(cx.tx, cx.account(), &self.GroupName)?;
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(wire::attached(cx.tx, &group.identity, self.PathPrefix.as_deref()))?;
        Ok(ListAttachedGroupPoliciesResponse {
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
        let lab = Lab::new().groups(["x"]).policies(["zebra"]);
        let billing = "arn:aws:iam::aws:policy/job-function/Billing";
        for policy in [&arn("policy/zebra"), billing] {
            lab.root().ok("AttachGroupPolicy", json!({ "GroupName": "x", "PolicyArn": policy }));
        }
        let list = |input| lab.root().ok("ListAttachedGroupPolicies", input);
        let first = list(json!({ "GroupName": "x", "MaxItems": 1 }));
        assert_eq!(
            (&first["AttachedPolicies"][0]["PolicyArn"], &first["IsTruncated"]),
            (&json!(billing), &json!(true))
        );
        let second = list(json!({ "GroupName": "x", "Marker": first["Marker"] }));
        assert_eq!(second["AttachedPolicies"], json!([{ "PolicyName": "zebra", "PolicyArn": arn("policy/zebra") }]));
        let jobs = list(json!({ "GroupName": "x", "PathPrefix": "/job-function/" }));
        assert_eq!(jobs["AttachedPolicies"], json!([{ "PolicyName": "Billing", "PolicyArn": billing }]));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let fault = Lab::new().root().err("ListAttachedGroupPolicies", json!({ "GroupName": "ghost" }));
        assert_eq!(fault, "NoSuchEntity: The group with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAttachedGroupPolicies", json!({ "GroupName": "x" }), "group x");
    }
}
