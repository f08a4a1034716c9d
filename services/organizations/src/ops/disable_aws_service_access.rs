//! Organizations DisableAWSServiceAccess. Real: the service's delegated administrators go with it.

use super::prelude::*;

shape! {
    pub struct DisableAWSServiceAccess {
        ServicePrincipal: String,
    }
}

impl Op for DisableAWSServiceAccess {
    const NAME: &'static str = "DisableAWSServiceAccess";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_service(Ask::action("organizations:DisableAWSServiceAccess"), Some(&self.ServicePrincipal)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        admins::distrust(cx.tx, &organization, &self.ServicePrincipal)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn delegated_administrators_go_with_it() {
        let lab = Lab::new();
        let service = || json!({ "ServicePrincipal": "cloudtrail.amazonaws.com" });
        lab.ok("EnableAWSServiceAccess", service());
        let account = json!({ "AccountId": "{member}", "ServicePrincipal": "cloudtrail.amazonaws.com" });
        lab.ok("RegisterDelegatedAdministrator", account);
        lab.ok("DisableAWSServiceAccess", service());
        assert_eq!(lab.ok("ListDelegatedAdministrators", json!({}))["DelegatedAdministrators"], json!([]));
        let found = lab.ok("ListAWSServiceAccessForOrganization", json!({}));
        assert_eq!(found["EnabledServicePrincipals"], json!([]));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DisableAWSServiceAccess", json!({ "ServicePrincipal": "ram.amazonaws.com" }), "*");
    }
}
