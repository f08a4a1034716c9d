//! Organizations DeleteOrganization. Real: once the management account is alone in it; units and policies go with it.

use super::prelude::*;

shape! {
    pub struct DeleteOrganization {}
}

impl Op for DeleteOrganization {
    const NAME: &'static str = "DeleteOrganization";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:DeleteOrganization"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        organizations::delete(cx.tx, &organization)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn only_an_empty_organization_ends() {
        let lab = Lab::new();
        assert_eq!(
            lab.err("DeleteOrganization", json!({})),
            "OrganizationNotEmptyException: To delete an organization you must first remove all member accounts (except the master)."
        );
        lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
        lab.ok("DeleteOrganization", json!({}));
        assert!(lab.err("ListRoots", json!({})).starts_with("AWSOrganizationsNotInUseException"));
        let anew = lab.ok("CreateOrganization", json!({}));
        assert_ne!(anew["Organization"]["Id"], lab.org);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteOrganization", json!({}), "*");
    }
}
