//! Organizations ListAccountsForParent. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListAccountsForParent {
        ParentId: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListAccountsForParentResponse {
        Accounts: Vec<wire::Account>,
        NextToken: Option<String>,
    }
}

impl Op for ListAccountsForParent {
    const NAME: &'static str = "ListAccountsForParent";
    const READ_ONLY: bool = true;
    type Output = ListAccountsForParentResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:ListAccountsForParent", &self.ParentId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAccountsForParentResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        tree::check_parent(cx.tx, &organization, &self.ParentId)?;

        let items = tree::accounts(cx.tx, &organization).filter(|(_, member)| member.parent == self.ParentId);
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?.map(|member| wire::account(&cx.read(), &organization, &member));
        Ok(ListAccountsForParentResponse { Accounts: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn accounts_directly_below_are_listed() {
        let lab = Lab::new();
        let count = |parent: &str| {
            lab.ok("ListAccountsForParent", json!({ "ParentId": parent }))["Accounts"].as_array().unwrap().len()
        };
        assert_eq!((count("{root}"), count("{ou}")), (2, 0));
        lab.ok(
            "MoveAccount",
            json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": "{ou}" }),
        );
        assert_eq!((count("{root}"), count("{ou}")), (1, 1));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAccountsForParent", json!({ "ParentId": "{ou}" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
