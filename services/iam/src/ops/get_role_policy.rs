//! IAM GetRolePolicy. Real: the document as it was written, URL-encoded.

use super::prelude::*;

shape! {
    pub struct GetRolePolicy {
        RoleName: String,
        PolicyName: String,
    }

    pub struct GetRolePolicyResponse {
        RoleName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for GetRolePolicy {
    const NAME: &'static str = "GetRolePolicy";
    const READ_ONLY: bool = true;
    type Output = GetRolePolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Role>(cx, "iam:GetRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetRolePolicyResponse, Fault> {
        let document = entities::inline::<Role>(cx.tx, cx.account(), &self.RoleName, &self.PolicyName)?;
        let document = wire::encoded(document.text());
        Ok(GetRolePolicyResponse { RoleName: self.RoleName, PolicyName: self.PolicyName, PolicyDocument: document })
    }
}
