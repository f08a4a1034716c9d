//! Organizations CreateOrganizationalUnit. Real: five levels, unique names, tags.

use super::prelude::*;

shape! {
    pub struct CreateOrganizationalUnit {
        ParentId: String,
        Name: String,
        Tags: Option<Vec<Tag>>,
    }

    pub struct CreateOrganizationalUnitResponse {
        OrganizationalUnit: wire::OrganizationalUnit,
    }
}

impl Op for CreateOrganizationalUnit {
    const NAME: &'static str = "CreateOrganizationalUnit";
    const READ_ONLY: bool = false;
    type Output = CreateOrganizationalUnitResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_entity(cx, "organizations:CreateOrganizationalUnit", &self.ParentId);
        Ok(policy::with_tags(cx, ask, "ou", self.Tags.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateOrganizationalUnitResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let letters = organization.root.trim_start_matches("r-");
        let id = fresh(cx, &format!("ou-{letters}-"), 8);
        let unit = Unit { id, name: self.Name, parent: self.ParentId, tags: wire::tags(self.Tags)? };
        tree::create_unit(cx.tx, &organization, unit.clone())?;
        Ok(CreateOrganizationalUnitResponse { OrganizationalUnit: wire::unit(&cx.read(), &organization, &unit) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_unit_begins_with_the_policies_that_allow_everything() {
        let lab = Lab::new();
        let made = lab.ok("CreateOrganizationalUnit", json!({ "ParentId": "{ou}", "Name": "Deep" }));
        let unit = &made["OrganizationalUnit"];
        let id = unit["Id"].as_str().unwrap();
        assert!(id.starts_with(&format!("ou-{}-", &lab.root[2..])), "{id}");
        assert_eq!(unit["Arn"], lab.fill(&format!("arn:aws:organizations::{MANAGEMENT}:ou/{{org}}/{id}")));
        assert_eq!(unit["Path"], lab.fill(&format!("{{org}}/{{root}}/{{ou}}/{id}/")));
        let found = lab.ok("ListPoliciesForTarget", json!({ "TargetId": id, "Filter": "SERVICE_CONTROL_POLICY" }));
        assert_eq!(found["Policies"][0]["Id"], "p-FullAWSAccess");
    }

    #[test]
    fn five_levels_and_no_name_twice() {
        let lab = Lab::new();
        let create = |parent: &str| json!({ "ParentId": parent, "Name": "Down" });
        let mut parent = lab.ou.clone();
        for _ in 2..=5 {
            parent = lab.ok("CreateOrganizationalUnit", create(&parent))["OrganizationalUnit"]["Id"].as_str().unwrap().to_owned();
        }
        assert_eq!(
            lab.err("CreateOrganizationalUnit", create(&parent)),
            "ConstraintViolationException: You cannot add an organizational unit to the specified parent because it would exceed the max depth allowed."
        );
        assert_eq!(
            lab.err("CreateOrganizationalUnit", create(&lab.ou)),
            "DuplicateOrganizationalUnitException: An OU with the same name already exists."
        );
        assert_eq!(
            lab.err("CreateOrganizationalUnit", create("ou-zzzz-00000000")),
            "ParentNotFoundException: You specified a parent that doesn't exist."
        );
    }

    #[test]
    fn tags_need_their_own_permission() {
        let lab = Lab::new();
        let policy = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"organizations:CreateOrganizationalUnit","Resource":"*"}]}"#;
        let maker = lab.house.user("maker", Some(policy));
        let tagged = json!({ "ParentId": "{root}", "Name": "New", "Tags": [{ "Key": "a", "Value": "b" }] });
        let fault = lab.err_by(&maker, "CreateOrganizationalUnit", tagged);
        assert!(fault.contains("not authorized to perform: organizations:TagResource"), "{fault}");
        lab.ok_by(&maker, "CreateOrganizationalUnit", json!({ "ParentId": "{root}", "Name": "New" }));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreateOrganizationalUnit", json!({ "ParentId": "{root}", "Name": "x" }), "arn:aws:organizations::{management}:root/{org}/{root}");
    }
}
