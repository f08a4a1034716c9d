//! Organizations ListAccounts. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListAccounts {
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListAccountsResponse {
        Accounts: Vec<wire::Account>,
        NextToken: Option<String>,
    }
}

impl Op for ListAccounts {
    const NAME: &'static str = "ListAccounts";
    const READ_ONLY: bool = true;
    type Output = ListAccountsResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:ListAccounts"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAccountsResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let items = tree::accounts(cx.tx, &organization);
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?.map(|member| wire::account(&cx.read(), &organization, &member));
        Ok(ListAccountsResponse { Accounts: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn pages_lead_through_all() {
        let lab = Lab::new();
        let second = lab.account("Second");
        let mut found = Vec::new();
        let mut input = json!({ "MaxResults": 1 });
        loop {
            let page = lab.ok("ListAccounts", input.clone());
            assert_eq!(page["Accounts"].as_array().unwrap().len(), 1);
            found.push(page["Accounts"][0]["Id"].as_str().unwrap().to_owned());
            match page.get("NextToken") {
                Some(token) => input["NextToken"] = token.clone(),
                None => break,
            }
        }
        let mut expected = vec![MANAGEMENT.to_owned(), lab.member.clone(), second];
        expected.sort();
        assert_eq!(found, expected);
        let foreign = lab.ok("ListPolicies", json!({ "Filter": "SERVICE_CONTROL_POLICY", "MaxResults": 1 }));
        let fault = lab.err("ListAccounts", json!({ "NextToken": foreign["NextToken"] }));
        assert_eq!(fault, "InvalidInputException: Get the NextToken from the previous response.");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAccounts", json!({}), "*");
    }
}
