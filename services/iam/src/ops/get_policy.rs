//! IAM GetPolicy. Real, of the account's own policies and AWS's.

use super::prelude::*;

shape! {
    pub struct GetPolicy {
        PolicyArn: String,
    }

    pub struct GetPolicyResponse {
        Policy: wire::Policy,
    }
}

impl Op for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const READ_ONLY: bool = true;
    type Output = GetPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:GetPolicy", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetPolicyResponse, Fault> {
        let policy = policies::get(cx.tx, &self.PolicyArn)?;
        Ok(GetPolicyResponse { Policy: wire::policy(cx.tx, cx.account(), &policy) })
    }
}
