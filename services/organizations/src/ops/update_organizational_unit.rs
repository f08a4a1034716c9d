//! Organizations UpdateOrganizationalUnit. Real: renames.

use super::prelude::*;

shape! {
    pub struct UpdateOrganizationalUnit {
        OrganizationalUnitId: String,
        Name: Option<String>,
    }

    pub struct UpdateOrganizationalUnitResponse {
        OrganizationalUnit: wire::OrganizationalUnit,
    }
}

impl Op for UpdateOrganizationalUnit {
    const NAME: &'static str = "UpdateOrganizationalUnit";
    const READ_ONLY: bool = false;
    type Output = UpdateOrganizationalUnitResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:UpdateOrganizationalUnit", &self.OrganizationalUnitId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<UpdateOrganizationalUnitResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        if let Some(name) = &self.Name {
            tree::rename_unit(cx.tx, &organization, &self.OrganizationalUnitId, name)?;
        }
        let unit = tree::unit(cx.tx, &organization, &self.OrganizationalUnitId)?;
        Ok(UpdateOrganizationalUnitResponse { OrganizationalUnit: wire::unit(&cx.read(), &organization, &unit) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_unit_gets_another_name_that_is_free() {
        let lab = Lab::new();
        lab.ok("CreateOrganizationalUnit", json!({ "ParentId": "{root}", "Name": "Taken" }));
        let rename = |name: &str| json!({ "OrganizationalUnitId": "{ou}", "Name": name });
        let done = lab.ok("UpdateOrganizationalUnit", rename("Labour"));
        assert_eq!(done["OrganizationalUnit"]["Name"], "Labour");
        lab.ok("UpdateOrganizationalUnit", rename("Labour"));
        let fault = lab.err("UpdateOrganizationalUnit", rename("Taken"));
        assert!(fault.starts_with("DuplicateOrganizationalUnitException"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UpdateOrganizationalUnit", json!({ "OrganizationalUnitId": "{ou}", "Name": "x" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
