//! IAM GetPolicyVersion. Real; of AWS's policies only the version in force is known.

use super::prelude::*;

shape! {
    pub struct GetPolicyVersion {
        PolicyArn: String,
        VersionId: String,
    }

    pub struct GetPolicyVersionResponse {
        PolicyVersion: wire::PolicyVersion,
    }
}

impl Op for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";
    const READ_ONLY: bool = true;
    type Output = GetPolicyVersionResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:GetPolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetPolicyVersionResponse, Fault> {
        let versions = policies::get(cx.tx, &self.PolicyArn)?.versions();
        let found = versions.into_iter().find(|(id, ..)| *id == self.VersionId);
        let (id, document, created, in_force) =
            found.ok_or_else(|| fault::no_policy_version(&self.PolicyArn, &self.VersionId))?;
        let document = Some(wire::encoded(document.text()));
        let version =
            wire::PolicyVersion { Document: document, VersionId: id, IsDefaultVersion: in_force, CreateDate: created };
        Ok(GetPolicyVersionResponse { PolicyVersion: version })
    }
}
