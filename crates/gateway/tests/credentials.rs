//! Whoever cannot prove who they are is refused as AWS refuses them, in every protocol, and it is recorded.

mod common;

use bastide_testkit::{Client, House, WALL};
use common::{LIST_USERS, Raw, WHO, allowed, code, json, list_users, query, records, refused, rest};
use serde_json::json as value;

const MINUTE: i64 = 60;

/// One request for each way AWS words its refusals: query, JSON, REST, S3.
fn dialects() -> [Raw; 4] {
    [list_users(), json("GetStatus", "{}"), rest("lambda", "GET", "/2015-03-31/functions"), rest("s3", "GET", "/")]
}

#[track_caller]
fn each(house: &House, sign: impl Fn(Raw) -> (bastide_gateway::Request, Vec<u8>), expected: [(u16, &str); 4]) {
    for (raw, (status, code)) in dialects().into_iter().zip(expected) {
        refused(house, sign(raw), status, code);
    }
}

#[test]
fn a_wrong_secret_makes_no_signature() {
    let house = House::new();
    let root = house.root();
    let thief = house.client(root.access_key_id(), "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None);
    let expected = [
        (403, "SignatureDoesNotMatch"),
        (400, "InvalidSignatureException"),
        (403, "InvalidSignatureException"),
        (403, "SignatureDoesNotMatch"),
    ];
    each(&house, |raw| raw.signed(&thief), expected);
    assert_eq!(records(&house)[3].action, "ListUsers", "the record names what was tried");
    assert!(records(&house).iter().take(4).all(|record| record.principal.is_empty()), "nobody was recognised");
}

#[test]
fn unknown_keys_are_told_apart_from_wrong_secrets() {
    let house = House::new();
    let nobody = house.client("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", None);
    let expected = [
        (403, "InvalidClientTokenId"),
        (400, "UnrecognizedClientException"),
        (403, "UnrecognizedClientException"),
        (403, "InvalidAccessKeyId"),
    ];
    each(&house, |raw| raw.signed(&nobody), expected);
    for magic in ["test", "mock", "", "AKIAIOSFODNN7EXAMPLE"] {
        let guess = house.client(magic, "test", None);
        let response = refused_somehow(&house, list_users().signed(&guess));
        assert!(["InvalidClientTokenId", "IncompleteSignature"].contains(&code(&response).as_str()), "{magic:?}");
    }
}

#[track_caller]
fn refused_somehow(house: &House, (request, body): (bastide_gateway::Request, Vec<u8>)) -> bastide_gateway::Response {
    let response = house.send(request.clone(), body.clone());
    assert!((400..500).contains(&response.status), "{}", response.status);
    refused(house, (request, body), response.status, &code(&response))
}

#[test]
fn nobody_at_all_is_missing_a_token() {
    let house = House::new();
    let expected = [
        (403, "MissingAuthenticationToken"),
        (400, "MissingAuthenticationTokenException"),
        (403, "MissingAuthenticationTokenException"),
        (403, "AccessDenied"),
    ];
    each(&house, Raw::plain, expected);
    let bearer = |raw: Raw| raw.header("authorization", "Bearer let-me-in").plain();
    refused(&house, bearer(list_users()), 403, "MissingAuthenticationToken");
    // A form that only its body tells apart, as clients send it to an endpoint on this machine.
    let mut local = list_users();
    local.headers.retain(|(name, _)| name != "host");
    refused(&house, local.header("host", "127.0.0.1:4566").plain(), 403, "MissingAuthenticationToken");
}

#[test]
fn keys_that_are_inactive_or_gone_are_no_keys() {
    let house = House::new();
    let root = house.root();
    let alice = house
        .user("alice", Some(r#"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#));
    allowed(&house, list_users().signed(&alice));
    let mut key = value!({"UserName": "alice", "AccessKeyId": alice.access_key_id(), "Status": "Inactive"});
    root.call("iam", "UpdateAccessKey", key.clone()).unwrap();
    refused(&house, list_users().signed(&alice), 403, "InvalidClientTokenId");
    key["Status"] = value!("Active");
    root.call("iam", "UpdateAccessKey", key).unwrap();
    allowed(&house, list_users().signed(&alice));
    root.call("iam", "DeleteAccessKey", value!({"UserName": "alice", "AccessKeyId": alice.access_key_id()})).unwrap();
    refused(&house, list_users().signed(&alice), 403, "InvalidClientTokenId");
}

#[test]
fn a_signature_lives_a_quarter_of_an_hour() {
    let house = House::new();
    let root = house.root();
    let now = WALL.secs();
    for at in [now - 15 * MINUTE, now + 15 * MINUTE] {
        allowed(&house, list_users().at(at).signed(&root));
    }
    for at in [now - 16 * MINUTE, now + 16 * MINUTE, 0, 253_402_300_799] {
        refused(&house, list_users().at(at).signed(&root), 403, "SignatureDoesNotMatch");
    }
    let late = refused(&house, rest("s3", "GET", "/").at(now - 16 * MINUTE).signed(&root), 403, "RequestTimeTooSkewed");
    assert!(String::from_utf8_lossy(&late.body).starts_with("<?xml"), "S3 words its errors its own way");
}

#[test]
fn advancing_the_clock_ages_what_was_signed_before_it() {
    let house = House::new();
    let root = house.root();
    // The test's wall stands still: "before" is the second before the move.
    let before = WALL.secs() - 1;
    let url = || query("sts", "").at(before);
    let presigned =
        |raw: Raw, client: &Client| Raw { method: "GET", query: WHO.to_owned(), ..raw }.presigned(client, 900);
    allowed(&house, presigned(url(), &root));
    house.advance(3_600);
    refused(&house, presigned(url(), &root), 403, "SignatureDoesNotMatch");
    refused(&house, list_users().at(before).signed(&root), 403, "SignatureDoesNotMatch");
    allowed(&house, presigned(url().at(WALL.secs()), &root));
    allowed(&house, list_users().signed(&root));
}

#[test]
fn presigned_requests_die_when_they_say() {
    let house = House::new();
    let root = house.root();
    let url = |ago: i64, expires: i64| rest("s3", "GET", "/").at(WALL.secs() - ago).presigned(&root, expires);
    let (request, body) = url(59, 60);
    assert_eq!(house.send(request, body).status, 501, "the signature holds; the operation is not there yet");
    refused(&house, url(61, 60), 403, "AccessDenied");
    refused(&house, url(0, 604_801), 400, "AuthorizationQueryParametersError");
    refused(&house, url(0, 0), 400, "AuthorizationQueryParametersError");
}

#[test]
fn one_request_makes_one_claim() {
    let house = House::new();
    let root = house.root();
    let (mut request, body) = list_users().signed(&root);
    let authorization = request.headers["authorization"].clone();
    request.headers.append("authorization", authorization);
    refused(&house, (request, body), 403, "SignatureDoesNotMatch");

    let (presigned, _) = Raw { method: "GET", query: WHO.to_owned(), ..query("sts", "") }.presigned(&root, 60);
    let (mut both, body) = query("sts", WHO).signed(&root);
    both.query = presigned.query;
    refused(&house, (both, body), 403, "SignatureDoesNotMatch");

    let (mut twice, body) = Raw { method: "GET", query: WHO.to_owned(), ..query("sts", "") }.presigned(&root, 60);
    twice.query.push_str("&X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20270115%2Fus-east-1%2Fsts%2Faws4_request");
    refused(&house, (twice, body), 400, "IncompleteSignature");
}

#[test]
fn what_was_signed_is_what_arrives() {
    let house = House::new();
    let root = house.root();
    let create = "Action=CreateUser&Version=2010-05-08&UserName=eve";
    type Change = fn(&mut bastide_gateway::Request, &mut Vec<u8>);
    let changes: [(&str, Change); 7] = [
        ("the body", |_, body| *body = b"Action=CreateUser&Version=2010-05-08&UserName=mallory".to_vec()),
        ("a longer body", |_, body| body.extend_from_slice(b"&Path=/x/")),
        ("no body", |_, body| body.clear()),
        ("the method", |request, _| request.method = "PUT".to_owned()),
        ("the query", |request, _| request.query = "Action=DeleteUser".to_owned()),
        ("the path", |request, _| request.path = "/x".to_owned()),
        ("the host", |request, _| {
            request.headers.insert("host", "iam.us-gov.amazonaws.com".parse().unwrap());
        }),
    ];
    for (what, change) in changes {
        let (mut request, mut body) = query("iam", create).signed(&root);
        change(&mut request, &mut body);
        let response = refused(&house, (request, body), 403, "SignatureDoesNotMatch");
        assert!(String::from_utf8_lossy(&response.body).contains("does not match the signature"), "{what}");
    }
    let unsigned_word = query("iam", create).header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    refused(&house, unsigned_word.signed_as(&root, "UNSIGNED-PAYLOAD"), 403, "SignatureDoesNotMatch");
}

#[test]
fn every_amz_header_is_signed() {
    let house = House::new();
    let root = house.root();
    let (mut request, body) = list_users().signed(&root);
    request.headers.insert("x-amz-meta-more", "1".parse().unwrap());
    let response = refused(&house, (request, body), 403, "SignatureDoesNotMatch");
    assert!(
        String::from_utf8_lossy(&response.body).contains("must be a &apos;SignedHeader&apos;")
            || String::from_utf8_lossy(&response.body).contains("must be a 'SignedHeader'")
    );
    let (mut request, body) = json("GetStatus", "{}").signed(&root);
    request.headers.insert("x-amz-target", "Bastide_20261124.ResetState".parse().unwrap());
    refused(&house, (request, body), 400, "InvalidSignatureException");
}

#[test]
fn a_signature_for_one_service_opens_no_other() {
    let house = House::new();
    let root = house.root();
    // The scope decides where a request goes; what it says otherwise about itself does not.
    let mut raw = list_users();
    raw.service = "sts";
    refused(&house, raw.signed(&root), 400, "InvalidAction");
    // A scope of no service at all, to the host of one: neither a signature nor a way around the body's hash.
    for scope in ["bogus", "s3-object-lambda", "s3-outposts"] {
        let mut raw = list_users();
        raw.service = scope;
        let (request, body) = raw.clone().signed(&root);
        let response = house.send(request, body);
        assert_eq!(code(&response), "SignatureDoesNotMatch", "{scope}");
        raw = raw.header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
        let (request, _) = raw.signed_as(&root, "UNSIGNED-PAYLOAD");
        let swapped = b"Action=CreateUser&Version=2010-05-08&UserName=mallory".to_vec();
        refused(&house, (request, swapped), 403, "SignatureDoesNotMatch");
    }
}

#[test]
fn a_scope_names_a_region_and_the_day() {
    let house = House::new();
    let root = house.root();
    let raw = Raw { region: "moon-north-1", ..list_users() };
    refused(&house, raw.signed(&root), 403, "SignatureDoesNotMatch");
    let raw = Raw { region: "moon-north-1", ..rest("s3", "GET", "/") };
    refused(&house, raw.signed(&root), 400, "AuthorizationHeaderMalformed");
    let (mut request, body) = list_users().signed(&root);
    let text = request.headers["authorization"].to_str().unwrap().replace("/20270115/", "/20270114/");
    assert!(text.contains("/20270114/"), "{text}");
    request.headers.insert("authorization", text.parse().unwrap());
    refused(&house, (request, body), 403, "SignatureDoesNotMatch");
}

#[test]
fn broken_claims_are_named_and_not_echoed_at_length() {
    let house = House::new();
    for header in [
        "AWS4-HMAC-SHA256",
        "AWS4-HMAC-SHA256 Credential",
        "AWS4-HMAC-SHA256 Credential=a/b, Signature=, SignedHeaders=host",
    ] {
        refused(
            &house,
            list_users().header("authorization", header).header("x-amz-date", "20270115T080000Z").plain(),
            400,
            "IncompleteSignature",
        );
    }
    let long = format!("AWS4-HMAC-SHA256 {}", "x".repeat(50_000));
    let response = refused(&house, list_users().header("authorization", &long).plain(), 400, "IncompleteSignature");
    assert!(response.body.len() < 2_000, "{} bytes", response.body.len());
    assert!(records(&house)[0].body.len() < 4_000, "{} bytes", records(&house)[0].body.len());
}

#[test]
fn version_two_is_for_s3_alone() {
    let house = House::new();
    let root = house.root();
    let v2 = format!("AWSAccessKeyId={}&Expires=1800000600&Signature=c2lnbmF0dXJl", root.access_key_id());
    refused(&house, Raw { query: v2.clone(), ..rest("s3", "GET", "/") }.plain(), 403, "SignatureDoesNotMatch");
    // The host of another service does not make it one of theirs.
    let iam = Raw { method: "GET", query: format!("{LIST_USERS}&{v2}"), ..list_users() };
    let response = house.send(iam.clone().plain().0, Vec::new());
    assert_eq!((response.status, records(&house)[0].verdict.as_ref()), (403, "refused"));
    assert!(!String::from_utf8_lossy(&response.body).contains("<Users>"));
    for expires in ["9223372036854775807", "-9223372036854775808", "soon", "1799999999"] {
        let query = format!("AWSAccessKeyId={}&Expires={expires}&Signature=c2ln", root.access_key_id());
        refused_somehow(&house, Raw { query, ..rest("s3", "GET", "/") }.plain());
    }
    let header = format!("AWS {}:c2lnbmF0dXJl", root.access_key_id());
    refused(&house, list_users().header("authorization", &header).plain(), 403, "MissingAuthenticationToken");
}
