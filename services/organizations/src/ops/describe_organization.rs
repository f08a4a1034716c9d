//! Organizations DescribeOrganization. Real: for every account in the organization.

use super::prelude::*;

shape! {
    pub struct DescribeOrganization {}

    pub struct DescribeOrganizationResponse {
        Organization: wire::Organization,
    }
}

impl Op for DescribeOrganization {
    const NAME: &'static str = "DescribeOrganization";
    const READ_ONLY: bool = true;
    type Output = DescribeOrganizationResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:DescribeOrganization"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribeOrganizationResponse, Fault> {
        let organization = organizations::of(cx.tx, cx.account())?;
        Ok(DescribeOrganizationResponse { Organization: wire::organization(&cx.read(), &organization) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn members_may_look_and_outsiders_have_none() {
        let lab = Lab::new();
        let seen = lab.ok_by(&lab.root_of(&lab.member), "DescribeOrganization", json!({}));
        assert_eq!(seen["Organization"]["Id"], lab.org);
        assert_eq!(seen, lab.ok("DescribeOrganization", json!({})));
        let alone = call(&bastide_testkit::House::new().root(), "DescribeOrganization", json!({})).unwrap_err();
        assert_eq!(
            alone,
            "AWSOrganizationsNotInUseException: Your account is not a member of an organization."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("DescribeOrganization", json!({}), "*");
    }
}
