//! Service control policies: whom they bind, at which level, and what the denied are told.

use super::*;

fn denied_by_scp(lab: &Lab, who: &str, name: &str) -> String {
    lab.fill(&format!(
        "AccessDenied: User: {who} is not authorized to perform: iam:CreateUser on resource: arn:aws:iam::{{member}}:user/{name} \
         with an explicit deny in a service control policy: arn:aws:organizations::{{management}}:policy/{{org}}/service_control_policy/{{scp}}"
    ))
}

#[test]
fn a_deny_binds_administrators_and_root_of_a_member_and_not_the_management_account() {
    let lab = Lab::new();
    let root = lab.root_of(&lab.member);
    let admin = user(&lab, &root, "admin", ALL);
    let management = lab.house.user("boss", Some(ALL));
    creating(&admin, "before").unwrap();
    attach(&lab, "{scp}", "{root}");
    attach(&lab, "{scp}", MANAGEMENT);

    let denied = creating(&root, "eve").unwrap_err();
    assert_eq!(denied, denied_by_scp(&lab, "arn:aws:iam::{member}:root", "eve"));
    let denied = creating(&admin, "eve").unwrap_err();
    assert_eq!(denied, denied_by_scp(&lab, "arn:aws:iam::{member}:user/admin", "eve"));
    creating(&management, "by-boss").unwrap();
    creating(&lab.house.root(), "by-root").unwrap();
    // What the policy does not deny stays as it was.
    admin.call("iam", "ListUsers", json!({})).unwrap();

    detach(&lab, "{scp}", "{root}");
    creating(&root, "after").unwrap();
    creating(&admin, "after-all").unwrap();
}

#[test]
fn who_comes_in_from_the_management_account_is_bound_inside() {
    let lab = Lab::new();
    attach(&lab, "{scp}", "{member}");
    let boss = lab.house.user("boss", Some(ALL));
    let inside = assume(&boss, &lab.fill("arn:aws:iam::{member}:role/OrganizationAccountAccessRole")).unwrap();
    let denied = creating(&inside, "eve").unwrap_err();
    let who = "arn:aws:sts::{member}:assumed-role/OrganizationAccountAccessRole/work";
    assert_eq!(denied, denied_by_scp(&lab, who, "eve"));
}

#[test]
fn every_level_must_allow() {
    let lab = Lab::new();
    let go = json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": "{ou}" });
    lab.ok("MoveAccount", go);
    let root = lab.root_of(&lab.member);
    creating(&root, "before").unwrap();
    let only_sts = ALL.replace(r#""Action":"*""#, r#""Action":"sts:*""#);
    let only_sts = policy(&lab, "only-sts", "SERVICE_CONTROL_POLICY", &only_sts);
    for target in ["{root}", "{ou}", "{member}"] {
        attach(&lab, &only_sts, target);
        creating(&root, &format!("beside-{}", target.trim_matches(['{', '}']))).unwrap();
        detach(&lab, "p-FullAWSAccess", target);
        assert_eq!(
            creating(&root, "eve").unwrap_err(),
            lab.fill(
                "AccessDenied: User: arn:aws:iam::{member}:root is not authorized to perform: iam:CreateUser on resource: \
                 arn:aws:iam::{member}:user/eve because no service control policy allows the iam:CreateUser action"
            )
        );
        attach(&lab, "p-FullAWSAccess", target);
        creating(&root, &format!("again-{}", target.trim_matches(['{', '}']))).unwrap();
    }
}

#[test]
fn a_policy_on_a_unit_binds_whoever_is_below_and_nobody_beside() {
    let lab = Lab::new();
    let deep = lab.ok("CreateOrganizationalUnit", json!({ "ParentId": "{ou}", "Name": "Deep" }));
    let deep = deep["OrganizationalUnit"]["Id"].as_str().unwrap();
    let go = json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": deep });
    lab.ok("MoveAccount", go);
    let second = lab.root_of(&lab.account("Second"));
    attach(&lab, "{scp}", "{ou}");
    assert!(creating(&lab.root_of(&lab.member), "eve").is_err());
    creating(&second, "eve").unwrap();
}

#[test]
fn a_condition_can_let_one_role_through() {
    let lab = Lab::new();
    let text = deny("iam:CreateUser").replace(
        r#""Resource":"*""#,
        r#""Resource":"*","Condition":{"ArnNotLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/OrganizationAccountAccessRole"}}"#,
    );
    let text = policy(&lab, "but-one", "SERVICE_CONTROL_POLICY", &text);
    attach(&lab, &text, "{root}");
    assert!(creating(&lab.root_of(&lab.member), "eve").is_err());
    let boss = lab.house.user("boss", Some(ALL));
    let inside = assume(&boss, &lab.fill("arn:aws:iam::{member}:role/OrganizationAccountAccessRole")).unwrap();
    creating(&inside, "eve").unwrap();
}

#[test]
fn an_scp_gives_nothing() {
    let lab = Lab::new();
    let nobody = user(&lab, &lab.root_of(&lab.member), "nobody", &ALL.replace(r#""Action":"*""#, r#""Action":"s3:*""#));
    let denied = creating(&nobody, "eve").unwrap_err();
    assert!(denied.ends_with("because no identity-based policy allows the iam:CreateUser action"), "{denied}");
}

#[test]
fn the_explanation_names_the_level() {
    let lab = Lab::new();
    attach(&lab, "{scp}", "{root}");
    assert!(creating(&lab.root_of(&lab.member), "eve").is_err());
    let root = lab.house.root();
    let calls = root.call("bastide", "ListCalls", json!({})).unwrap();
    let denied = calls["Calls"].as_array().unwrap().iter().find(|call| call.to_string().contains("CreateUser"));
    let denied = denied.unwrap_or_else(|| panic!("the call is in the record: {calls}"));
    assert!(denied.to_string().contains("denied"), "{denied}");
    let explained = root.call("bastide", "ExplainCall", json!({ "RequestId": denied["RequestId"] })).unwrap();
    let text = explained.to_string();
    assert!(text.contains(&lab.fill("service_control_policy/{scp}")), "{text}");
    assert!(text.contains("service_control_policy/p-FullAWSAccess"), "{text}");
}
