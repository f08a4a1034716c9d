//! Organizations DescribePolicy. Real: customers' policies and AWS's.

use super::prelude::*;

shape! {
    pub struct DescribePolicy {
        PolicyId: String,
    }

    pub struct DescribePolicyResponse {
        Policy: wire::Policy,
    }
}

impl Op for DescribePolicy {
    const NAME: &'static str = "DescribePolicy";
    const READ_ONLY: bool = true;
    type Output = DescribePolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_policy(cx, "organizations:DescribePolicy", &self.PolicyId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribePolicyResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let found = policies::get(cx.tx, &organization, &self.PolicyId)?;
        Ok(DescribePolicyResponse { Policy: wire::policy(&organization, &found) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn aws_has_policies_of_its_own() {
        let lab = Lab::new();
        let found = lab.ok("DescribePolicy", json!({ "PolicyId": "p-FullAWSAccess" }));
        let summary = &found["Policy"]["PolicySummary"];
        assert_eq!(summary["Arn"], "arn:aws:organizations::aws:policy/service_control_policy/p-FullAWSAccess");
        assert_eq!((&summary["Name"], &summary["AwsManaged"]), (&json!("FullAWSAccess"), &json!(true)));
        assert_eq!(
            lab.err("DescribePolicy", json!({ "PolicyId": "p-00000000" })),
            "PolicyNotFoundException: You specified a policy that doesn't exist."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DescribePolicy", json!({ "PolicyId": "{scp}" }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/{scp}");
    }
}
