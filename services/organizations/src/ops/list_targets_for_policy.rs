//! Organizations ListTargetsForPolicy. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListTargetsForPolicy {
        PolicyId: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListTargetsForPolicyResponse {
        Targets: Vec<wire::PolicyTargetSummary>,
        NextToken: Option<String>,
    }
}

impl Op for ListTargetsForPolicy {
    const NAME: &'static str = "ListTargetsForPolicy";
    const READ_ONLY: bool = true;
    type Output = ListTargetsForPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_policy(cx, "organizations:ListTargetsForPolicy", &self.PolicyId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListTargetsForPolicyResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        policies::get(cx.tx, &organization, &self.PolicyId)?;
        let items = policies::targets(cx.tx, &organization, &self.PolicyId).into_iter().map(|id| (id.clone(), id));
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        let next = page.next.clone();
        let summary = |id: String| {
            let (kind, name, word) = match tree::find(cx.tx, &organization, &id)? {
                tree::Entity::Root => ("root", wire::ROOT_NAME.to_owned(), "ROOT"),
                tree::Entity::Unit(unit) => ("ou", unit.name.clone(), "ORGANIZATIONAL_UNIT"),
                tree::Entity::Account(member) => ("account", organizations::profile(cx.tx, member.account).name, "ACCOUNT"),
                tree::Entity::Policy(_) => return None,
            };
            Some(wire::PolicyTargetSummary { Arn: organization.arn(kind, &id), TargetId: id, Name: name, Type: word })
        };
        Ok(ListTargetsForPolicyResponse { Targets: page.items.into_iter().filter_map(summary).collect(), NextToken: next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn targets_are_named() {
        let lab = Lab::new();
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{ou}" }));
        let found = lab.ok("ListTargetsForPolicy", json!({ "PolicyId": "{scp}" }));
        let expected = json!([{
            "TargetId": lab.ou,
            "Arn": lab.fill("arn:aws:organizations::{management}:ou/{org}/{ou}"),
            "Name": "Work",
            "Type": "ORGANIZATIONAL_UNIT",
        }]);
        assert_eq!(found["Targets"], expected);
        let all = lab.ok("ListTargetsForPolicy", json!({ "PolicyId": "p-RCPFullAWSAccess" }));
        assert_eq!(all["Targets"].as_array().unwrap().len(), 4);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListTargetsForPolicy", json!({ "PolicyId": "{scp}" }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/{scp}");
    }
}
