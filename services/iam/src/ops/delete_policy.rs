//! IAM DeletePolicy. Real: refused while it is attached, is a boundary, or has more than one version.

use super::prelude::*;

shape! {
    pub struct DeletePolicy {
        PolicyArn: String,
    }
}

impl Op for DeletePolicy {
    const NAME: &'static str = "DeletePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:DeletePolicy", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        policies::delete(cx.tx, &self.PolicyArn)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_policy_goes_with_its_only_version() {
        let lab = Lab::new().policies(["p"]);
        lab.root().ok("DeletePolicy", json!({ "PolicyArn": arn("policy/p") }));
        assert!(lab.root().err("GetPolicy", json!({ "PolicyArn": arn("policy/p") })).starts_with("NoSuchEntity"));
        lab.policies(["p"]);
    }

    #[test]
    fn a_policy_in_use_or_with_versions_stays() {
        let lab = Lab::new().users(["x"]).policies(["p"]);
        let (root, p) = (lab.root(), json!({ "PolicyArn": arn("policy/p") }));
        root.ok("PutUserPermissionsBoundary", json!({ "UserName": "x", "PermissionsBoundary": arn("policy/p") }));
        assert_eq!(root.err("DeletePolicy", p.clone()), "DeleteConflict: Cannot delete a policy attached to entities.");
        root.ok("DeleteUserPermissionsBoundary", json!({ "UserName": "x" }));
        root.ok("CreatePolicyVersion", json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*") }));
        assert_eq!(
            root.err("DeletePolicy", p),
            "DeleteConflict: This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
             The default version is deleted with the policy."
        );
    }

    #[test]
    fn what_is_not_there_is_not_found_and_what_is_aws_stays() {
        let lab = Lab::new();
        let none = arn("policy/non-existent-policy");
        assert_eq!(
            lab.root().err("DeletePolicy", json!({ "PolicyArn": none })),
            format!("NoSuchEntity: Policy {none} was not found.")
        );
        let aws = json!({ "PolicyArn": "arn:aws:iam::aws:policy/ReadOnlyAccess" });
        assert!(lab.root().err("DeletePolicy", aws).starts_with("InvalidInput"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().policies(["p"]).denies(
            "DeletePolicy",
            json!({ "PolicyArn": arn("policy/p") }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
