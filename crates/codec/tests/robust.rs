//! No bytes make a decoder panic: arbitrary ones, and valid requests with a few bytes changed.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/sample.rs"]
mod sample;

use bastide_codec::eventstream::Message;
use bastide_codec::{Body, Fields, RequestHead, Value, decode, decode_response, encode_request, find, gzip, validate};
use bastide_shape::{Operation, Protocol, Service};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::prelude::*;

/// Services that between them speak every protocol and bind members to everything.
const SERVICES: [&str; 8] = ["iam", "ec2", "kms", "lambda", "s3", "cloudwatch", "sqs", "route53"];

fn pick(service: usize, operation: usize) -> (&'static Service, Protocol, &'static Operation) {
    let service = bastide_shape::service(SERVICES[service % SERVICES.len()]).unwrap();
    let protocol = service.protocols[operation % service.protocols.len()];
    (service, protocol, &service.operations[operation % service.operations.len()])
}

/// Runs a request as a server would, whatever comes of it.
fn serve(service: &'static Service, method: &str, uri: &str, headers: &HeaderMap, body: &[u8]) {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let head = RequestHead { method, path, query, headers };
    for signing_name in [Some(service.signing_name), None] {
        let Ok(found) = find(&head, signing_name, None) else { continue };
        match found.route(&head, body, None) {
            Ok(route) => {
                let _ = decode(&route, &head, Body::Streaming);
                if let Ok(value) = decode(&route, &head, Body::Bytes(body))
                    && let Some(root) = route.operation.input
                {
                    let _ = validate(route.service, root.shape, &value);
                }
            }
            Err(error) => assert!(!error.to_error().code.is_empty()),
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2048, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn arbitrary_bodies(service in 0usize..8, operation: usize, body: Vec<u8>, text in "\\PC*", target in "[/?&=%{}a-z0-9.]{0,40}") {
        let (service, protocol, operation) = pick(service, operation);
        let mut headers = HeaderMap::new();
        headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
        for body in [body.as_slice(), text.as_bytes()] {
            serve(service, operation.method, &format!("/{target}"), &headers, body);
            for status in [200, 400] {
                let _ = decode_response(service, protocol, operation, status, &headers, body);
            }
            let _ = Message::decode(body);
            let _ = gzip::inflate(body, 1 << 16);
        }
    }

    #[test]
    fn mutated_requests(
        service in 0usize..8,
        operation: usize,
        changes in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 0..8),
        cut in proptest::option::of(any::<prop::sample::Index>()),
    ) {
        let (service, protocol, operation) = pick(service, operation);
        let Ok(request) = encode_request(service, protocol, operation, &sample::structure(service, operation.input)) else { return Ok(()) };
        let mut body = request.body.clone();
        for (at, byte) in changes {
            if !body.is_empty() {
                let at = at.index(body.len());
                body[at] = byte;
            }
        }
        if let Some(cut) = cut {
            body.truncate(cut.index(body.len() + 1));
        }
        serve(service, request.method, &request.uri, &request.headers, &body);
        let _ = decode_response(service, protocol, operation, 200, &request.headers, &body);
        let _ = decode_response(service, protocol, operation, 500, &request.headers, &body);
    }

    #[test]
    fn arbitrary_headers(operation: usize, name in "[a-z-]{1,12}", value: Vec<u8>) {
        let (service, _, operation) = pick(4, operation);
        let Ok(request) = encode_request(service, Protocol::RestXml, operation, &sample::structure(service, operation.input)) else { return Ok(()) };
        let mut headers = request.headers.clone();
        let names: Vec<HeaderName> = headers.keys().cloned().chain(HeaderName::from_bytes(name.as_bytes())).collect();
        if let Ok(value) = HeaderValue::from_bytes(&value) {
            for name in names {
                headers.insert(name.clone(), value.clone());
                headers.append(name, value.clone());
            }
        }
        serve(service, request.method, &request.uri, &headers, &request.body);
    }
}

fn nested(open: &str, close: &str, depth: usize) -> Vec<u8> {
    format!("{}{}", open.repeat(depth), close.repeat(depth)).into_bytes()
}

/// What is made to hurt is refused, and quickly: depth, entities, claimed lengths.
#[test]
fn hostile_bodies_are_refused() {
    let refuse = |service: &str, name: &str, protocol: Protocol, headers: &HeaderMap, body: &[u8]| {
        let service = bastide_shape::service(service).unwrap();
        let operation = service.operation(name).unwrap();
        let route = bastide_codec::Route { service, protocol, operation, labels: vec![("Bucket", "b".to_owned())] };
        let head = RequestHead { method: operation.method, path: "/", query: "", headers };
        let error = decode(&route, &head, Body::Bytes(body)).expect_err(name).to_error(protocol);
        (error.code, error.status)
    };
    let none = HeaderMap::new();
    let xml = |body: &[u8]| refuse("s3", "PutBucketTagging", Protocol::RestXml, &none, body);
    let malformed = ("MalformedXML".to_owned(), 400);
    assert_eq!(xml(&nested("<a>", "</a>", 100_000)), malformed);
    assert_eq!(xml(b"<!DOCTYPE a [<!ENTITY b \"c\">]><Tagging>&b;</Tagging>"), malformed);
    assert_eq!(xml(b"<Tagging>&b;</Tagging>"), malformed);
    assert_eq!(xml(b"<Tagging><TagSet></Tagging>"), malformed);
    assert_eq!(xml(b"<Tagging/><Tagging/>"), malformed);
    assert_eq!(xml(b"<Tagging"), malformed);

    let serialization = ("SerializationException".to_owned(), 400);
    let json = |body: &[u8]| refuse("dynamodb", "PutItem", Protocol::Json, &none, body);
    assert_eq!(json(&nested("{\"Item\":", "}", 100_000)), serialization);
    assert_eq!(json(b"{\"TableName\": 5}"), serialization);
    assert_eq!(json(b"[]"), serialization);
    assert_eq!(json(b"{\"TableName\": \"a\""), serialization);

    let cbor = |body: &[u8]| refuse("cloudwatch", "PutMetricData", Protocol::Cbor, &none, body);
    assert_eq!(cbor(&[0x9f; 100_000]), serialization);
    assert_eq!(cbor(&[&[0xa1, 0x61, b'x'][..], &[0x81; 100_000]].concat()), serialization);
    // Claims of 2^63 bytes, elements and pairs that never come.
    for major in [0x5b, 0x7b, 0x9b, 0xbb] {
        let claim = [&[0xa1, 0x61, b'x', major][..], &[0x7f], &[0xff; 7]].concat();
        assert_eq!(cbor(&claim), serialization);
    }

    let deep = format!("Action=CreateUser&{}=1", "a.".repeat(200));
    let form = refuse("iam", "CreateUser", Protocol::Query, &none, deep.as_bytes());
    assert_eq!(form, ("MalformedInput".to_owned(), 400));
    let many = "a=1&".repeat(200_000);
    let form = refuse("iam", "CreateUser", Protocol::Query, &none, many.as_bytes());
    assert_eq!(form, ("MalformedInput".to_owned(), 400));
}

/// The words of a wrong type, as AWS's JSON front has them.
#[test]
fn a_wrong_type_is_named() {
    let service = bastide_shape::service("kms").unwrap();
    let head_headers = HeaderMap::new();
    let head = RequestHead { method: "POST", path: "/", query: "", headers: &head_headers };
    for (operation, body, wanted) in [
        ("GenerateRandom", r#"{"NumberOfBytes": "many"}"#, "STRING_VALUE can not be converted to an Integer"),
        ("DescribeKey", r#"{"KeyId": 5}"#, "NUMBER_VALUE can not be converted to a String"),
        ("DescribeKey", r#"{"KeyId": true}"#, "TRUE_VALUE can not be converted to a String"),
        ("DescribeKey", r#"{"KeyId": []}"#, "Start of list found where not expected"),
        ("DescribeKey", r#"{"KeyId": {}}"#, "Start of structure or map found where not expected."),
        ("CreateKey", r#"{"Tags": "a"}"#, "Expected list or null"),
    ] {
        let operation = service.operation(operation).unwrap();
        let route = bastide_codec::Route { service, protocol: Protocol::Json, operation, labels: Vec::new() };
        let error = decode(&route, &head, Body::Bytes(body.as_bytes())).unwrap_err();
        assert_eq!(error.message, wanted);
    }
    let unknown = br#"{"KeyId": "k", "Nobody": {"knows": [1, 2]}, "GrantTokens": null}"#;
    let operation = service.operation("DescribeKey").unwrap();
    let route = bastide_codec::Route { service, protocol: Protocol::Json, operation, labels: Vec::new() };
    let value = decode(&route, &head, Body::Bytes(unknown)).unwrap();
    assert_eq!(value, Value::Structure(Fields(vec![("KeyId", Value::String("k".to_owned()))])));
}
