//! IAM ListPolicies. Real: scope, path prefix, only attached, usage; the account's own first, then AWS's, each sorted by name.

use super::prelude::*;

shape! {
    pub struct ListPolicies {
        Scope: Option<String>,
        OnlyAttached: Option<bool>,
        PathPrefix: Option<String>,
        PolicyUsageFilter: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListPoliciesResponse {
        Policies: Vec<wire::Policy>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListPolicies {
    const NAME: &'static str = "ListPolicies";
    const READ_ONLY: bool = true;
    type Output = ListPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let prefix = self.PathPrefix.as_deref().unwrap_or("/");
        let arn = cx.global_arn("iam", format_args!("policy{prefix}"));
        Ok(Ask::action("iam:ListPolicies").on(arn).shown_as(format!("policy path {prefix}")))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListPoliciesResponse, Fault> {
        let (account, state) = (cx.account(), &*cx.tx);
        let (own, aws) = match self.Scope.as_deref() {
            Some("AWS") => (false, true),
            Some("Local") => (true, false),
            _ => (true, true),
        };
        let own = own.then(|| policies::own(state, account)).into_iter().flatten();
        let aws = aws.then(policies::aws).into_iter().flatten();
        let all = own
            .map(|(name, policy)| (format!("1 {name}"), policy))
            .chain(aws.map(|(name, policy)| (format!("2 {name}"), policy)));
        let usages = wire::usages(self.PolicyUsageFilter.as_deref());
        let only_used = self.OnlyAttached == Some(true) || self.PolicyUsageFilter.is_some();
        let used =
            |policy: &Managed| usages.iter().any(|usage| policies::uses(state, account, &policy.arn(), *usage) > 0);
        let prefix = self.PathPrefix.as_deref().unwrap_or("/");
        let wanted = all.filter(|(_, policy)| policy.path().starts_with(prefix) && (!only_used || used(policy)));
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(wanted)?.map(|policy| wire::listed_policy(state, account, &policy));
        Ok(ListPoliciesResponse { IsTruncated: page.truncated(), Policies: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn scope_and_use_select() {
        let lab = Lab::new().users(["x"]).policies(["used", "edge", "idle"]);
        lab.root().ok("AttachUserPolicy", json!({ "UserName": "x", "PolicyArn": arn("policy/used") }));
        lab.root()
            .ok("AttachUserPolicy", json!({ "UserName": "x", "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" }));
        lab.root()
            .ok("PutUserPermissionsBoundary", json!({ "UserName": "x", "PermissionsBoundary": arn("policy/edge") }));
        let names = |input| {
            let found = lab.root().ok("ListPolicies", input);
            let names = found["Policies"]
                .as_array()
                .unwrap()
                .iter()
                .map(|policy| policy["PolicyName"].as_str().unwrap().to_owned());
            names.collect::<Vec<_>>()
        };
        assert_eq!(names(json!({ "Scope": "Local" })), ["edge", "idle", "used"]);
        assert_eq!(names(json!({ "OnlyAttached": true })), ["edge", "used", "ReadOnlyAccess"]);
        assert_eq!(names(json!({ "OnlyAttached": true, "Scope": "AWS" })), ["ReadOnlyAccess"]);
        assert_eq!(names(json!({ "PolicyUsageFilter": "PermissionsBoundary" })), ["edge"]);
        assert_eq!(names(json!({ "PolicyUsageFilter": "PermissionsPolicy" })), ["used", "ReadOnlyAccess"]);
        assert!(names(json!({ "Scope": "AWS", "PathPrefix": "/job-function/" })).contains(&"Billing".to_owned()));
    }

    #[test]
    fn pages_lead_through_the_own_and_then_those_of_aws() {
        let lab = Lab::new().policies(["mine"]);
        let first = lab.root().ok("ListPolicies", json!({ "MaxItems": 1 }));
        assert_eq!((&first["Policies"][0]["PolicyName"], &first["IsTruncated"]), (&json!("mine"), &json!(true)));
        let mut input = json!({ "MaxItems": 1000, "Marker": first["Marker"] });
        let mut count = 0;
        loop {
            let page = lab.root().ok("ListPolicies", input.clone());
            count += page["Policies"].as_array().unwrap().len();
            if page["IsTruncated"] == false {
                break;
            }
            input["Marker"] = page["Marker"].clone();
        }
        assert_eq!(count, bastide_shape::managed::policies().len());
    }

    #[test]
    fn a_made_up_marker_is_refused() {
        assert_eq!(Lab::new().root().err("ListPolicies", json!({ "Marker": "x" })), "ValidationError: Invalid Marker.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListPolicies", json!({}), "policy path /");
    }
}
