//! Temporary credentials, from being asked for to being expired.

use bastide_testkit::{ACCOUNT, Client, House, Refusal};
use serde_json::{Value, json};

const ALLOW_ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

fn trusting(principal: &str, condition: Value) -> String {
    json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Principal": {"AWS": principal},
        "Action": ["sts:AssumeRole", "sts:TagSession", "sts:SetSourceIdentity"],
        "Condition": condition,
    }]})
    .to_string()
}

fn role(house: &House, name: &str, trust: &str, policy: &str) {
    let root = house.root();
    root.call("iam", "CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust})).unwrap();
    let input = json!({"RoleName": name, "PolicyName": "test", "PolicyDocument": policy});
    root.call("iam", "PutRolePolicy", input).unwrap();
}

fn assume(client: &Client, name: &str, more: Value) -> Result<Value, Refusal> {
    let mut input = json!({"RoleArn": arn(&format!("role/{name}")), "RoleSessionName": "work"});
    input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
    client.call("sts", "AssumeRole", input)
}

fn refused(result: Result<Value, Refusal>, code: &str) -> String {
    let refusal = result.expect_err("it is refused");
    assert_eq!(refusal.code, code, "{}", refusal.message);
    refusal.message
}

#[test]
fn a_role_is_assumed_used_and_runs_out_by_the_clock() {
    let house = House::new();
    let alice = house.user("alice", None);
    role(&house, "reader", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);

    let answer = assume(&alice, "reader", json!({"DurationSeconds": 900})).unwrap();
    assert_eq!(answer["AssumedRoleUser"]["Arn"], format!("arn:aws:sts::{ACCOUNT}:assumed-role/reader/work"));
    let session = alice.of_session(&answer);
    let who = session.call("sts", "GetCallerIdentity", json!({})).unwrap();
    assert_eq!(who["Arn"], answer["AssumedRoleUser"]["Arn"]);
    assert_eq!(who["UserId"], answer["AssumedRoleUser"]["AssumedRoleId"]);
    session.call("iam", "ListUsers", json!({})).unwrap();

    house.advance(901);
    let message = refused(session.call("iam", "ListUsers", json!({})), "ExpiredToken");
    assert_eq!(message, "The security token included in the request is expired");
}

#[test]
fn an_outsider_is_denied_and_cannot_tell_whether_the_role_exists() {
    let house = House::new();
    let alice = house.user("alice", None);
    let mallory = house.user("mallory", None);
    role(&house, "reader", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    let _ = alice;

    let there = refused(assume(&mallory, "reader", json!({})), "AccessDenied");
    let nowhere = refused(assume(&mallory, "no-such", json!({})), "AccessDenied");
    assert_eq!(there.replace("reader", "X"), nowhere.replace("no-such", "X"));
    assert!(
        there.starts_with(&format!(
            "User: {} is not authorized to perform: sts:AssumeRole on resource: {}",
            arn("user/mallory"),
            arn("role/reader")
        )),
        "{there}"
    );
}

#[test]
fn only_the_roles_own_arn_to_the_letter_assumes_it() {
    let house = House::new();
    let narrow = json!({"Version": "2012-10-17", "Statement": [
        {"Effect": "Allow", "Action": "sts:AssumeRole", "Resource": arn("role/dev-*")},
        {"Effect": "Deny", "Action": "sts:AssumeRole", "Resource": arn("role/crown")}]});
    let alice = house.user("alice", Some(&narrow.to_string()));
    let wide = house.user("wide", Some(ALLOW_ALL));
    role(&house, "crown", &trusting(&arn("root"), json!({})), ALLOW_ALL);
    let try_as = |client: &Client, role_arn: String| {
        client.call("sts", "AssumeRole", json!({"RoleArn": role_arn, "RoleSessionName": "work"}))
    };
    for role_arn in [
        arn("role/dev-:role/crown"),
        arn("role/dev-/crown"),
        arn("role/x:role/crown"),
        arn("role/crown").replace("arn:aws:", "arn:aws-cn:"),
        arn("role/crown").replace("arn:aws:", "arn:AWS:"),
        arn("role/crown").replace("iam::", "iam:us-east-1:"),
        arn("role/Crown"),
    ] {
        refused(try_as(&alice, role_arn.clone()), "AccessDenied");
        refused(try_as(&wide, role_arn), "AccessDenied");
    }
    try_as(&wide, arn("role/crown")).unwrap();
}

#[test]
fn session_policies_are_awss_or_of_the_roles_account() {
    let house = House::new();
    let alice = house.user("alice", None);
    role(&house, "reader", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    let with = |policy: &str| assume(&alice, "reader", json!({"PolicyArns": [{"arn": policy}]}));
    let session = alice.of_session(&with("arn:aws:iam::aws:policy/IAMReadOnlyAccess").unwrap());
    session.call("iam", "ListUsers", json!({})).unwrap();
    refused(session.call("iam", "CreateUser", json!({"UserName": "x"})), "AccessDenied");
    refused(with("arn:aws:iam::aws:policy/NoSuchPolicy"), "MalformedPolicyDocument");
    refused(with("arn:aws:iam::999988887777:policy/theirs"), "MalformedPolicyDocument");
}

#[test]
fn the_external_id_must_be_the_one_in_the_trust_policy() {
    let house = House::new();
    let alice = house.user("alice", None);
    role(
        &house,
        "vendor",
        &trusting(&arn("user/alice"), json!({"StringEquals": {"sts:ExternalId": "right"}})),
        ALLOW_ALL,
    );

    refused(assume(&alice, "vendor", json!({})), "AccessDenied");
    refused(assume(&alice, "vendor", json!({"ExternalId": "wrong"})), "AccessDenied");
    assume(&alice, "vendor", json!({"ExternalId": "right"})).unwrap();
}

#[test]
fn trusting_the_account_leaves_the_rest_to_its_identity_policies() {
    let house = House::new();
    role(&house, "shared", &trusting(&arn("root"), json!({})), ALLOW_ALL);
    let denied = house.user("denied", None);
    let allowed = house.user("allowed", Some(ALLOW_ALL));

    refused(assume(&denied, "shared", json!({})), "AccessDenied");
    assume(&allowed, "shared", json!({})).unwrap();
    let message = refused(assume(&house.root(), "shared", json!({})), "AccessDenied");
    assert_eq!(message, "Roles may not be assumed by root accounts.");
}

#[test]
fn a_session_policy_only_takes_away() {
    let house = House::new();
    let alice = house.user("alice", None);
    role(&house, "reader", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    let only = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iam:ListGroups","Resource":"*"}]}"#;

    let session = alice.of_session(&assume(&alice, "reader", json!({"Policy": only})).unwrap());
    session.call("iam", "ListGroups", json!({})).unwrap();
    let message = refused(session.call("iam", "ListUsers", json!({})), "AccessDenied");
    assert!(message.ends_with("because no session policy allows the iam:ListUsers action"), "{message}");
    refused(assume(&alice, "reader", json!({"Policy": "{}"})), "MalformedPolicyDocument");
}

#[test]
fn tags_are_seen_by_policies_and_transitive_ones_travel() {
    let house = House::new();
    let alice = house.user("alice", None);
    let red = r#"{"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":"iam:ListUsers","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/team":"red"}}},
        {"Effect":"Allow","Action":"sts:*","Resource":"*"}]}"#;
    role(&house, "first", &trusting(&arn("user/alice"), json!({})), red);
    role(&house, "second", &trusting(&arn("role/first"), json!({})), red);

    let tags = json!([{"Key": "team", "Value": "red"}, {"Key": "stays", "Value": "here"}]);
    let first = assume(&alice, "first", json!({"Tags": tags, "TransitiveTagKeys": ["team"]})).unwrap();
    let first = alice.of_session(&first);
    first.call("iam", "ListUsers", json!({})).unwrap();

    let second = first.of_session(&assume(&first, "second", json!({})).unwrap());
    second.call("iam", "ListUsers", json!({})).unwrap();
    refused(assume(&alice, "first", json!({"Tags": [{"Key": "aws:team", "Value": "x"}]})), "InvalidParameterValue");
    let conflict = assume(&first, "second", json!({"Tags": [{"Key": "team", "Value": "blue"}]}));
    refused(conflict, "InvalidParameterValue");
    let plain = alice.of_session(&assume(&alice, "first", json!({})).unwrap());
    refused(plain.call("iam", "ListUsers", json!({})), "AccessDenied");
}

#[test]
fn durations_are_limited_by_the_role_and_by_chaining() {
    let house = House::new();
    let alice = house.user("alice", None);
    role(&house, "first", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    role(&house, "second", &trusting(&arn("role/first"), json!({})), ALLOW_ALL);
    let message = refused(assume(&alice, "first", json!({"DurationSeconds": 3601})), "ValidationError");
    assert_eq!(message, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role.");
    house.root().call("iam", "UpdateRole", json!({"RoleName": "second", "MaxSessionDuration": 7200})).unwrap();
    let first = alice.of_session(&assume(&alice, "first", json!({})).unwrap());
    let message = refused(assume(&first, "second", json!({"DurationSeconds": 3601})), "ValidationError");
    assert_eq!(
        message,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining."
    );
}

#[test]
fn the_source_identity_stays() {
    let house = House::new();
    let alice = house.user("alice", None);
    role(&house, "first", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    role(&house, "second", &trusting(&arn("role/first"), json!({})), ALLOW_ALL);
    let first = alice.of_session(&assume(&alice, "first", json!({"SourceIdentity": "alice"})).unwrap());
    assert_eq!(assume(&first, "second", json!({})).unwrap()["SourceIdentity"], "alice");
    refused(assume(&first, "second", json!({"SourceIdentity": "bob"})), "AccessDenied");

    // A role that does not let the identity be set cannot be assumed with one, not even an inherited one.
    let mut silent: Value = serde_json::from_str(&trusting(&arn("role/first"), json!({}))).unwrap();
    silent["Statement"][0]["Action"] = json!(["sts:AssumeRole", "sts:TagSession"]);
    role(&house, "silent", &silent.to_string(), ALLOW_ALL);
    let message = refused(assume(&first, "silent", json!({})), "AccessDenied");
    assert!(message.contains("sts:SetSourceIdentity"), "{message}");
}

#[test]
fn a_role_made_anew_does_not_know_old_sessions_and_old_trust_does_not_know_a_user_made_anew() {
    let house = House::new();
    let root = house.root();
    let alice = house.user("alice", None);
    role(&house, "reader", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    let session = alice.of_session(&assume(&alice, "reader", json!({})).unwrap());
    root.call("iam", "DeleteRolePolicy", json!({"RoleName": "reader", "PolicyName": "test"})).unwrap();
    root.call("iam", "DeleteRole", json!({"RoleName": "reader"})).unwrap();
    role(&house, "reader", &trusting(&arn("user/alice"), json!({})), ALLOW_ALL);
    refused(session.call("iam", "ListUsers", json!({})), "InvalidClientTokenId");

    root.call("iam", "DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": alice.access_key_id()})).unwrap();
    root.call("iam", "DeleteUser", json!({"UserName": "alice"})).unwrap();
    let impostor = house.user("alice", None);
    refused(assume(&impostor, "reader", json!({})), "AccessDenied");
}

#[test]
fn a_session_token_session_is_the_user_and_stays_out_of_iam() {
    let house = House::new();
    let alice = house.user("alice", Some(ALLOW_ALL));
    let session = alice.of_session(&alice.call("sts", "GetSessionToken", json!({})).unwrap());
    assert_eq!(session.call("sts", "GetCallerIdentity", json!({})).unwrap()["Arn"], arn("user/alice"));
    refused(session.call("iam", "ListUsers", json!({})), "InvalidClientTokenId");
    refused(session.call("sts", "GetSessionToken", json!({})), "InvalidClientTokenId");
    let with_mfa = json!({"SerialNumber": arn("mfa/alice"), "TokenCode": "123456"});
    refused(alice.call("sts", "GetSessionToken", with_mfa), "AccessDenied");
}

#[test]
fn get_access_key_info_is_denied_without_permission_and_reads_the_account_from_the_key() {
    let house = House::new();
    let alice = house.user("alice", None);
    let input = json!({"AccessKeyId": alice.access_key_id()});
    refused(alice.call("sts", "GetAccessKeyInfo", input.clone()), "AccessDenied");
    assert_eq!(house.root().call("sts", "GetAccessKeyInfo", input).unwrap()["Account"], ACCOUNT);
}
