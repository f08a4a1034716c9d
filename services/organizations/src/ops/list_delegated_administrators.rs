//! Organizations ListDelegatedAdministrators. Real: a service selects; pages.

use super::prelude::*;

shape! {
    pub struct ListDelegatedAdministrators {
        ServicePrincipal: Option<String>,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListDelegatedAdministratorsResponse {
        DelegatedAdministrators: Vec<wire::DelegatedAdministrator>,
        NextToken: Option<String>,
    }
}

impl Op for ListDelegatedAdministrators {
    const NAME: &'static str = "ListDelegatedAdministrators";
    const READ_ONLY: bool = true;
    type Output = ListDelegatedAdministratorsResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        let ask = Ask::action("organizations:ListDelegatedAdministrators");
        Ok(policy::with_service(ask, self.ServicePrincipal.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListDelegatedAdministratorsResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let found = admins::administrators(cx.tx, &organization, self.ServicePrincipal.as_deref())?;
        let mut items = Vec::new();
        for (account, since) in found {
            let member = tree::member(cx.tx, &organization, account)?;
            items.push((account.to_string(), wire::administrator(&cx.read(), &organization, &member, since)));
        }
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        Ok(ListDelegatedAdministratorsResponse { DelegatedAdministrators: page.items, NextToken: page.next })
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
    fn a_service_selects() {
        let lab = registered();
        let found = lab.ok("ListDelegatedAdministrators", json!({ "ServicePrincipal": "cloudtrail.amazonaws.com" }));
        assert_eq!(found["DelegatedAdministrators"][0]["Id"], lab.member);
        assert_eq!(found["DelegatedAdministrators"][0]["Name"], "First");
        let none = lab.ok("ListDelegatedAdministrators", json!({ "ServicePrincipal": "config.amazonaws.com" }));
        assert_eq!(none["DelegatedAdministrators"], json!([]));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "ListDelegatedAdministrators",
            json!({ "ServicePrincipal": "config.amazonaws.com" }),
            "*",
        );
    }
}
