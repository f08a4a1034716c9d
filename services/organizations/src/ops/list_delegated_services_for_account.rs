//! Organizations ListDelegatedServicesForAccount. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListDelegatedServicesForAccount {
        AccountId: AccountId,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListDelegatedServicesForAccountResponse {
        DelegatedServices: Vec<wire::DelegatedService>,
        NextToken: Option<String>,
    }
}

impl Op for ListDelegatedServicesForAccount {
    const NAME: &'static str = "ListDelegatedServicesForAccount";
    const READ_ONLY: bool = true;
    type Output = ListDelegatedServicesForAccountResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:ListDelegatedServicesForAccount", &self.AccountId.to_string()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListDelegatedServicesForAccountResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let items = admins::services(cx.tx, &organization, self.AccountId)?;
        let items = items.into_iter().map(|(name, at)| (name.clone(), (name, at)));
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?
            .map(|(name, at)| wire::DelegatedService { ServicePrincipal: name, DelegationEnabledDate: at });
        Ok(ListDelegatedServicesForAccountResponse { DelegatedServices: page.items, NextToken: page.next })
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
    fn services_of_an_administrator_are_listed() {
        let lab = registered();
        let found = lab.ok("ListDelegatedServicesForAccount", json!({ "AccountId": "{member}" }));
        assert_eq!(found["DelegatedServices"][0]["ServicePrincipal"], "cloudtrail.amazonaws.com");
        assert_eq!(
            lab.err("ListDelegatedServicesForAccount", json!({ "AccountId": MANAGEMENT })),
            "AccountNotRegisteredException: The provided account is not a registered delegated administrator for your organization."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListDelegatedServicesForAccount", json!({ "AccountId": "{member}" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
