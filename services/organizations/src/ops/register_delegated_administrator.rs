//! Organizations RegisterDelegatedAdministrator. Real: a member may look into the organization from then on. Refused: nothing; how many a service takes is not counted.

use super::prelude::*;

shape! {
    pub struct RegisterDelegatedAdministrator {
        AccountId: AccountId,
        ServicePrincipal: String,
    }
}

impl Op for RegisterDelegatedAdministrator {
    const NAME: &'static str = "RegisterDelegatedAdministrator";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_entity(cx, "organizations:RegisterDelegatedAdministrator", &self.AccountId.to_string());
        Ok(policy::with_service(ask, Some(&self.ServicePrincipal)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let now = cx.now();
        admins::register(cx.tx, &organization, self.AccountId, &self.ServicePrincipal, now)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn registered() -> Lab {
        let lab = Lab::new();
        lab.ok("EnableAWSServiceAccess", json!({ "ServicePrincipal": "cloudtrail.amazonaws.com" }));
        let account = json!({ "AccountId": "{member}", "ServicePrincipal": "cloudtrail.amazonaws.com" });
        lab.ok("RegisterDelegatedAdministrator", account);
        lab
    }

    #[test]
    fn a_delegated_administrator_looks_and_does_not_touch() {
        let lab = registered();
        let root = lab.root_of(&lab.member);
        assert_eq!(lab.ok_by(&root, "ListAccounts", json!({})), lab.ok("ListAccounts", json!({})));
        lab.ok_by(&root, "DescribePolicy", json!({ "PolicyId": "{scp}" }));
        let attach = json!({ "PolicyId": "{scp}", "TargetId": "{ou}" });
        assert_eq!(lab.err_by(&root, "AttachPolicy", attach), NOT_YOURS);
        let other = lab.root_of(&lab.account("Second"));
        assert_eq!(lab.err_by(&other, "ListAccounts", json!({})), NOT_YOURS);
        let fault = lab.err("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
        assert!(fault.starts_with("ConstraintViolationException: You cannot remove a delegated"), "{fault}");
    }

    #[test]
    fn only_a_member_once_for_a_trusted_service() {
        let lab = registered();
        let register = |account: &str, service: &str| {
            lab.err("RegisterDelegatedAdministrator", json!({ "AccountId": account, "ServicePrincipal": service }))
        };
        let code = |fault: String| fault.split(':').next().unwrap().to_owned();
        assert_eq!(code(register("{member}", "cloudtrail.amazonaws.com")), "AccountAlreadyRegisteredException");
        assert_eq!(code(register("999999999999", "cloudtrail.amazonaws.com")), "AccountNotFoundException");
        assert_eq!(
            register(MANAGEMENT, "cloudtrail.amazonaws.com"),
            "ConstraintViolationException: You cannot register master account/yourself as delegated administrator for your organization."
        );
        assert_eq!(code(register("{member}", "config.amazonaws.com")), "ConstraintViolationException");
        assert_eq!(code(register("{member}", "ram.amazonaws.com")), "InvalidInputException");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("RegisterDelegatedAdministrator", json!({ "AccountId": "{member}", "ServicePrincipal": "cloudtrail.amazonaws.com" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
