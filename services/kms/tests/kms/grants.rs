//! Grants: created, listed, used, revoked, retired; bound by context; never wider than their parent.

use crate::testing::*;

fn arn(user: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:user/{user}")
}

/// A lab, a key, and two users without any permission.
fn lab() -> (Lab, MadeKey, As, As) {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let (bob, carol) = (lab.user("bob", NOTHING), lab.user("carol", NOTHING));
    (lab, key, bob, carol)
}

fn text(key: &MadeKey, context: Json) -> Json {
    json!({"KeyId": key.id, "Plaintext": b64(b"x"), "EncryptionContext": context})
}

#[test]
fn a_grantee_may_what_the_grant_says_until_it_is_revoked() {
    let (lab, key, bob, carol) = lab();
    let input = text(&key, json!({}));
    assert!(bob.err("Encrypt", input.clone()).starts_with("AccessDeniedException"));
    let made = lab.root().ok(
        "CreateGrant",
        json!({"KeyId": key.id, "GranteePrincipal": arn("bob"), "Operations": ["Encrypt", "DescribeKey"], "Name": "for-bob"}),
    );
    let blob = bob.ok("Encrypt", input.clone())["CiphertextBlob"].clone();
    bob.ok("DescribeKey", json!({"KeyId": key.id}));
    assert!(bob.err("Decrypt", json!({"CiphertextBlob": blob})).starts_with("AccessDeniedException"));
    assert!(carol.err("Encrypt", input.clone()).starts_with("AccessDeniedException"));

    let listed = lab.root().ok("ListGrants", json!({"KeyId": key.id}))["Grants"].clone();
    assert_eq!(listed.as_array().unwrap().len(), 1);
    let grant = &listed[0];
    assert_eq!((&grant["GrantId"], &grant["KeyId"]), (&made["GrantId"], &json!(key.arn)));
    assert_eq!((&grant["Name"], &grant["Operations"]), (&json!("for-bob"), &json!(["Encrypt", "DescribeKey"])));
    assert_eq!(grant["IssuingAccount"], format!("arn:aws:iam::{ACCOUNT}:root"));

    lab.root().ok("RevokeGrant", json!({"KeyId": key.id, "GrantId": made["GrantId"]}));
    assert!(bob.err("Encrypt", input).starts_with("AccessDeniedException"));
    let again = lab.root().err("RevokeGrant", json!({"KeyId": key.id, "GrantId": made["GrantId"]}));
    assert!(again.starts_with("NotFoundException"), "{again}");
}

#[test]
fn the_same_grant_under_the_same_name_is_made_once() {
    let (lab, key, ..) = lab();
    let input = |name: Option<&str>| {
        let mut input = json!({"KeyId": key.id, "GranteePrincipal": arn("bob"), "Operations": ["Encrypt"]});
        if let Some(name) = name {
            input["Name"] = json!(name);
        }
        lab.root().ok("CreateGrant", input)["GrantId"].clone()
    };
    assert_eq!(input(Some("n")), input(Some("n")));
    assert_ne!(input(None), input(None));
    assert_ne!(input(Some("n")), input(Some("m")));
}

#[test]
fn constraints_hold_the_grantee_to_a_context() {
    let (lab, key, bob, carol) = lab();
    let grant = |user: &str, constraint: Json| {
        lab.root().ok(
            "CreateGrant",
            json!({"KeyId": key.id, "GranteePrincipal": arn(user), "Operations": ["Encrypt"], "Constraints": constraint}),
        );
    };
    grant("bob", json!({"EncryptionContextEquals": {"team": "red"}}));
    grant("carol", json!({"EncryptionContextSubset": {"team": "red"}}));
    let (red, more) = (json!({"team": "red"}), json!({"team": "red", "place": "x"}));
    bob.ok("Encrypt", text(&key, red.clone()));
    carol.ok("Encrypt", text(&key, red));
    carol.ok("Encrypt", text(&key, more.clone()));
    for (who, context) in [(&bob, more), (&bob, json!({})), (&carol, json!({"team": "blue"})), (&carol, json!({}))] {
        assert!(who.err("Encrypt", text(&key, context)).starts_with("AccessDeniedException"));
    }
}

#[test]
fn retiring_is_for_the_retiring_principal_and_for_a_grantee_who_may() {
    let (lab, key, bob, carol) = lab();
    let grant = |operations: Json| {
        lab.root().ok(
            "CreateGrant",
            json!({"KeyId": key.id, "GranteePrincipal": arn("bob"), "RetiringPrincipal": arn("carol"), "Operations": operations}),
        )
    };
    let made = grant(json!(["Encrypt"]));
    let by_id = json!({"KeyId": key.arn, "GrantId": made["GrantId"]});
    assert!(bob.err("RetireGrant", by_id.clone()).starts_with("AccessDeniedException"));
    let listed = lab.root().ok("ListRetirableGrants", json!({"RetiringPrincipal": arn("carol")}));
    assert_eq!(listed["Grants"][0]["GrantId"], made["GrantId"]);
    carol.ok("RetireGrant", by_id);
    let made = grant(json!(["Encrypt", "RetireGrant"]));
    bob.ok("RetireGrant", json!({"GrantToken": made["GrantToken"]}));
    assert_eq!(lab.root().ok("ListGrants", json!({"KeyId": key.id}))["Grants"], json!([]));
}

#[test]
fn a_child_grant_is_no_wider_than_its_parent() {
    let (lab, key, bob, carol) = lab();
    lab.root().ok(
        "CreateGrant",
        json!({"KeyId": key.id, "GranteePrincipal": arn("bob"), "Operations": ["Encrypt", "CreateGrant"],
            "Constraints": {"EncryptionContextSubset": {"team": "red"}}}),
    );
    let child = |operations: Json, constraints: Json| json!({"KeyId": key.id, "GranteePrincipal": arn("carol"), "Operations": operations, "Constraints": constraints});
    let red = json!({"EncryptionContextSubset": {"team": "red", "more": "x"}});
    for wide in [
        child(json!(["Encrypt", "Decrypt"]), red.clone()),
        child(json!(["Encrypt"]), json!({})),
        child(json!(["Encrypt"]), json!({"EncryptionContextEquals": {"team": "blue"}})),
    ] {
        assert!(bob.err("CreateGrant", wide).starts_with("AccessDeniedException"));
    }
    bob.ok("CreateGrant", child(json!(["Encrypt"]), red));
    carol.ok("Encrypt", text(&key, json!({"team": "red", "more": "x"})));
}

#[test]
fn tokens_of_no_grant_are_refused() {
    let (lab, key, bob, _) = lab();
    let made = lab
        .root()
        .ok("CreateGrant", json!({"KeyId": key.id, "GranteePrincipal": arn("bob"), "Operations": ["Encrypt"]}));
    let mut input = text(&key, json!({}));
    input["GrantTokens"] = json!([made["GrantToken"]]);
    bob.ok("Encrypt", input.clone());
    input["GrantTokens"] = json!(["bm8gZ3JhbnQ"]);
    assert_eq!(bob.err("Encrypt", input), "InvalidGrantTokenException: ");
}

#[test]
fn operations_must_suit_the_key_and_principals_be_arns() {
    let (lab, key, ..) = lab();
    let input = |grantee: &str, operation: &str| json!({"KeyId": key.id, "GranteePrincipal": grantee, "Operations": [operation]});
    assert!(lab.root().err("CreateGrant", input(&arn("bob"), "Sign")).starts_with("ValidationException"));
    let bad = lab.root().err("CreateGrant", input("bob", "Encrypt"));
    assert_eq!(bad, "InvalidArnException: ARN does not refer to a valid principal: bob");
}
