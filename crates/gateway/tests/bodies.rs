//! Bodies that are broken, hostile or too large, and requests for what there is not.

mod common;

use bastide_gateway::{Limits, Request, Response};
use bastide_testkit::{House, Plan};
use bytes::Bytes;
use common::{FORM, LIST_USERS, Raw, allowed, code, json, list_users, polyglot, query, records, refused, rest};
use flate2::{Compression, write::GzEncoder};
use http_body::{Body, Frame, SizeHint};
use std::convert::Infallible;
use std::io::Write;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll};

const MIB: usize = 1024 * 1024;

fn kms(body: impl Into<Vec<u8>>) -> Raw {
    rest("kms", "POST", "/")
        .header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", "TrentService.ListKeys")
        .body(body)
}

fn lambda(body: impl Into<Vec<u8>>) -> Raw {
    rest("lambda", "POST", "/2015-03-31/functions").header("content-type", "application/json").body(body)
}

fn s3(body: impl Into<Vec<u8>>) -> Raw {
    let raw = rest("s3", "PUT", "/bucket").header("content-type", "application/xml").body(body);
    Raw { query: "tagging".to_owned(), ..raw }
}

fn cloudwatch(body: impl Into<Vec<u8>>) -> Raw {
    let raw = rest("monitoring", "POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics");
    raw.header("smithy-protocol", "rpc-v2-cbor").header("content-type", "application/cbor").body(body)
}

#[test]
fn the_operations_of_these_tests_are_there() {
    let house = polyglot();
    let root = house.root();
    allowed(&house, kms("{}").signed(&root));
    allowed(&house, cloudwatch([0xa0]).signed(&root));
    let tags = "<Tagging><TagSet><Tag><Key>a</Key><Value>b</Value></Tag></TagSet></Tagging>";
    allowed(&house, s3(tags).signed(&root));
    let made = lambda(r#"{"FunctionName":"f","Role":"arn:aws:iam::111122223333:role/r","Code":{}}"#).signed(&root);
    assert_eq!(house.send(made.0, made.1).status, 201);
}

#[test]
fn broken_json_is_a_serialization_error() {
    let house = polyglot();
    let root = house.root();
    let deep = |open: &str, close: &str| format!("{}{}", open.repeat(100_000), close.repeat(100_000));
    let bodies: Vec<Vec<u8>> = vec![
        b"{".to_vec(),
        b"[]".to_vec(),
        b"null,".to_vec(),
        br#"{"Limit":"#.to_vec(),
        br#"{"Limit":"ten"}"#.to_vec(),
        br#"{"Limit":1e400}"#.to_vec(),
        br#"{"Limit":1}{"Limit":2}"#.to_vec(),
        b"{\"Marker\":\"\xff\xfe\"}".to_vec(),
        b"\x00\x01\x02".to_vec(),
        br#"{"Marker":"\ud800"}"#.to_vec(),
        deep("[", "]").into_bytes(),
        deep(r#"{"a":"#, "}").into_bytes(),
        format!(r#"{{"Unknown":{}}}"#, deep("[", "]")).into_bytes(),
    ];
    for body in [&b"{"[..], b"[]", br#"{"FunctionName":1}"#, br#"{"Code":"zip"}"#, b"{\"FunctionName\":\"\xff\"}"] {
        refused(&house, lambda(body).signed(&root), 400, "SerializationException");
    }
    for body in bodies {
        refused(&house, kms(body).signed(&root), 400, "SerializationException");
    }
}

#[test]
fn broken_xml_and_every_dtd_is_malformed() {
    let house = polyglot();
    let root = house.root();
    let laughs = r#"<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><Tagging><TagSet><Tag><Key>&b;</Key><Value/></Tag></TagSet></Tagging>"#;
    let outside = r#"<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]><Tagging><TagSet><Tag><Key>&e;</Key><Value>v</Value></Tag></TagSet></Tagging>"#;
    let bodies: Vec<Vec<u8>> = vec![
        b"<Tagging>".to_vec(),
        b"<Tagging></Other>".to_vec(),
        b"not xml".to_vec(),
        b"<Tagging><TagSet><Tag><Key>&undefined;</Key></Tag></TagSet></Tagging>".to_vec(),
        b"<Tagging><TagSet><Tag><Key>\xff</Key></Tag></TagSet></Tagging>".to_vec(),
        b"<!DOCTYPE Tagging><Tagging><TagSet/></Tagging>".to_vec(),
        laughs.as_bytes().to_vec(),
        outside.as_bytes().to_vec(),
        "<Tagging>".repeat(100_000).into_bytes(),
        format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000)).into_bytes(),
    ];
    for body in bodies {
        let response = refused(&house, s3(body).signed(&root), 400, "MalformedXML");
        assert!(!String::from_utf8_lossy(&response.body).contains("haha"));
    }
}

#[test]
fn broken_cbor_is_a_serialization_error() {
    let house = polyglot();
    let root = house.root();
    let bodies: Vec<Vec<u8>> = vec![
        vec![0xbf],                                                       // a map that never ends
        vec![0xa1, 0x69],                                                 // a text that never comes
        vec![0xa1, 0x61],                                                 // a text shorter than announced
        vec![0xbb, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],       // 2^64 entries announced
        vec![0x7b, 0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x61], // 2^63 bytes announced
        vec![0x80],                                                       // an array where a structure belongs
        vec![0xff],
        vec![0x81; 100_000], // arrays within arrays
        vec![0x9f; 100_000],
        [vec![0xa1, 0x63, b'F', b'o', b'o'], vec![0x81; 100_000]].concat(),
        vec![0xc1; 100_000],                                       // tags upon tags
        [&[0xa1, 0x69][..], b"Namespace", &[0x61, 0xff]].concat(), // no UTF-8
        vec![0xa0, 0xa0],                                          // more behind the end
    ];
    for body in bodies {
        let shown = body.iter().take(12).map(|byte| format!("{byte:02x}")).collect::<String>();
        let (request, body) = cloudwatch(body).signed(&root);
        let response = house.send(request, body);
        assert_eq!((response.status, code(&response).as_str()), (400, "SerializationException"), "{shown}");
        assert_eq!(records(&house)[0].verdict, "refused");
    }
}

#[test]
fn broken_forms_are_malformed() {
    let house = House::new();
    let root = house.root();
    let user = |rest: &str| format!("Action=CreateUser&Version=2010-05-08&UserName=a{rest}").into_bytes();
    let bodies: Vec<(Vec<u8>, &str)> = vec![
        (b"".to_vec(), "MissingAction"),
        (b"Version=2010-05-08".to_vec(), "MissingAction"),
        (b"{\"Action\":\"ListUsers\"}".to_vec(), "MissingAction"),
        (b"Action=%ff%fe&Version=2010-05-08".to_vec(), "MalformedInput"),
        (b"\xff\xfe=1".to_vec(), "MalformedInput"),
        (user("%ff"), "MalformedInput"),
        (user(&format!("&Tags.member.1{}=1", ".x".repeat(10_000))), "MalformedInput"),
        (user(&"&a=b".repeat(110_000)), "MalformedInput"),
        (b"Action=&Version=2010-05-08".to_vec(), "InvalidAction"),
        (b"Action=CreateUser&Version=1999-01-01&UserName=a".to_vec(), "InvalidAction"),
        (b"Action=ListUsers%00&Version=2010-05-08".to_vec(), "InvalidAction"),
        (b"Action=../ListUsers&Version=2010-05-08".to_vec(), "InvalidAction"),
        (b"Action=CreateUser&Version=2010-05-08".to_vec(), "ValidationError"),
    ];
    for (body, expected) in bodies {
        let raw = Raw { body, ..list_users() };
        refused(&house, raw.signed(&root), 400, expected);
    }
}

#[test]
fn what_there_is_not_is_refused_by_name_and_recorded() {
    let house = polyglot();
    let root = house.root();
    refused(&house, query("iam", "Action=MakeCoffee&Version=2010-05-08").signed(&root), 400, "InvalidAction");
    assert_eq!(records(&house)[0].action, "MakeCoffee");
    refused(&house, json("MakeCoffee", "{}").signed(&root), 400, "UnknownOperationException");
    refused(&house, rest("lambda", "GET", "/coffee").signed(&root), 404, "UnknownOperationException");
    assert_eq!(records(&house)[0].action, "GET /coffee");
    refused(&house, rest("lambda", "PATCH", "/2015-03-31/functions").signed(&root), 405, "UnknownOperationException");
    let mut cbor = cloudwatch([0xa0]);
    cbor.path = cbor.path.replace("ListMetrics", "MakeCoffee");
    refused(&house, cbor.signed(&root), 404, "UnknownOperationException");
    let unknown = query("coffee", "").signed(&root);
    let said = refused(&house, unknown, 501, "NotImplemented");
    let said = String::from_utf8_lossy(&said.body).into_owned();
    assert!(said.starts_with("<ErrorResponse><Error>") && said.contains("no model of the service coffee"), "{said}");
    assert_eq!((records(&house)[0].service.as_ref(), records(&house)[0].action.as_ref()), ("coffee", "POST /"));
    let mut nothing = rest("coffee", "GET", "/index.html");
    nothing.headers.clear();
    refused(&house, nothing.header("host", "localhost:4566").plain(), 404, "UnknownService");
}

#[test]
fn names_from_strangers_do_not_fill_the_record() {
    let house = House::new();
    let long = "x".repeat(MIB / 2);
    let by_nobody = query("iam", &format!("Action={long}&Version=2010-05-08")).plain();
    refused(&house, by_nobody, 400, "InvalidAction");
    let response = refused(
        &house,
        query("iam", &format!("Action={long}&Version={long}")).signed(&house.root()),
        400,
        "InvalidAction",
    );
    assert!(response.body.len() < 2_000, "{}", response.body.len());
    let stray = Raw { path: format!("/{long}"), ..rest("coffee", "GET", "") };
    refused(&house, stray.plain(), 404, "UnknownService");
    for record in records(&house).iter().take(3) {
        assert!(record.body.len() < 8_000 && record.action.len() < 2_000, "{}", record.body.len());
    }
}

#[test]
fn a_path_says_one_thing_to_everybody() {
    let house = polyglot();
    let root = house.root();
    let list = "/2015-03-31/functions";
    assert_eq!(house.send(rest("lambda", "GET", list).signed(&root).0, vec![]).status, 501, "the plain path is routed");
    for path in [
        "//2015-03-31/functions",
        "/2015-03-31//functions",
        "/./2015-03-31/functions",
        "/x/../2015-03-31/functions",
        "/2015-03-31/functions/.",
        "/2015-03-31/functions/x/..",
        "/..",
        "//",
    ] {
        // Signed for what it comes down to, and for what it is.
        let (mut request, body) = rest("lambda", "GET", list).signed(&root);
        request.path = path.to_owned();
        refused(&house, (request, body), 400, "InvalidRequest");
        refused(&house, rest("lambda", "GET", path).signed(&root), 400, "InvalidRequest");
    }
    // Escaped dots are a name's own, and stay within their segment.
    let (request, body) = rest("lambda", "GET", "/2015-03-31/functions/%2e%2e").signed(&root);
    house.send(request, body);
    assert_eq!(records(&house)[0].action, "GetFunction");
    for path in [
        "/2015-03-31/functions/..%2f..%2fetc",
        "/2015-03-31/functions/%00",
        "/2015-03-31/functions/%ff",
        "/%",
        "/2015-03-31/functions/%zz",
    ] {
        let (request, body) = rest("lambda", "GET", path).signed(&root);
        let response = house.send(request, body);
        assert!((400..500).contains(&response.status), "{path}: {} {}", response.status, code(&response));
        assert_eq!(records(&house)[0].verdict, "refused", "{path}");
    }
    // Query services have one path, whatever it says.
    allowed(&house, Raw { path: "//x/../".to_owned(), ..list_users() }.signed(&root));
}

fn gzip(body: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(body).unwrap();
    encoder.finish().unwrap()
}

#[test]
fn compressed_bodies_inflate_within_the_limit() {
    let house = House::new();
    let root = house.root();
    let packed = |body: Vec<u8>| list_users().header("content-encoding", "gzip").body(body);
    allowed(&house, packed(gzip(LIST_USERS.as_bytes())).signed(&root));
    let bomb = gzip(&vec![b'a'; 512 * MIB]);
    assert!(bomb.len() < MIB);
    refused(&house, packed(bomb.clone()).signed(&root), 413, "RequestEntityTooLarge");
    refused(&house, packed(bomb).plain(), 413, "RequestEntityTooLarge");
    refused(&house, packed(b"not gzip at all".to_vec()).signed(&root), 400, "InvalidRequest");
    let mut cut = gzip(LIST_USERS.as_bytes());
    cut.truncate(cut.len() - 6);
    refused(&house, packed(cut).signed(&root), 400, "InvalidRequest");
}

/// A body without end that counts what is taken of it.
struct Endless {
    taken: Arc<AtomicUsize>,
    announced: Option<u64>,
}

impl Body for Endless {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        const PIECE: &[u8] = &[b'a'; 64 * 1024];
        self.taken.fetch_add(PIECE.len(), Ordering::SeqCst);
        Poll::Ready(Some(Ok(Frame::data(Bytes::from_static(PIECE)))))
    }

    fn size_hint(&self) -> SizeHint {
        self.announced.map(SizeHint::with_exact).unwrap_or_default()
    }
}

fn endless(house: &House, (request, _): (Request, Vec<u8>), announced: Option<u64>) -> (Response, usize) {
    let taken = Arc::new(AtomicUsize::new(0));
    let body = Endless { taken: taken.clone(), announced };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let response = runtime.block_on(house.gateway().handle(request, body));
    (response, taken.load(Ordering::SeqCst))
}

#[test]
fn bodies_end_at_their_protocols_limit_and_not_in_memory() {
    let house = polyglot();
    let root = house.root();
    let cases = [
        (list_users(), 2 * MIB),
        (kms(""), 16 * MIB),
        (cloudwatch(""), 16 * MIB),
        (s3(""), 4 * MIB),
        (lambda(""), 72 * MIB),
    ];
    for (raw, limit) in cases {
        let (response, taken) = endless(&house, raw.clone().signed(&root), Some(limit as u64 + 1));
        assert_eq!((response.status, code(&response).as_str(), taken), (413, "RequestEntityTooLarge", 0), "announced");
        let (response, taken) = endless(&house, raw.signed(&root), None);
        assert_eq!((response.status, code(&response).as_str()), (413, "RequestEntityTooLarge"));
        assert!(taken <= limit + 64 * 1024, "{taken} bytes taken of a limit of {limit}");
        assert!(records(&house).iter().take(2).all(|record| record.verdict == "refused"));
    }
}

#[test]
fn nobodys_body_is_not_even_read_where_the_head_says_enough() {
    let house = polyglot();
    for raw in [kms(""), cloudwatch(""), s3(""), lambda("")] {
        let (response, taken) = endless(&house, raw.plain(), None);
        assert_eq!(taken, 0);
        assert!([400, 403].contains(&response.status), "{}", response.status);
    }
    // An object's bytes wait until its owner is known.
    let put = rest("s3", "PUT", "/bucket/key").header("x-amz-content-sha256", "UNSIGNED-PAYLOAD");
    let (response, taken) =
        endless(&house, put.signed_as(&house.client("AKIAIOSFODNN7EXAMPLE", "x", None), "UNSIGNED-PAYLOAD"), None);
    assert_eq!((response.status, taken), (403, 0));
}

#[test]
fn all_bodies_together_have_one_measure() {
    let limits = Limits { bodies_bytes_max: MIB, ..Limits::default() };
    let house = Plan { limits, ..Plan::default() }.build();
    let root = house.root();
    let pad = |bytes: usize| query("iam", &format!("{LIST_USERS}&Pad={}", "x".repeat(bytes)));
    for _ in 0..3 {
        refused(&house, pad(MIB).signed(&root), 503, "ServiceUnavailable");
        allowed(&house, pad(MIB / 2).signed(&root));
        allowed(&house, pad(MIB - 100).signed(&root));
    }
}

#[test]
fn ambiguous_framing_is_refused() {
    let house = House::new();
    let root = house.root();
    refused(&house, list_users().header("host", "sts.amazonaws.com").signed(&root), 400, "InvalidRequest");
    refused(
        &house,
        list_users().header("content-length", "1").header("content-length", "2").signed(&root),
        400,
        "InvalidRequest",
    );
    let twice = list_users().header("content-type", FORM).header("x-amz-date", "20270115T080000Z");
    let (mut request, body) = twice.signed(&root);
    request.headers.append("x-amz-date", "20270115T090000Z".parse().unwrap());
    let response = house.send(request, body);
    assert!([400, 403].contains(&response.status), "{}", response.status);
}

#[test]
fn a_defect_in_an_operation_costs_only_its_call() {
    let house = polyglot();
    let root = house.root();
    let panics = || rest("lambda", "GET", "/2015-03-31/functions/f").signed(&root);
    refused(&house, panics(), 500, "InternalFailure");
    let record = records(&house).swap_remove(0);
    assert_eq!(
        (record.service.as_ref(), record.action.as_ref(), record.error.as_ref()),
        ("lambda", "GetFunction", "InternalFailure")
    );
    allowed(&house, list_users().signed(&root));
    root.call("iam", "CreateUser", serde_json::json!({"UserName": "after"})).unwrap();
}

#[test]
fn a_million_violations_are_told_in_a_few_words() {
    let house = polyglot();
    let root = house.root();
    let role = r#""Role":"arn:aws:iam::111122223333:role/r","Code":{}"#;
    let empty = "{},".repeat(200_000);
    let body = format!(r#"{{"FunctionName":"f",{role},"FileSystemConfigs":[{empty}{{}}]}}"#);
    let response = refused(&house, lambda(body).signed(&root), 400, "ValidationException");
    assert!(response.body.len() < 10_000, "{}", response.body.len());
    let long = format!("Action=CreateUser&Version=2010-05-08&UserName={}", "a".repeat(MIB));
    let response = refused(&house, query("iam", &long).signed(&root), 400, "ValidationError");
    assert!(response.body.len() < 10_000, "{}", response.body.len());
    assert!(records(&house).iter().take(2).all(|record| record.body.len() < 20_000));
}
