//! IAM DeletePolicyVersion. Real: the version in force cannot be deleted.

use super::prelude::*;

shape! {
    pub struct DeletePolicyVersion {
        PolicyArn: String,
        VersionId: String,
    }
}

impl Op for DeletePolicyVersion {
    const NAME: &'static str = "DeletePolicyVersion";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:DeletePolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        policies::delete_version(cx.tx, &self.PolicyArn, &self.VersionId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_version_goes_unless_it_is_in_force() {
        let lab = Lab::new().policies(["p"]);
        lab.root().ok("CreatePolicyVersion", json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*") }));
        let version = |id: &str| json!({ "PolicyArn": arn("policy/p"), "VersionId": id });
        assert_eq!(
            lab.root().err("DeletePolicyVersion", version("v1")),
            "DeleteConflict: Cannot delete the default version of a policy."
        );
        lab.root().ok("DeletePolicyVersion", version("v2"));
        assert!(lab.root().err("GetPolicyVersion", version("v2")).starts_with("NoSuchEntity"));
        assert!(lab.root().err("DeletePolicyVersion", version("v2")).starts_with("NoSuchEntity"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "DeletePolicyVersion",
            json!({ "PolicyArn": arn("policy/p"), "VersionId": "v1" }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
