//! Organizations UpdatePolicy. Real: name, description, content; in force at once wherever it is attached.

use super::prelude::*;

shape! {
    pub struct UpdatePolicy {
        PolicyId: String,
        Name: Option<String>,
        Description: Option<String>,
        Content: Option<String>,
    }

    pub struct UpdatePolicyResponse {
        Policy: wire::Policy,
    }
}

impl Op for UpdatePolicy {
    const NAME: &'static str = "UpdatePolicy";
    const READ_ONLY: bool = false;
    type Output = UpdatePolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_policy(cx, "organizations:UpdatePolicy", &self.PolicyId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<UpdatePolicyResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let changed = policies::update(cx.tx, &organization, &self.PolicyId, self.Name, self.Description, self.Content)?;
        Ok(UpdatePolicyResponse { Policy: wire::policy(&organization, &changed) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn new_content_binds_at_once() {
        let lab = Lab::new();
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{root}" }));
        let root = lab.root_of(&lab.member);
        let create = || root.call("iam", "CreateUser", json!({ "UserName": "eve" }));
        assert_eq!(create().unwrap_err().code, "AccessDenied");
        let changed = lab.ok("UpdatePolicy", json!({ "PolicyId": "{scp}", "Name": "n", "Content": deny("s3:*") }));
        assert_eq!(changed["Policy"]["PolicySummary"]["Name"], "n");
        create().unwrap();
    }

    #[test]
    fn aws_policies_stay_as_they_are() {
        let fault = Lab::new().err("UpdatePolicy", json!({ "PolicyId": "p-FullAWSAccess", "Name": "mine" }));
        assert!(fault.starts_with("InvalidInputException"), "{fault}");
        let fault = Lab::new().err("UpdatePolicy", json!({ "PolicyId": "{scp}", "Content": "{" }));
        assert!(fault.starts_with("MalformedPolicyDocumentException"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UpdatePolicy", json!({ "PolicyId": "{scp}", "Name": "x" }), "arn:aws:organizations::{management}:policy/{org}/service_control_policy/{scp}");
    }
}
