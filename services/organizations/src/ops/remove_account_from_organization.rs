//! Organizations RemoveAccountFromOrganization. Real: the account stands alone afterwards; not within four days of its making. Refused: nothing; AWS also wants a payment method, which does not exist here.

use super::prelude::*;

shape! {
    pub struct RemoveAccountFromOrganization {
        AccountId: AccountId,
    }
}

impl Op for RemoveAccountFromOrganization {
    const NAME: &'static str = "RemoveAccountFromOrganization";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:RemoveAccountFromOrganization", &self.AccountId.to_string()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let now = cx.now();
        members::leave(cx.tx, &organization, self.AccountId, now)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_account_stands_alone_and_is_bound_no_more() {
        let lab = Lab::new();
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{member}" }));
        let root = lab.root_of(&lab.member);
        let create = || root.call("iam", "CreateUser", json!({ "UserName": "eve" }));
        assert_eq!(create().unwrap_err().code, "AccessDenied");
        lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
        create().unwrap();
        assert_eq!(lab.ok("ListTargetsForPolicy", json!({ "PolicyId": "{scp}" }))["Targets"], json!([]));
        assert!(lab.err_by(&root, "DescribeOrganization", json!({})).starts_with("AWSOrganizationsNotInUseException"));
    }

    #[test]
    fn not_too_young_and_not_the_management_account() {
        let lab = Lab::new();
        let young = lab.account("Young");
        assert!(lab.err("RemoveAccountFromOrganization", json!({ "AccountId": young })).contains("at least four days"));
        lab.house.advance(4 * DAY);
        lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": young }));
        let fault = lab.err("RemoveAccountFromOrganization", json!({ "AccountId": MANAGEMENT }));
        assert!(fault.starts_with("MasterCannotLeaveOrganizationException"), "{fault}");
        let fault = lab.err("RemoveAccountFromOrganization", json!({ "AccountId": "999999999999" }));
        assert_eq!(fault, "AccountNotFoundException: You specified an account that doesn't exist.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
