//! IAM GetUserPolicy. Real: the document as it was written, URL-encoded.

use super::prelude::*;

shape! {
    pub struct GetUserPolicy {
        UserName: String,
        PolicyName: String,
    }

    pub struct GetUserPolicyResponse {
        UserName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for GetUserPolicy {
    const NAME: &'static str = "GetUserPolicy";
    const READ_ONLY: bool = true;
    type Output = GetUserPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<User>(cx, "iam:GetUserPolicy", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetUserPolicyResponse, Fault> {
        let document = entities::inline::<User>(cx.tx, cx.account(), &self.UserName, &self.PolicyName)?;
        let document = wire::encoded(document.text());
        Ok(GetUserPolicyResponse { UserName: self.UserName, PolicyName: self.PolicyName, PolicyDocument: document })
    }
}
