//! Organizations EnablePolicyType. Real: service and resource control policies. Refused: the types that nothing here enforces (501).

use super::prelude::*;

shape! {
    pub struct EnablePolicyType {
        RootId: String,
        PolicyType: String,
    }

    pub struct EnablePolicyTypeResponse {
        Root: wire::Root,
    }
}

impl Op for EnablePolicyType {
    const NAME: &'static str = "EnablePolicyType";
    const READ_ONLY: bool = false;
    type Output = EnablePolicyTypeResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_type(policy::on_entity(cx, "organizations:EnablePolicyType", &self.RootId), &self.PolicyType))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<EnablePolicyTypeResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let kind = wire::policy_type(&self.PolicyType)?;
        if self.RootId != organization.root {
            return Err(fault::root_not_found("You specified a root that doesn't exist."));
        }

        let organization = policies::enable(cx.tx, &organization, kind)?;
        Ok(EnablePolicyTypeResponse { Root: wire::root(&organization) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_type_comes_into_force_once() {
        let lab = Lab::new();
        let input = |root: &str, kind: &str| json!({ "RootId": root, "PolicyType": kind });
        assert_eq!(
            lab.err("EnablePolicyType", input("{root}", "SERVICE_CONTROL_POLICY")),
            "PolicyTypeAlreadyEnabledException: The specified policy type is already enabled."
        );
        assert!(lab.err("EnablePolicyType", input("r-zzzz", "SERVICE_CONTROL_POLICY")).starts_with("RootNotFoundException"));
        assert!(lab.err("EnablePolicyType", input("{root}", "TAG_POLICY")).starts_with("NotImplemented"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("EnablePolicyType", json!({ "RootId": "{root}", "PolicyType": "SERVICE_CONTROL_POLICY" }), "arn:aws:organizations::{management}:root/{org}/{root}");
    }
}
