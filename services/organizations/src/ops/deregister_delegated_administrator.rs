//! Organizations DeregisterDelegatedAdministrator. Real.

use super::prelude::*;

shape! {
    pub struct DeregisterDelegatedAdministrator {
        AccountId: AccountId,
        ServicePrincipal: String,
    }
}

impl Op for DeregisterDelegatedAdministrator {
    const NAME: &'static str = "DeregisterDelegatedAdministrator";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_entity(cx, "organizations:DeregisterDelegatedAdministrator", &self.AccountId.to_string());
        Ok(policy::with_service(ask, Some(&self.ServicePrincipal)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        admins::deregister(cx.tx, &organization, self.AccountId, &self.ServicePrincipal)?;
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
    fn it_is_a_member_like_others_again() {
        let lab = registered();
        let input = || json!({ "AccountId": "{member}", "ServicePrincipal": "cloudtrail.amazonaws.com" });
        lab.ok("DeregisterDelegatedAdministrator", input());
        assert_eq!(lab.err_by(&lab.root_of(&lab.member), "ListAccounts", json!({})), NOT_YOURS);
        assert!(lab.err("DeregisterDelegatedAdministrator", input()).starts_with("AccountNotRegisteredException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeregisterDelegatedAdministrator", json!({ "AccountId": "{member}", "ServicePrincipal": "cloudtrail.amazonaws.com" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
