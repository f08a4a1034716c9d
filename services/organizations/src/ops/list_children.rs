//! Organizations ListChildren. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListChildren {
        ParentId: String,
        ChildType: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListChildrenResponse {
        Children: Vec<wire::Child>,
        NextToken: Option<String>,
    }
}

impl Op for ListChildren {
    const NAME: &'static str = "ListChildren";
    const READ_ONLY: bool = true;
    type Output = ListChildrenResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:ListChildren", &self.ParentId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListChildrenResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        tree::check_parent(cx.tx, &organization, &self.ParentId)?;

        let items: Vec<(String, wire::Child)> = match self.ChildType.as_str() {
            "ACCOUNT" => tree::accounts(cx.tx, &organization)
                .filter(|(_, member)| member.parent == self.ParentId)
                .map(|(id, _)| (id.clone(), wire::Child { Id: id, Type: "ACCOUNT" }))
                .collect(),
            _ => tree::units(cx.tx, &organization, &self.ParentId)
                .map(|(id, _)| (id.clone(), wire::Child { Id: id, Type: "ORGANIZATIONAL_UNIT" }))
                .collect(),
        };
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        Ok(ListChildrenResponse { Children: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn children_are_of_two_kinds() {
        let lab = Lab::new();
        let children = |kind: &str| {
            lab.ok("ListChildren", json!({ "ParentId": "{root}", "ChildType": kind }))["Children"].clone()
        };
        assert_eq!(children("ORGANIZATIONAL_UNIT"), json!([{ "Id": lab.ou, "Type": "ORGANIZATIONAL_UNIT" }]));
        assert_eq!(children("ACCOUNT").as_array().unwrap().len(), 2);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListChildren", json!({ "ParentId": "{ou}", "ChildType": "ACCOUNT" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
