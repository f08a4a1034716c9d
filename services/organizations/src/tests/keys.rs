//! The condition keys that say where an account stands.

use super::*;

fn trusting_when(condition: &str) -> String {
    format!(
        r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Principal":{{"AWS":"*"}},"Action":"sts:AssumeRole","Condition":{{{condition}}}}}]}}"#
    )
}

#[test]
fn the_organization_and_the_path_of_the_caller() {
    let lab = Lab::new();
    let second = lab.account("Second");
    let caller = user(&lab, &lab.root_of(&second), "caller", ALL);
    let boss = lab.house.user("boss", Some(ALL));
    let root = lab.root_of(&lab.member);
    let door = |name: &str, condition: &str| role(&root, name, &trusting_when(&lab.fill(condition)));
    let organization = door("organization", r#""StringEquals":{"aws:PrincipalOrgID":"{org}"}"#);
    let other = door("other", r#""StringEquals":{"aws:PrincipalOrgID":"o-0000000000"}"#);
    let top = door("top", r#""ForAnyValue:StringEquals":{"aws:PrincipalOrgPaths":"{org}/{root}/"}"#);
    let below = door("below", r#""ForAnyValue:StringLike":{"aws:PrincipalOrgPaths":"{org}/{root}/{ou}/*"}"#);

    for who in [&caller, &boss] {
        assume(who, &organization).unwrap();
        assume(who, &top).unwrap();
        assert!(assume(who, &other).is_err());
        assert!(assume(who, &below).is_err());
    }
    let go = json!({ "AccountId": second, "SourceParentId": "{root}", "DestinationParentId": "{ou}" });
    lab.ok("MoveAccount", go);
    assume(&caller, &below).unwrap();
    assert!(assume(&caller, &top).is_err());

    lab.house.advance(5 * DAY);
    lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": second }));
    for door in [&organization, &other, &top, &below] {
        assert!(assume(&caller, door).is_err(), "{door}");
    }
}

#[test]
fn the_organization_and_the_path_of_the_resource() {
    let lab = Lab::new();
    let second = lab.account("Second");
    let door = role(&lab.root_of(&lab.member), "door", &trusting_when(""));
    let only = |condition: &str| {
        lab.fill(&format!(
            r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*","Condition":{{{condition}}}}}]}}"#
        ))
    };
    let root = lab.root_of(&second);
    let here = user(&lab, &root, "here", &only(r#""StringEquals":{"aws:ResourceOrgID":"${aws:PrincipalOrgID}"}"#));
    let there = user(&lab, &root, "there", &only(r#""StringEquals":{"aws:ResourceOrgID":"o-0000000000"}"#));
    let path = r#""ForAnyValue:StringLike":{"aws:ResourceOrgPaths":"{org}/{root}/{ou}/*"}"#;
    let below = user(&lab, &root, "below", &only(path));
    assume(&here, &door).unwrap();
    assert!(assume(&there, &door).is_err());
    assert!(assume(&below, &door).is_err());
    let go = json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": "{ou}" });
    lab.ok("MoveAccount", go);
    assume(&below, &door).unwrap();
}
