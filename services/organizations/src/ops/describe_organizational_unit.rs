//! Organizations DescribeOrganizationalUnit. Real.

use super::prelude::*;

shape! {
    pub struct DescribeOrganizationalUnit {
        OrganizationalUnitId: String,
    }

    pub struct DescribeOrganizationalUnitResponse {
        OrganizationalUnit: wire::OrganizationalUnit,
    }
}

impl Op for DescribeOrganizationalUnit {
    const NAME: &'static str = "DescribeOrganizationalUnit";
    const READ_ONLY: bool = true;
    type Output = DescribeOrganizationalUnitResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:DescribeOrganizationalUnit", &self.OrganizationalUnitId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribeOrganizationalUnitResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let unit = tree::unit(cx.tx, &organization, &self.OrganizationalUnitId)?;
        Ok(DescribeOrganizationalUnitResponse { OrganizationalUnit: wire::unit(&cx.read(), &organization, &unit) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_unit_is_described() {
        let lab = Lab::new();
        let found = lab.ok("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": "{ou}" }));
        assert_eq!(found["OrganizationalUnit"]["Name"], "Work");
        assert_eq!(
            lab.err("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": "ou-zzzz-00000000" })),
            "OrganizationalUnitNotFoundException: You specified an organizational unit that doesn't exist."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DescribeOrganizationalUnit", json!({ "OrganizationalUnitId": "{ou}" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
