//! Organizations ListAWSServiceAccessForOrganization. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListAWSServiceAccessForOrganization {
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListAWSServiceAccessForOrganizationResponse {
        EnabledServicePrincipals: Vec<wire::EnabledServicePrincipal>,
        NextToken: Option<String>,
    }
}

impl Op for ListAWSServiceAccessForOrganization {
    const NAME: &'static str = "ListAWSServiceAccessForOrganization";
    const READ_ONLY: bool = true;
    type Output = ListAWSServiceAccessForOrganizationResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:ListAWSServiceAccessForOrganization"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAWSServiceAccessForOrganizationResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let items = admins::trusted(cx.tx, &organization.id).map(|(name, at)| (name.clone(), (name, at)));
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?
            .map(|(name, at)| wire::EnabledServicePrincipal { ServicePrincipal: name, DateEnabled: at });
        Ok(ListAWSServiceAccessForOrganizationResponse { EnabledServicePrincipals: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn services_come_with_their_date() {
        let lab = Lab::new();
        lab.ok("EnableAWSServiceAccess", json!({ "ServicePrincipal": "sso.amazonaws.com" }));
        let found = lab.ok("ListAWSServiceAccessForOrganization", json!({}));
        let row = &found["EnabledServicePrincipals"][0];
        assert_eq!(row["ServicePrincipal"], "sso.amazonaws.com");
        assert_eq!(row["DateEnabled"].as_f64().unwrap() as i64, lab.house.cloud().clock().now().secs());
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAWSServiceAccessForOrganization", json!({}), "*");
    }
}
