//! Organizations DeleteOrganizationalUnit. Real: only an empty one.

use super::prelude::*;

shape! {
    pub struct DeleteOrganizationalUnit {
        OrganizationalUnitId: String,
    }
}

impl Op for DeleteOrganizationalUnit {
    const NAME: &'static str = "DeleteOrganizationalUnit";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:DeleteOrganizationalUnit", &self.OrganizationalUnitId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        tree::delete_unit(cx.tx, &organization, &self.OrganizationalUnitId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn only_an_empty_unit_goes() {
        let lab = Lab::new();
        let ou = || json!({ "OrganizationalUnitId": "{ou}" });
        let to = |from: &str, to: &str| json!({ "AccountId": "{member}", "SourceParentId": from, "DestinationParentId": to });
        lab.ok("MoveAccount", to("{root}", "{ou}"));
        assert!(lab.err("DeleteOrganizationalUnit", ou()).starts_with("OrganizationalUnitNotEmptyException"));
        lab.ok("MoveAccount", to("{ou}", "{root}"));
        lab.ok("DeleteOrganizationalUnit", ou());
        let fault = lab.err("DeleteOrganizationalUnit", ou());
        assert!(fault.starts_with("OrganizationalUnitNotFoundException"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": "{ou}" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
