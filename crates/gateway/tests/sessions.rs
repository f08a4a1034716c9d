//! Temporary credentials: sealed, bound to their key, gone when their time or their principal is.

mod common;

use bastide_testkit::{ACCOUNT, Client, House};
use common::{WHO, allowed, list_users, query, refused};
use serde_json::json;

const ALL: &str = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;

fn trust() -> String {
    let principal = json!({ "AWS": format!("arn:aws:iam::{ACCOUNT}:root") });
    let statement = json!({ "Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole" });
    json!({ "Version": "2012-10-17", "Statement": [statement] }).to_string()
}

fn create_role(house: &House, name: &str) {
    let root = house.root();
    root.call("iam", "CreateRole", json!({"RoleName": name, "AssumeRolePolicyDocument": trust()})).unwrap();
    let policy = json!({"RoleName": name, "PolicyName": "all", "PolicyDocument": ALL});
    root.call("iam", "PutRolePolicy", policy).unwrap();
}

fn delete_role(house: &House, name: &str) {
    let root = house.root();
    root.call("iam", "DeleteRolePolicy", json!({"RoleName": name, "PolicyName": "all"})).unwrap();
    root.call("iam", "DeleteRole", json!({"RoleName": name})).unwrap();
}

fn assume(client: &Client, role: &str) -> Client {
    let input = json!({"RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/{role}"), "RoleSessionName": "night"});
    client.of_session(&client.call("sts", "AssumeRole", input).unwrap())
}

/// A house, a user who may do everything, and two sessions of a role.
fn scene() -> (House, Client, Client, Client) {
    let house = House::new();
    let alice = house.user("alice", Some(ALL));
    create_role(&house, "ops");
    let (one, two) = (assume(&alice, "ops"), assume(&alice, "ops"));
    (house, alice, one, two)
}

#[test]
fn a_token_belongs_to_its_key() {
    let (house, alice, one, two) = scene();
    allowed(&house, list_users().signed(&one));
    let swapped = house.client(one.access_key_id(), one.secret(), two.session_token());
    refused(&house, list_users().signed(&swapped), 403, "InvalidClientTokenId");
    let lent = house.client(alice.access_key_id(), alice.secret(), one.session_token());
    refused(&house, list_users().signed(&lent), 403, "InvalidClientTokenId");
    let bare = house.client(one.access_key_id(), one.secret(), None);
    refused(&house, list_users().signed(&bare), 403, "InvalidClientTokenId");
    let wrong = house.client(one.access_key_id(), two.secret(), one.session_token());
    refused(&house, list_users().signed(&wrong), 403, "SignatureDoesNotMatch");
}

#[test]
fn a_token_opens_unchanged_or_not_at_all() {
    let (house, _, one, _) = scene();
    let token = one.session_token().unwrap();
    let flipped = |at: usize| {
        let mut bytes = token.as_bytes().to_vec();
        bytes[at] = if bytes[at] == b'A' { b'B' } else { b'A' };
        String::from_utf8(bytes).unwrap()
    };
    let others = [
        flipped(0),
        flipped(20),
        flipped(token.len() / 2),
        token[..token.len() - 8].to_owned(),
        format!("{token}AAAA"),
        " ".into(),
        "AQ==".into(),
        "test".into(),
    ];
    for other in others {
        let forged = house.client(one.access_key_id(), one.secret(), Some(&other));
        refused(&house, list_users().signed(&forged), 403, "InvalidClientTokenId");
    }
    let foreign = House::with(Vec::new(), "another");
    let same_key = foreign.client(one.access_key_id(), one.secret(), Some(token));
    // Under the same master key the token opens, but its role is nobody here.
    refused(&foreign, list_users().signed(&same_key), 403, "InvalidClientTokenId");
}

#[test]
fn a_session_ends_when_its_time_is_over() {
    let (house, _, one, _) = scene();
    house.advance(3_599);
    allowed(&house, list_users().signed(&one));
    house.advance(1);
    refused(&house, list_users().signed(&one), 403, "ExpiredToken");
    refused(&house, common::json("GetStatus", "{}").signed(&one), 400, "ExpiredTokenException");
    refused(&house, common::rest("s3", "GET", "/").signed(&one), 400, "ExpiredToken");
}

#[test]
fn a_role_made_anew_does_not_inherit_the_sessions_of_the_old() {
    let (house, alice, one, _) = scene();
    delete_role(&house, "ops");
    refused(&house, list_users().signed(&one), 403, "InvalidClientTokenId");
    create_role(&house, "ops");
    refused(&house, list_users().signed(&one), 403, "InvalidClientTokenId");
    allowed(&house, list_users().signed(&assume(&alice, "ops")));
}

#[test]
fn a_session_of_a_user_stays_out_of_iam_and_most_of_sts() {
    let (house, alice, _, _) = scene();
    let session = alice.of_session(&alice.call("sts", "GetSessionToken", json!({})).unwrap());
    allowed(&house, query("sts", WHO).signed(&session));
    refused(&house, list_users().signed(&session), 403, "InvalidClientTokenId");
    let again = query("sts", "Action=GetSessionToken&Version=2011-06-15");
    refused(&house, again.signed(&session), 403, "InvalidClientTokenId");
    let policy = json!({"UserName": "alice", "PolicyName": "test"});
    house.root().call("iam", "DeleteUserPolicy", policy).unwrap();
    house
        .root()
        .call("iam", "DeleteAccessKey", json!({"UserName": "alice", "AccessKeyId": alice.access_key_id()}))
        .unwrap();
    house.root().call("iam", "DeleteUser", json!({"UserName": "alice"})).unwrap();
    refused(&house, query("sts", WHO).signed(&session), 403, "InvalidClientTokenId");
}

#[test]
fn a_token_counts_once() {
    let (house, _, one, two) = scene();
    let (mut request, body) = list_users().signed(&one);
    let second = two.session_token().unwrap();
    request.headers.append("x-amz-security-token", second.parse().unwrap());
    refused(&house, (request, body), 403, "InvalidClientTokenId");
}
