//! IAM CreatePolicyVersion. Real: five versions at most; numbers are not used again.

use super::prelude::*;

shape! {
    pub struct CreatePolicyVersion {
        PolicyArn: String,
        PolicyDocument: String,
        SetAsDefault: Option<bool>,
    }

    pub struct CreatePolicyVersionResponse {
        PolicyVersion: wire::PolicyVersion,
    }
}

impl Op for CreatePolicyVersion {
    const NAME: &'static str = "CreatePolicyVersion";
    const READ_ONLY: bool = false;
    type Output = CreatePolicyVersionResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:CreatePolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreatePolicyVersionResponse, Fault> {
        let (now, in_force) = (cx.now(), self.SetAsDefault == Some(true));
        let id = policies::add_version(cx.tx, &self.PolicyArn, self.PolicyDocument, in_force, now)?;
        let created = now.whole_seconds();
        let version =
            wire::PolicyVersion { Document: None, VersionId: id, IsDefaultVersion: in_force, CreateDate: created };
        Ok(CreatePolicyVersionResponse { PolicyVersion: version })
    }
}
