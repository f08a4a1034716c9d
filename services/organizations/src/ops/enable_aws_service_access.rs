//! Organizations EnableAWSServiceAccess. Real: kept and needed for delegated administrators. Refused: nothing; what a service does with it is that service's.

use super::prelude::*;

shape! {
    pub struct EnableAWSServiceAccess {
        ServicePrincipal: String,
    }
}

impl Op for EnableAWSServiceAccess {
    const NAME: &'static str = "EnableAWSServiceAccess";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_service(Ask::action("organizations:EnableAWSServiceAccess"), Some(&self.ServicePrincipal)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let now = cx.now();
        admins::trust(cx.tx, &organization, &self.ServicePrincipal, now)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_service_is_trusted_and_a_stranger_is_none() {
        let lab = Lab::new();
        lab.ok("EnableAWSServiceAccess", json!({ "ServicePrincipal": "cloudtrail.amazonaws.com" }));
        let found = lab.ok("ListAWSServiceAccessForOrganization", json!({}));
        assert_eq!(found["EnabledServicePrincipals"][0]["ServicePrincipal"], "cloudtrail.amazonaws.com");
        assert_eq!(
            lab.err("EnableAWSServiceAccess", json!({ "ServicePrincipal": "x.amazonaws.com" })),
            "InvalidInputException: You specified an unrecognized service principal."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("EnableAWSServiceAccess", json!({ "ServicePrincipal": "ram.amazonaws.com" }), "*");
    }
}
