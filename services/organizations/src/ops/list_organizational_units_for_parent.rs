//! Organizations ListOrganizationalUnitsForParent. Real: pages.

use super::prelude::*;

shape! {
    pub struct ListOrganizationalUnitsForParent {
        ParentId: String,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListOrganizationalUnitsForParentResponse {
        OrganizationalUnits: Vec<wire::OrganizationalUnit>,
        NextToken: Option<String>,
    }
}

impl Op for ListOrganizationalUnitsForParent {
    const NAME: &'static str = "ListOrganizationalUnitsForParent";
    const READ_ONLY: bool = true;
    type Output = ListOrganizationalUnitsForParentResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:ListOrganizationalUnitsForParent", &self.ParentId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListOrganizationalUnitsForParentResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        tree::check_parent(cx.tx, &organization, &self.ParentId)?;

        let items = tree::units(cx.tx, &organization, &self.ParentId);
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?.map(|unit| wire::unit(&cx.read(), &organization, &unit));
        Ok(ListOrganizationalUnitsForParentResponse { OrganizationalUnits: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn units_directly_below_are_listed() {
        let lab = Lab::new();
        lab.ok("CreateOrganizationalUnit", json!({ "ParentId": "{ou}", "Name": "Deep" }));
        let names = |parent: &str| {
            let found = lab.ok("ListOrganizationalUnitsForParent", json!({ "ParentId": parent }));
            let units = found["OrganizationalUnits"].as_array().unwrap().clone();
            units.iter().map(|unit| unit["Name"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!((names("{root}"), names("{ou}")), (vec!["Work".to_owned()], vec!["Deep".to_owned()]));
        let fault = lab.err("ListOrganizationalUnitsForParent", json!({ "ParentId": "r-zzzz" }));
        assert!(fault.starts_with("ParentNotFoundException"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListOrganizationalUnitsForParent", json!({ "ParentId": "{ou}" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
