//! Organizations ListPolicies. Real: AWS's and the customer's, sorted by id; empty for the types that nothing here enforces.

use super::prelude::*;

shape! {
    pub struct ListPolicies {
        Filter: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListPoliciesResponse {
        Policies: Vec<wire::PolicySummary>,
        NextToken: Option<String>,
    }
}

impl Op for ListPolicies {
    const NAME: &'static str = "ListPolicies";
    const READ_ONLY: bool = true;
    type Output = ListPoliciesResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_type(Ask::action("organizations:ListPolicies"), &self.Filter))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListPoliciesResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let kind = PolicyType::parse(&self.Filter);
        let items = kind.into_iter().flat_map(|kind| policies::list(cx.tx, &organization, kind));
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        let page = page.map(|found| wire::summary(&organization, &found));
        Ok(ListPoliciesResponse { Policies: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_type_selects() {
        let lab = Lab::new();
        let names = |kind: &str| {
            let found = lab.ok("ListPolicies", json!({ "Filter": kind }));
            let policies = found["Policies"].as_array().unwrap().clone();
            policies.iter().map(|policy| policy["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names("SERVICE_CONTROL_POLICY"), ["FullAWSAccess", "no-users"]);
        assert_eq!(names("RESOURCE_CONTROL_POLICY"), ["RCPFullAWSAccess"]);
        assert_eq!(names("TAG_POLICY"), [""; 0]);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY" }), "*");
    }
}
