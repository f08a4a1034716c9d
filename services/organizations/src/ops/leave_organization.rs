//! Organizations LeaveOrganization. Real: a member goes by itself; not within four days of its making. Refused: nothing; AWS also wants a payment method, which does not exist here.

use super::prelude::*;

shape! {
    pub struct LeaveOrganization {}
}

impl Op for LeaveOrganization {
    const NAME: &'static str = "LeaveOrganization";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:LeaveOrganization"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let (account, now) = (cx.account(), cx.now());
        let organization = organizations::of(cx.tx, account)?;
        members::leave(cx.tx, &organization, account, now)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_member_leaves_unless_a_policy_holds_it() {
        let lab = Lab::new();
        let stay = json!({
            "Name": "stay", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny("organizations:LeaveOrganization"),
        });
        let stay = lab.ok("CreatePolicy", stay)["Policy"]["PolicySummary"]["Id"].clone();
        lab.ok("AttachPolicy", json!({ "PolicyId": stay, "TargetId": "{root}" }));
        let root = lab.root_of(&lab.member);
        let fault = lab.err_by(&root, "LeaveOrganization", json!({}));
        assert!(fault.contains("with an explicit deny in a service control policy: arn:aws:organizations::"), "{fault}");
        lab.ok("DetachPolicy", json!({ "PolicyId": stay, "TargetId": "{root}" }));
        lab.ok_by(&root, "LeaveOrganization", json!({}));
        assert_eq!(lab.ok("ListAccounts", json!({}))["Accounts"].as_array().unwrap().len(), 1);
        assert!(lab.err("LeaveOrganization", json!({})).starts_with("MasterCannotLeaveOrganizationException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("LeaveOrganization", json!({}), "*");
    }
}
