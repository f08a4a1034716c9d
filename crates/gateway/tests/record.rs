//! Nothing unrecorded, and nothing secret in the record.

mod common;
#[path = "../../store/tests/common/mod.rs"]
mod store_common;

use bastide_gateway::Request;
use bastide_store::MemoryEngine;
use bastide_testkit::{ACCOUNT, Client, House, Plan};
use bytes::Bytes;
use common::{Raw, WHO, code, json as call_json, list_users, query, records, refused, rest};
use http_body::{Body, Frame};
use http_body_util::Full;
use serde_json::json;
use std::convert::Infallible;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use store_common::Faulty;

fn faulty() -> (House, Arc<Faulty<MemoryEngine>>) {
    let engine = Faulty::new(MemoryEngine::new());
    let house = Plan { engine: engine.clone(), ..Plan::default() }.build();
    (house, engine)
}

fn create(name: &str, client: &Client) -> (Request, Vec<u8>) {
    query("iam", &format!("Action=CreateUser&Version=2010-05-08&UserName={name}")).signed(client)
}

#[test]
fn a_call_that_cannot_be_recorded_fails_and_leaves_nothing() {
    let (house, engine) = faulty();
    let root = house.root();
    let alice = house.user("alice", None);
    let (state, count) = (house.state_hash(), records(&house).len());
    let mut stray = rest("coffee", "GET", "/");
    stray.headers.clear();
    let calls = [
        ("a write", create("bob", &root)),
        ("a denial", create("bob", &alice)),
        ("a fault", query("iam", "Action=GetUser&Version=2010-05-08&UserName=nobody").signed(&root)),
        ("a refusal", list_users().plain()),
        ("a stray", stray.header("host", "localhost").plain()),
    ];
    engine.fails.store(true, Ordering::SeqCst);
    for (what, (request, body)) in calls.clone() {
        let response = house.send(request, body);
        assert_eq!((response.status, code(&response).as_str()), (500, "InternalFailure"), "{what}");
        let text = String::from_utf8_lossy(&response.body).into_owned();
        assert!(!text.contains("fire"), "the cause stays inside: {text}");
        assert_eq!(house.state_hash(), state, "{what}");
    }
    engine.fails.store(false, Ordering::SeqCst);
    assert_eq!((house.state_hash(), records(&house).len()), (state, count));
    let statuses = calls.map(|(_, (request, body))| house.send(request, body).status);
    assert_eq!(statuses, [200, 403, 404, 403, 404], "healed, all goes its way");
    assert_eq!(records(&house).len(), count + 5);
}

/// A body of which one piece comes and then nothing more.
struct Stuck(Option<Bytes>);

impl Body for Stuck {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(mut self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        self.0.take().map_or(Poll::Pending, |piece| Poll::Ready(Some(Ok(Frame::data(piece)))))
    }
}

#[test]
fn a_client_that_goes_away_is_recorded() {
    let house = House::new();
    let count = records(&house).len();
    let (request, body) = create("bob", &house.root());
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let handle = house.gateway().handle(request, Stuck(Some(Bytes::from(body))));
        tokio::select! {
            biased;
            _ = handle => panic!("the body never ends"),
            () = tokio::task::yield_now() => {}
        }
    });
    let after = records(&house);
    assert_eq!(after.len(), count + 1);
    assert_eq!((after[0].verdict.as_ref(), after[0].error.as_ref()), ("refused", "RequestAborted"));
}

#[test]
fn what_is_committed_takes_effect_though_nobody_waits_for_it() {
    let (house, engine) = faulty();
    let root = house.root();
    let now = house.cloud().clock().now();
    let (request, body) = call_json("AdvanceClock", r#"{"Seconds":3600}"#).signed(&root);
    let count = records(&house).len();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    engine.shut();
    let gateway = house.gateway().clone();
    let call = runtime.spawn(async move { gateway.handle(request, Full::new(Bytes::from(body))).await });
    engine.wait_for_append();
    call.abort();
    assert!(runtime.block_on(call).unwrap_err().is_cancelled());
    assert_eq!(house.cloud().clock().now(), now, "nothing before it is kept");
    engine.open();
    let begun = std::time::Instant::now();
    while house.cloud().clock().now() == now {
        assert!(begun.elapsed().as_secs() < 30, "the clock was moved in the state, and stands still");
        std::thread::yield_now();
    }
    assert_eq!(house.cloud().clock().now(), now.plus_secs(3_600));
    assert_eq!(records(&house).len(), count + 1);
    assert_eq!(records(&house)[0].verdict, "allowed");
}

#[test]
fn every_refusal_is_in_the_list_of_calls() {
    let house = House::new();
    let root = house.root();
    let before = root.call("bastide", "ListCalls", json!({"Verdict": "refused"})).unwrap()["Calls"]
        .as_array()
        .map_or(0, Vec::len);
    refused(&house, list_users().plain(), 403, "MissingAuthenticationToken");
    refused(&house, create("x", &house.client(root.access_key_id(), "wrong", None)), 403, "SignatureDoesNotMatch");
    refused(&house, list_users().signed(&house.client("AKIAIOSFODNN7EXAMPLE", "x", None)), 403, "InvalidClientTokenId");
    let calls = root.call("bastide", "ListCalls", json!({"Verdict": "refused"})).unwrap();
    let calls = calls["Calls"].as_array().unwrap();
    assert_eq!(calls.len(), before + 3);
    let seen: Vec<_> =
        calls[..3].iter().map(|c| (c["Operation"].as_str().unwrap(), c["ErrorCode"].as_str().unwrap())).collect();
    assert_eq!(
        seen,
        [
            ("ListUsers", "InvalidClientTokenId"),
            ("CreateUser", "SignatureDoesNotMatch"),
            ("ListUsers", "MissingAuthenticationToken")
        ]
    );
    assert!(calls[..3].iter().all(|call| call["Verdict"] == "refused" && call["Principal"] == ""));
}

#[test]
fn strangers_leave_records_and_nothing_else() {
    let house = House::new();
    let state = house.state_hash();
    let count = records(&house).len();
    for number in 0..200 {
        let stranger = house.client(&format!("AKIA{number:016}"), "secret", None);
        let (request, body) = list_users().header("user-agent", &"x".repeat(30_000)).signed(&stranger);
        house.send(request, body);
    }
    assert_eq!(house.state_hash(), state);
    let after = records(&house);
    assert_eq!(after.len(), count + 200);
    assert!(after[0].body.len() < 4_000, "{} bytes for a stranger", after[0].body.len());
}

#[test]
fn the_record_holds_no_secret() {
    let house = House::new();
    let root = house.root();
    let mut secrets: Vec<String> = vec![root.secret().to_owned()];
    let all = r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#;
    let alice = house.user("alice", Some(all));
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]});
    root.call("iam", "CreateRole", json!({"RoleName": "ops", "AssumeRolePolicyDocument": trust.to_string()})).unwrap();
    let role = json!({"RoleArn": format!("arn:aws:iam::{ACCOUNT}:role/ops"), "RoleSessionName": "night"});
    let session = alice.of_session(&alice.call("sts", "AssumeRole", role).unwrap());
    let user_session = alice.of_session(&alice.call("sts", "GetSessionToken", json!({})).unwrap());
    for client in [&alice, &session, &user_session] {
        secrets.push(client.secret().to_owned());
        secrets.extend(client.session_token().map(str::to_owned));
    }
    let wrong = house.client(session.access_key_id(), "wrong", session.session_token());
    let mut send = |(request, body): (Request, Vec<u8>)| {
        let text = format!(
            "{}&{}",
            request.query,
            request.headers.get("authorization").map_or("", |value| value.to_str().unwrap())
        );
        let signatures = text
            .split(['&', ',', ' '])
            .filter_map(|part| part.strip_prefix("Signature=").or(part.strip_prefix("X-Amz-Signature=")));
        secrets.extend(signatures.filter(|signature| signature.len() > 8).map(str::to_owned));
        house.send(request, body);
    };
    for client in [&root, &alice, &session, &user_session, &wrong] {
        send(query("sts", WHO).signed(client));
        send(list_users().signed(client));
        send(call_json("GetStatus", "{").signed(client));
        send(rest("lambda", "GET", "/nowhere").signed(client));
        send(rest("s3", "GET", "/bucket/key").signed(client));
        send(rest("s3", "GET", "/bucket/key").presigned(client, 60));
        send(Raw { method: "GET", query: WHO.to_owned(), ..query("sts", "") }.presigned(client, 60));
        let (mut changed, body) = list_users().signed(client);
        changed.query = "X-Amz-Security-Token=token".to_owned();
        send((changed, body));
        // A signature where a name belongs, and credentials in places that get told back.
        let (mut torn, body) = list_users().signed(client);
        let text = torn.headers["authorization"].to_str().unwrap().replace("Signature=", "Signature:");
        torn.headers.insert("authorization", text.parse().unwrap());
        send((torn, body));
        let (mut unknown, body) = list_users().signed(client);
        let text = unknown.headers["authorization"].to_str().unwrap().replace("Credential=", "Secret=");
        unknown.headers.insert("authorization", text.parse().unwrap());
        send((unknown, body));
    }
    let codes = json!({"SerialNumber": format!("arn:aws:iam::{ACCOUNT}:mfa/a"), "TokenCode": "8x5309"});
    alice.call("sts", "GetSessionToken", codes).unwrap_err();
    secrets.push("8x5309".to_owned());
    assert!(secrets.len() > 30, "{}", secrets.len());

    let records = records(&house);
    let page: Vec<String> = records
        .iter()
        .map(|record| {
            format!("{} {} {} {}", record.principal, record.action, record.error, String::from_utf8_lossy(&record.body))
        })
        .collect();
    for secret in &secrets {
        let found = page.iter().find(|text| text.contains(secret.as_str()));
        assert!(found.is_none(), "{secret} stands in {}", found.unwrap());
    }
}
