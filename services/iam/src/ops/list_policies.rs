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
