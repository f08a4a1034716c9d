//! Organizations ListRoots. Real: the one root, with the policy types in force.

use super::prelude::*;

shape! {
    pub struct ListRoots {
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListRootsResponse {
        Roots: Vec<wire::Root>,
        NextToken: Option<String>,
    }
}

impl Op for ListRoots {
    const NAME: &'static str = "ListRoots";
    const READ_ONLY: bool = true;
    type Output = ListRootsResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:ListRoots"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRootsResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let items = [(organization.root.clone(), wire::root(&organization))];
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        Ok(ListRootsResponse { Roots: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn there_is_one_root() {
        let lab = Lab::new();
        let found = lab.ok("ListRoots", json!({}));
        let expected = json!([{
            "Id": lab.root,
            "Arn": lab.fill("arn:aws:organizations::{management}:root/{org}/{root}"),
            "Name": "Root",
            "PolicyTypes": [
                { "Type": "SERVICE_CONTROL_POLICY", "Status": "ENABLED" },
                { "Type": "RESOURCE_CONTROL_POLICY", "Status": "ENABLED" },
            ],
        }]);
        assert_eq!(found["Roots"], expected);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListRoots", json!({}), "*");
    }
}
