//! One call through the whole road, and the road's promises.

use bastide_testkit::{ACCOUNT, House};
use serde_json::json;

#[test]
fn a_user_is_created_allowed_denied_and_told_why() {
    let house = House::new();
    let allow = r#"{"Version":"2012-10-17","Statement":[{"Sid":"Look","Effect":"Allow","Action":"iam:ListUsers","Resource":"*"}]}"#;
    let alice = house.user("alice", Some(allow));

    let who = alice.call("sts", "GetCallerIdentity", json!({})).unwrap();
    assert_eq!(who["Arn"], format!("arn:aws:iam::{ACCOUNT}:user/alice"));
    let users = alice.call("iam", "ListUsers", json!({})).unwrap();
    assert_eq!(users["Users"][0]["UserName"], "alice");

    let denied = alice.call("iam", "CreateUser", json!({"UserName": "bob"})).unwrap_err();
    assert_eq!((denied.status, denied.code.as_str()), (403, "AccessDenied"));
    assert_eq!(
        denied.message,
        format!(
            "User: arn:aws:iam::{ACCOUNT}:user/alice is not authorized to perform: iam:CreateUser on resource: \
             arn:aws:iam::{ACCOUNT}:user/bob because no identity-based policy allows the iam:CreateUser action"
        )
    );
    let missing = house.root().call("iam", "GetUser", json!({"UserName": "bob"})).unwrap_err();
    assert_eq!((missing.status, missing.code.as_str()), (404, "NoSuchEntity"), "the denied call left nothing behind");

    let calls = house.root().call("bastide", "ListCalls", json!({"Verdict": "denied"})).unwrap();
    let id = calls["Calls"][0]["RequestId"].as_str().unwrap().to_owned();
    let why = house.root().call("bastide", "ExplainCall", json!({"RequestId": id})).unwrap();
    let text = why.to_string();
    assert!(text.contains("inline policy test of user/alice"), "{text}");
    assert!(text.contains("Look"), "{text}");
}

#[test]
fn the_same_seed_and_calls_give_the_same_state() {
    let story = |seed: &str| {
        let house = House::with(Vec::new(), seed);
        house.user("alice", None);
        house.root().call("iam", "CreateGroup", json!({"GroupName": "admins"})).unwrap();
        house.root().call("iam", "AddUserToGroup", json!({"GroupName": "admins", "UserName": "alice"})).unwrap();
        house.state_hash()
    };
    assert_eq!(story("a"), story("a"));
    assert_ne!(story("a"), story("b"));
}

#[test]
fn what_is_not_implemented_says_so_by_name() {
    let house = House::new();
    let refused = house.root().call("kms", "DescribeCustomKeyStores", json!({})).unwrap_err();
    assert_eq!(refused.status, 501);
    assert!(refused.message.contains("kms:DescribeCustomKeyStores"), "{}", refused.message);
    let calls = house.root().call("bastide", "ListCalls", json!({"Service": "kms"})).unwrap();
    assert_eq!(
        (calls["Calls"][0]["Operation"].as_str(), calls["Calls"][0]["Verdict"].as_str()),
        (Some("DescribeCustomKeyStores"), Some("refused"))
    );
}

#[test]
fn a_fork_does_not_draw_what_its_original_draws() {
    use bastide_store::{Engine, MemoryEngine};
    use std::sync::Arc;
    let open = |engine: &Arc<MemoryEngine>| {
        bastide_testkit::Plan { engine: engine.clone(), seed: "twins", ..Default::default() }.build()
    };
    let second_start = |mark: &[u8]| {
        let engine = Arc::new(MemoryEngine::new());
        drop(open(&engine));
        engine.set_property("fork", mark).unwrap();
        let house = open(&engine);
        assert_eq!(engine.property("fork").unwrap().unwrap_or_default(), b"", "a house of its own from here on");
        house.user("alice", None).access_key_id().to_owned()
    };
    assert_eq!(second_start(b""), second_start(b""));
    assert_ne!(second_start(b""), second_start(b"copy"));
    assert_ne!(second_start(b"one"), second_start(b"two"));
}
