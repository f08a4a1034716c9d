//! Organizations DisablePolicyType. Real: every policy of the type is detached everywhere.

use super::prelude::*;

shape! {
    pub struct DisablePolicyType {
        RootId: String,
        PolicyType: String,
    }

    pub struct DisablePolicyTypeResponse {
        Root: wire::Root,
    }
}

impl Op for DisablePolicyType {
    const NAME: &'static str = "DisablePolicyType";
    const READ_ONLY: bool = false;
    type Output = DisablePolicyTypeResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_type(policy::on_entity(cx, "organizations:DisablePolicyType", &self.RootId), &self.PolicyType))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DisablePolicyTypeResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let kind = wire::policy_type(&self.PolicyType)?;
        if self.RootId != organization.root {
            return Err(fault::root_not_found("You specified a root that doesn't exist."));
        }

        let organization = policies::disable(cx.tx, &organization, kind)?;
        Ok(DisablePolicyTypeResponse { Root: wire::root(&organization) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn nothing_of_the_type_binds_afterwards() {
        let lab = Lab::new();
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{member}" }));
        let root = lab.root_of(&lab.member);
        let create = || root.call("iam", "CreateUser", json!({ "UserName": "eve" }));
        assert_eq!(create().unwrap_err().code, "AccessDenied");
        let input = || json!({ "RootId": "{root}", "PolicyType": "SERVICE_CONTROL_POLICY" });
        let left = lab.ok("DisablePolicyType", input());
        assert_eq!(left["Root"]["PolicyTypes"], json!([{ "Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED" }]));
        create().unwrap();
        assert_eq!(
            lab.err("DisablePolicyType", input()),
            "PolicyTypeNotEnabledException: This operation can be performed only for enabled policy types."
        );
        lab.ok("EnablePolicyType", input());
        assert_eq!(lab.ok("ListTargetsForPolicy", json!({ "PolicyId": "{scp}" }))["Targets"], json!([]));
        let everywhere = lab.ok("ListTargetsForPolicy", json!({ "PolicyId": "p-FullAWSAccess" }));
        assert_eq!(everywhere["Targets"].as_array().unwrap().len(), 4);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DisablePolicyType", json!({ "RootId": "{root}", "PolicyType": "SERVICE_CONTROL_POLICY" }), "arn:aws:organizations::{management}:root/{org}/{root}");
    }
}
