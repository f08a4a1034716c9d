//! IAM SetDefaultPolicyVersion. Real: the version is in force from the next call on, wherever the policy is attached.

use super::prelude::*;

shape! {
    pub struct SetDefaultPolicyVersion {
        PolicyArn: String,
        VersionId: String,
    }
}

impl Op for SetDefaultPolicyVersion {
    const NAME: &'static str = "SetDefaultPolicyVersion";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:SetDefaultPolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let now = cx.now();
        policies::set_default(cx.tx, &self.PolicyArn, &self.VersionId, now)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_old_version_comes_back_into_force() {
        let lab = Lab::new().users(["x"]).policies(["p"]);
        lab.root().ok("AttachUserPolicy", json!({ "UserName": "x", "PolicyArn": arn("policy/p") }));
        lab.root().ok(
            "CreatePolicyVersion",
            json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*"), "SetAsDefault": true }),
        );
        lab.user("x").ok("ListUsers", json!({}));
        lab.root().ok("SetDefaultPolicyVersion", json!({ "PolicyArn": arn("policy/p"), "VersionId": "v1" }));
        assert!(lab.user("x").err("ListUsers", json!({})).starts_with("AccessDenied"));
        assert_eq!(
            lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") }))["Policy"]["DefaultVersionId"],
            "v1"
        );
    }

    #[test]
    fn the_version_must_exist() {
        let lab = Lab::new().policies(["p"]);
        let fault =
            lab.root().err("SetDefaultPolicyVersion", json!({ "PolicyArn": arn("policy/p"), "VersionId": "v2" }));
        assert_eq!(
            fault,
            format!("NoSuchEntity: Policy {} version v2 does not exist or is not attachable.", arn("policy/p"))
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "SetDefaultPolicyVersion",
            json!({ "PolicyArn": arn("policy/p"), "VersionId": "v1" }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
