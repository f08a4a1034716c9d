//! IAM GetGroupPolicy. Real: the document as it was written, URL-encoded.

use super::prelude::*;

shape! {
    pub struct GetGroupPolicy {
        GroupName: String,
        PolicyName: String,
    }

    pub struct GetGroupPolicyResponse {
        GroupName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for GetGroupPolicy {
    const NAME: &'static str = "GetGroupPolicy";
    const READ_ONLY: bool = true;
    type Output = GetGroupPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:GetGroupPolicy", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetGroupPolicyResponse, Fault> {
        let document = entities::inline::<Group>(cx.tx, cx.account(), &self.GroupName, &self.PolicyName)?;
        let document = wire::encoded(document.text());
        Ok(GetGroupPolicyResponse { GroupName: self.GroupName, PolicyName: self.PolicyName, PolicyDocument: document })
    }
}
