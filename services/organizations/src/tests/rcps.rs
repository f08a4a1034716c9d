//! Resource control policies: they bind whoever comes, to what member accounts own.

use super::*;

/// Only principals of the organization.
const INSIDERS: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"{org}"}}}]}"#;

fn trusting(account: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":"sts:AssumeRole"}}]}}"#
    )
}

#[test]
fn outsiders_are_kept_out_of_roles_that_trust_them() {
    let lab = Lab::new();
    let second = lab.account("Second");
    let caller = user(&lab, &lab.root_of(&second), "caller", ALL);
    let door = role(&lab.root_of(&lab.member), "door", &trusting(&second));
    let rcp = policy(&lab, "insiders", "RESOURCE_CONTROL_POLICY", INSIDERS);
    attach(&lab, &rcp, "{root}");
    assume(&caller, &door).unwrap();

    lab.house.advance(5 * DAY);
    lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": second }));
    let denied = assume(&caller, &door).err().unwrap();
    // Between strangers AWS does not name the policy.
    assert_eq!(
        denied,
        format!(
            "AccessDenied: User: arn:aws:iam::{second}:user/caller is not authorized to perform: sts:AssumeRole on resource: {door} \
             with an explicit deny in a resource control policy"
        )
    );
    detach(&lab, &rcp, "{root}");
    assume(&caller, &door).unwrap();
}

#[test]
fn the_management_accounts_own_roles_are_outside() {
    let lab = Lab::new();
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    let rcp = policy(&lab, "nobody", "RESOURCE_CONTROL_POLICY", text);
    attach(&lab, &rcp, "{root}");
    let boss = lab.house.user("boss", Some(ALL));
    let own = role(&lab.house.root(), "own", &trusting(MANAGEMENT));
    assume(&boss, &own).unwrap();
    let inside = lab.fill("arn:aws:iam::{member}:role/OrganizationAccountAccessRole");
    let denied = assume(&boss, &inside).err().unwrap();
    let named = lab.fill(&format!(
        "with an explicit deny in a resource control policy: arn:aws:organizations::{{management}}:policy/{{org}}/resource_control_policy/{rcp}"
    ));
    assert!(denied.ends_with(&named), "{denied}");
}

#[test]
fn it_binds_on_the_unit_of_the_resource_not_of_the_caller() {
    let lab = Lab::new();
    let second = lab.account("Second");
    let caller = user(&lab, &lab.root_of(&second), "caller", ALL);
    let door = role(&lab.root_of(&lab.member), "door", &trusting(&second));
    let text = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole","Resource":"*"}]}"#;
    let rcp = policy(&lab, "nobody", "RESOURCE_CONTROL_POLICY", text);
    attach(&lab, &rcp, &second);
    assume(&caller, &door).unwrap();
    attach(&lab, &rcp, "{member}");
    assert!(assume(&caller, &door).is_err());
}
