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

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_version_in_force_applies_at_once() {
        let lab = Lab::new().users(["x"]).policies(["p"]);
        lab.root().ok("AttachUserPolicy", json!({ "UserName": "x", "PolicyArn": arn("policy/p") }));
        let input = |default: bool| json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*"), "SetAsDefault": default });
        let second = lab.root().ok("CreatePolicyVersion", input(false));
        assert_eq!(second["PolicyVersion"], json!({ "VersionId": "v2", "IsDefaultVersion": false, "CreateDate": NOW }));
        assert!(lab.user("x").err("ListUsers", json!({})).starts_with("AccessDenied"));
        let third = lab.root().ok("CreatePolicyVersion", input(true));
        assert_eq!(
            (&third["PolicyVersion"]["VersionId"], &third["PolicyVersion"]["IsDefaultVersion"]),
            (&json!("v3"), &json!(true))
        );
        lab.user("x").ok("ListUsers", json!({}));
    }

    #[test]
    fn there_are_five_versions_and_numbers_are_not_used_again() {
        let lab = Lab::new().policies(["p"]);
        let input = json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*") });
        (0..4).for_each(|_| drop(lab.root().ok("CreatePolicyVersion", input.clone())));
        assert_eq!(
            lab.root().err("CreatePolicyVersion", input.clone()),
            "LimitExceeded: A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version."
        );
        lab.root().ok("DeletePolicyVersion", json!({ "PolicyArn": arn("policy/p"), "VersionId": "v5" }));
        assert_eq!(lab.root().ok("CreatePolicyVersion", input)["PolicyVersion"]["VersionId"], "v6");
    }

    #[test]
    fn what_is_aws_stays() {
        let input = json!({ "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess", "PolicyDocument": allow("*") });
        assert!(Lab::new().root().err("CreatePolicyVersion", input).starts_with("InvalidInput"));
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("*"), "SetAsDefault": true });
        Lab::new().policies(["p"]).denies("CreatePolicyVersion", input, &format!("policy {}", arn("policy/p")));
    }
}
