//! What the operator asks of the house, and who may.

use bastide_testkit::{House, Refusal, WALL};
use serde_json::{Value, json};

fn user_names(house: &House) -> Vec<String> {
    let answer = house.root().call("iam", "ListUsers", json!({})).unwrap();
    answer["Users"].as_array().unwrap().iter().map(|user| user["UserName"].as_str().unwrap().to_owned()).collect()
}

fn code(result: Result<Value, Refusal>) -> String {
    result.expect_err("it is refused").code
}

#[test]
fn every_operation_is_denied_without_permission_and_changes_nothing() {
    let house = House::new();
    let alice = house.user("alice", None);
    house.root().call("bastide", "SaveSnapshot", json!({"Name": "kept"})).unwrap();
    let before = house.state_hash();
    let calls = [
        ("AdvanceClock", json!({"Seconds": 60})),
        ("DeleteSnapshot", json!({"Name": "kept"})),
        ("ExplainCall", json!({})),
        ("ForkState", json!({"Name": "fork"})),
        ("FreezeClock", json!({})),
        ("GetClock", json!({})),
        ("GetStatus", json!({})),
        ("ListCalls", json!({})),
        ("ListSnapshots", json!({})),
        ("ResetState", json!({})),
        ("RestoreSnapshot", json!({"Name": "kept"})),
        ("ResumeClock", json!({})),
        ("SaveSnapshot", json!({"Name": "mine"})),
    ];
    for (operation, input) in calls {
        let refusal = alice.call("bastide", operation, input).expect_err(operation);
        assert_eq!(refusal.code, "AccessDeniedException", "{operation}");
        let sentence = format!("because no identity-based policy allows the bastide:{operation} action");
        assert!(refusal.message.ends_with(&sentence), "{}", refusal.message);
    }
    assert_eq!(house.state_hash(), before);
    assert_eq!(house.cloud().clock().now(), WALL);
}

#[test]
fn one_operation_can_be_given_alone() {
    let house = House::new();
    let policy =
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"bastide:AdvanceClock","Resource":"*"}]}"#;
    let ci = house.user("ci", Some(policy));
    let answer = ci.call("bastide", "AdvanceClock", json!({"Seconds": 86_400})).unwrap();
    assert_eq!(answer["Time"].as_f64(), Some((WALL.secs() + 86_400) as f64));
    assert_eq!(house.cloud().clock().now(), WALL.plus_secs(86_400));
    assert_eq!(code(ci.call("bastide", "FreezeClock", json!({}))), "AccessDeniedException");
}

#[test]
fn the_clock_goes_forward_only() {
    let house = House::new();
    let root = house.root();
    assert_eq!(code(root.call("bastide", "AdvanceClock", json!({}))), "InvalidRequestException");
    assert_eq!(code(root.call("bastide", "AdvanceClock", json!({"To": WALL.secs() - 1}))), "InvalidRequestException");
    assert_eq!(root.call("bastide", "FreezeClock", json!({})).unwrap()["Frozen"], true);
    root.call("bastide", "AdvanceClock", json!({"Seconds": 10})).unwrap();
    let clock = root.call("bastide", "GetClock", json!({})).unwrap();
    assert_eq!((clock["Frozen"].as_bool(), clock["Time"].as_f64()), (Some(true), Some((WALL.secs() + 10) as f64)));
    assert_eq!(root.call("bastide", "ResumeClock", json!({})).unwrap()["Frozen"], false);
}

#[test]
fn a_snapshot_brings_the_state_back_and_the_record_goes_on() {
    let house = House::new();
    let root = house.root();
    house.user("alice", None);
    let before = house.state_hash();
    root.call("bastide", "SaveSnapshot", json!({"Name": "before"})).unwrap();
    assert_eq!(code(root.call("bastide", "SaveSnapshot", json!({"Name": "before"}))), "ConflictException");
    house.user("bob", None);
    assert_eq!(user_names(&house), ["alice", "bob"]);

    root.call("bastide", "RestoreSnapshot", json!({"Name": "before"})).unwrap();
    assert_eq!(user_names(&house), ["alice"]);
    assert_eq!(house.state_hash(), before);
    let calls = root.call("bastide", "ListCalls", json!({"Operation": "CreateUser"})).unwrap();
    assert_eq!(calls["Calls"].as_array().unwrap().len(), 2, "the record keeps what the state forgot");

    assert_eq!(code(root.call("bastide", "RestoreSnapshot", json!({"Name": "never"}))), "ResourceNotFoundException");
    root.call("bastide", "DeleteSnapshot", json!({"Name": "before"})).unwrap();
    assert_eq!(root.call("bastide", "ListSnapshots", json!({})).unwrap()["Snapshots"], json!([]));
    assert_eq!(code(root.call("bastide", "DeleteSnapshot", json!({"Name": "before"}))), "ResourceNotFoundException");
}

#[test]
fn a_reset_keeps_the_root_key() {
    let house = House::new();
    let root = house.root();
    let fresh = house.state_hash();
    house.user("alice", None);
    root.call("bastide", "ResetState", json!({})).unwrap();
    assert!(user_names(&house).is_empty());
    assert_eq!(root.access_key_id(), house.root().access_key_id());
    root.call("sts", "GetCallerIdentity", json!({})).unwrap();
    assert_eq!(house.state_hash(), fresh);
}

#[test]
fn an_explanation_names_the_statement_even_after_the_policy_is_gone() {
    let house = House::new();
    let root = house.root();
    let policy = r#"{"Version":"2012-10-17","Statement":[
        {"Sid":"All","Effect":"Allow","Action":"iam:*","Resource":"*"},
        {"Sid":"NoGroups","Effect":"Deny","Action":"iam:CreateGroup","Resource":"*"}]}"#;
    let alice = house.user("alice", Some(policy));
    assert_eq!(code(alice.call("iam", "CreateGroup", json!({"GroupName": "g"}))), "AccessDenied");
    root.call("iam", "DeleteUserPolicy", json!({"UserName": "alice", "PolicyName": "test"})).unwrap();

    let calls = root.call("bastide", "ListCalls", json!({"Verdict": "denied"})).unwrap();
    let why = root.call("bastide", "ExplainCall", json!({"RequestId": calls["Calls"][0]["RequestId"]})).unwrap();
    assert_eq!(why["Record"]["decision"]["verdict"], "denied");
    assert_eq!(why["Record"]["error"]["code"], "AccessDenied");
    assert!(why["Traces"][0].to_string().contains("NoGroups"), "{}", why["Traces"][0]);
    let last = root.call("bastide", "ExplainCall", json!({})).unwrap();
    assert_eq!(last["Record"]["operation"], "DeleteUserPolicy");
    assert_eq!(
        code(root.call("bastide", "ExplainCall", json!({"RequestId": "00000000-0000"}))),
        "ResourceNotFoundException"
    );
}

#[test]
fn records_hide_secrets() {
    let house = House::new();
    house.user("alice", None);
    let records = house.cloud().store().records(&bastide_testkit::every_record()).unwrap().records;
    let made = records.iter().find(|recorded| recorded.record.action == "CreateAccessKey").unwrap();
    let text = String::from_utf8(made.record.body.clone()).unwrap();
    assert!(text.contains("HIDDEN_DUE_TO_SECURITY_REASONS"), "{text}");
}

#[test]
fn the_house_in_memory_has_nothing_to_fork() {
    let house = House::new();
    assert_eq!(code(house.root().call("bastide", "ForkState", json!({"Name": "fork"}))), "InvalidRequestException");
}

#[test]
fn a_member_learns_nothing_of_other_accounts_policies() {
    let house = House::new();
    let root = house.root();
    root.call("organizations", "CreateOrganization", json!({"FeatureSet": "ALL"})).unwrap();
    root.call("organizations", "CreateAccount", json!({"AccountName": "m", "Email": "m@example.com"})).unwrap();
    house.advance(5);
    let accounts = root.call("organizations", "ListAccounts", json!({})).unwrap();
    let member = accounts["Accounts"].as_array().unwrap().iter().find(|account| account["Name"] == "m").unwrap();
    let member = house.root_of(member["Id"].as_str().unwrap()).unwrap();
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Sid": "Hush", "Effect": "Allow",
        "Principal": {"AWS": "*"}, "Action": "sts:AssumeRole",
        "Condition": {"StringEquals": {"sts:ExternalId": "hush-77"}}}]});
    let role = json!({"RoleName": "victim", "AssumeRolePolicyDocument": trust.to_string(), "Tags": [{"Key": "secret", "Value": "plum"}]});
    root.call("iam", "CreateRole", role).unwrap();
    member.call("iam", "CreateUser", json!({"UserName": "eve"})).unwrap();
    let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
    member
        .call("iam", "PutUserPolicy", json!({"UserName": "eve", "PolicyName": "all", "PolicyDocument": all}))
        .unwrap();
    let key = member.call("iam", "CreateAccessKey", json!({"UserName": "eve"})).unwrap();
    let text = |name: &str| key["AccessKey"][name].as_str().unwrap().to_owned();
    let eve = house.client(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    let role = format!("arn:aws:iam::{}:role/victim", bastide_testkit::ACCOUNT);
    assert_eq!(
        code(eve.call("sts", "AssumeRole", json!({"RoleArn": role, "RoleSessionName": "work"}))),
        "AccessDenied"
    );

    let told = eve.call("bastide", "ExplainCall", json!({})).unwrap().to_string();
    for secret in ["hush-77", "plum", "Hush", "p-FullAWSAccess"] {
        assert!(!told.contains(secret), "{secret} in {told}");
    }
    assert!(told.contains("inline policy all of user/eve"), "{told}");
    let calls = root.call("bastide", "ListCalls", json!({"Operation": "AssumeRole"})).unwrap();
    let full = root.call("bastide", "ExplainCall", json!({"RequestId": calls["Calls"][0]["RequestId"]})).unwrap();
    assert!(full.to_string().contains("hush-77"), "the management account sees it");
}
