//! Organizations ListPoliciesForTarget. Real: what is attached directly.

use super::prelude::*;

shape! {
    pub struct ListPoliciesForTarget {
        TargetId: String,
        Filter: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListPoliciesForTargetResponse {
        Policies: Vec<wire::PolicySummary>,
        NextToken: Option<String>,
    }
}

impl Op for ListPoliciesForTarget {
    const NAME: &'static str = "ListPoliciesForTarget";
    const READ_ONLY: bool = true;
    type Output = ListPoliciesForTargetResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_entity(cx, "organizations:ListPoliciesForTarget", &self.TargetId);
        Ok(policy::with_type(ask, &self.Filter))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListPoliciesForTargetResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        tree::target(cx.tx, &organization, &self.TargetId)?;
        let kind = PolicyType::parse(&self.Filter);
        let items = kind.into_iter().flat_map(|kind| policies::attached(cx.tx, &organization, &self.TargetId, kind));
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        let page = page.map(|found| wire::summary(&organization, &found));
        Ok(ListPoliciesForTargetResponse { Policies: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn only_what_is_attached_directly() {
        let lab = Lab::new();
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{root}" }));
        let names = |target: &str| {
            let found = lab.ok("ListPoliciesForTarget", json!({ "TargetId": target, "Filter": "SERVICE_CONTROL_POLICY" }));
            found["Policies"].as_array().unwrap().len()
        };
        assert_eq!((names("{root}"), names("{ou}"), names("{member}")), (2, 1, 1));
        let nobody = json!({ "TargetId": "999999999999", "Filter": "SERVICE_CONTROL_POLICY" });
        assert!(lab.err("ListPoliciesForTarget", nobody).starts_with("TargetNotFoundException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListPoliciesForTarget", json!({ "TargetId": "{ou}", "Filter": "SERVICE_CONTROL_POLICY" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
