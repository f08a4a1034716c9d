//! Organizations ListParents. Real.

use super::prelude::*;

shape! {
    pub struct ListParents {
        ChildId: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListParentsResponse {
        Parents: Vec<wire::Child>,
        NextToken: Option<String>,
    }
}

impl Op for ListParents {
    const NAME: &'static str = "ListParents";
    const READ_ONLY: bool = true;
    type Output = ListParentsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:ListParents", &self.ChildId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListParentsResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let missing = || fault::child_not_found("You specified a child that doesn't exist.");
        let parent = tree::parent(cx.tx, &organization, &self.ChildId).ok_or_else(missing)?;
        let kind = if parent == organization.root { "ROOT" } else { "ORGANIZATIONAL_UNIT" };
        let items = [(parent.clone(), wire::Child { Id: parent, Type: kind })];
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        Ok(ListParentsResponse { Parents: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_child_has_one_parent() {
        let lab = Lab::new();
        let parents = |child: &str| lab.ok("ListParents", json!({ "ChildId": child }))["Parents"].clone();
        assert_eq!(parents("{ou}"), json!([{ "Id": lab.root, "Type": "ROOT" }]));
        lab.ok(
            "MoveAccount",
            json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": "{ou}" }),
        );
        assert_eq!(parents("{member}"), json!([{ "Id": lab.ou, "Type": "ORGANIZATIONAL_UNIT" }]));
        let fault = lab.err("ListParents", json!({ "ChildId": "999999999999" }));
        assert!(fault.starts_with("ChildNotFoundException"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListParents", json!({ "ChildId": "{ou}" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
