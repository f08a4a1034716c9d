//! The protocol test vectors that botocore publishes (Smithy's, in its own form), in both directions.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod support;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bastide_codec::{
    Body, ErrorOut, Fields, Reply, RequestHead, Value, decode, decode_response, encode, encode_error, encode_request,
    fill_idempotency_token, find_in, plain,
};
use bastide_shape::{Operation, Protocol, Service};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value as Json;

/// What a client makes up where the caller leaves an idempotency token out.
const TOKEN: &str = "00000000-0000-4000-8000-000000000000";

type Outcome = std::result::Result<(), String>;
/// For the reader of models, which is shared with the tool that packs them.
type Result<T> = std::result::Result<T, Box<dyn std::error::Error + Send + Sync>>;

struct Case {
    /// `json.json/sends_requests_to_slash`.
    name: String,
    service: &'static Service,
    operation: &'static Operation,
    case: Json,
}

fn cases(folder: &str) -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(folder);
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    let mut cases = Vec::new();
    for file in files {
        let suites: Vec<Json> = serde_json::from_slice(&fs::read(&file).unwrap()).unwrap();
        for suite in suites {
            for case in suite["cases"].as_array().unwrap() {
                let service = support::service(&suite["metadata"], &suite["shapes"], &case["given"]);
                let operation = service.operation(case["given"]["name"].as_str().unwrap()).unwrap();
                let file = file.file_name().unwrap().to_str().unwrap();
                let name = format!("{file}/{}", case["id"].as_str().unwrap());
                cases.push(Case { name, service, operation, case: case.clone() });
            }
        }
    }
    cases
}

/// Cases that do not hold here, by the reason.
type Skips = &'static [(&'static str, &'static [&'static str])];

/// Runs a check over all cases. Exactly the skipped ones must fail.
fn run(folder: &str, skips: Skips, check: impl Fn(&Case) -> Outcome) {
    let cases = cases(folder);
    let skipped: BTreeSet<&str> = skips.iter().flat_map(|(_, names)| names.iter().copied()).collect();
    let known: BTreeSet<&str> = cases.iter().map(|case| case.name.as_str()).collect();
    let mut wrong: Vec<String> =
        skipped.difference(&known).map(|name| format!("{name} is skipped but does not exist")).collect();
    for case in &cases {
        match (check(case), skipped.contains(case.name.as_str())) {
            (Ok(()), false) | (Err(_), true) => {}
            (Ok(()), true) => wrong.push(format!("{} is skipped but passes", case.name)),
            (Err(why), false) => wrong.push(format!("{}: {why}", case.name)),
        }
    }
    assert!(wrong.is_empty(), "{} of {} cases:\n{}", wrong.len(), cases.len(), wrong.join("\n"));
}

fn headers(json: &Json) -> HeaderMap {
    let mut headers = HeaderMap::new();
    for (name, value) in json.as_object().into_iter().flatten() {
        let value = HeaderValue::from_bytes(value.as_str().unwrap().as_bytes()).unwrap();
        headers.insert(HeaderName::from_bytes(name.as_bytes()).unwrap(), value);
    }
    headers
}

fn params(case: &Case, json: &Json) -> Value {
    match case.operation.input.and_then(|root| case.service.structure(root.shape)) {
        None => Value::Structure(Fields::default()),
        Some(structure) => {
            let mut value = support::value(case.service, structure, json);
            fill_idempotency_token(case.service, case.operation, &mut value, TOKEN);
            value
        }
    }
}

fn pairs(query: &str) -> BTreeSet<String> {
    query
        .split('&')
        .filter(|part| !part.is_empty())
        .map(|part| part.trim_end_matches('=').replace("%20", "+"))
        .collect()
}

/// An element as nested text that does not depend on white space between elements or the order of attributes.
fn xml(document: &[u8]) -> String {
    use quick_xml::events::Event;
    let mut reader = quick_xml::Reader::from_reader(document);
    let mut out = String::new();
    let mut text = String::new();
    let mut leaf = false;
    loop {
        let event = reader.read_event().unwrap();
        let start = |start: &quick_xml::events::BytesStart<'_>, out: &mut String| {
            let mut attributes: Vec<String> = start
                .attributes()
                .map(|attribute| attribute.unwrap())
                .map(|a| format!("{}={}", String::from_utf8_lossy(a.key.as_ref()), String::from_utf8_lossy(&a.value)))
                .collect();
            attributes.sort();
            out.push_str(&format!("<{} {}>", String::from_utf8_lossy(start.name().as_ref()), attributes.join(" ")));
        };
        match event {
            Event::Start(element) => {
                start(&element, &mut out);
                text.clear();
                leaf = true;
            }
            Event::Empty(element) => {
                start(&element, &mut out);
                out.push_str("</>");
                leaf = false;
            }
            Event::End(_) => {
                if leaf {
                    out.push_str(&text);
                }
                out.push_str("</>");
                leaf = false;
            }
            Event::Text(part) => text.push_str(&String::from_utf8_lossy(&part)),
            Event::GeneralRef(part) => text.push_str(&format!("&{};", String::from_utf8_lossy(&part))),
            Event::Eof => return out,
            _ => {}
        }
    }
}

fn same<T: PartialEq + std::fmt::Debug>(what: &str, got: T, wanted: T) -> Outcome {
    if got == wanted { Ok(()) } else { Err(format!("{what}\n     got {got:?}\n  wanted {wanted:?}")) }
}

fn wanted_body(case: &Case, body: &Json) -> Vec<u8> {
    let text = body.as_str().unwrap_or_default();
    match case.service.protocols[0] {
        Protocol::Cbor => STANDARD.decode(text).unwrap(),
        _ => text.as_bytes().to_vec(),
    }
}

/// What the client side sends for the parameters.
fn sends(case: &Case) -> Outcome {
    let (service, operation) = (case.service, case.operation);
    let protocol = service.protocols[0];
    let wanted = &case.case["serialized"];
    let input = params(case, &case.case["params"]);
    let request = encode_request(service, protocol, operation, &input).map_err(|error| error.to_string())?;
    same("method", request.method, wanted["method"].as_str().unwrap())?;
    let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
    let uri = wanted["uri"].as_str().unwrap();
    let (wanted_path, wanted_query) = uri.split_once('?').unwrap_or((uri, ""));
    same("path", path, wanted_path)?;
    same("query", pairs(query), pairs(wanted_query))?;
    if let Some(host) = wanted["host"].as_str().filter(|_| operation.host_prefix.is_some()) {
        let prefix = request.host_prefix.unwrap_or_default();
        if !host.starts_with(&prefix) {
            return Err(format!("host prefix {prefix}, wanted {host}"));
        }
    }
    for (name, value) in headers(&wanted["headers"]) {
        let name = name.unwrap();
        let got = request.headers.get(&name).map(|got| String::from_utf8_lossy(got.as_bytes()).into_owned());
        let wanted = String::from_utf8_lossy(value.as_bytes()).into_owned();
        let plain = |text: &str| text.replace("; charset=utf-8", "").replace(", ", ",");
        same(name.as_str(), got.as_deref().map(plain), Some(plain(&wanted)))?;
    }
    for name in wanted["forbidHeaders"].as_array().into_iter().flatten() {
        same(name.as_str().unwrap(), request.headers.contains_key(name.as_str().unwrap()), false)?;
    }
    for name in wanted["requireHeaders"].as_array().into_iter().flatten() {
        // The length is the transport's.
        let name = name.as_str().unwrap();
        if !name.eq_ignore_ascii_case("content-length") && !request.headers.contains_key(name) {
            return Err(format!("the header {name} is missing"));
        }
    }
    if wanted["body"].is_null() {
        return Ok(());
    }
    let body = wanted_body(case, &wanted["body"]);
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    match (protocol, body.is_empty() || request.body.is_empty()) {
        (_, true) => same("body", text(&request.body), text(&body)),
        (Protocol::Query | Protocol::Ec2, _) => same("body", pairs(&text(&request.body)), pairs(&text(&body))),
        (Protocol::Json, _) => {
            let parse = |body: &[u8]| serde_json::from_slice::<Json>(body).unwrap();
            same("body", numbers(parse(&request.body)), numbers(parse(&body)))
        }
        // Both are decoded: ours here, theirs in `receives`.
        (Protocol::Cbor, _) => receive(case, &request.uri, &request.headers, &request.body),
        (Protocol::RestJson, _) => match (serde_json::from_slice(&request.body), serde_json::from_slice(&body)) {
            (Ok(got), Ok(wanted)) => same("body", numbers(got), numbers(wanted)),
            _ => same("body", text(&request.body), text(&body)),
        },
        (Protocol::RestXml, _) => {
            if body.trim_ascii_start().starts_with(b"<") {
                same("body", xml(&request.body), xml(&body))
            } else {
                same("body", text(&request.body), text(&body))
            }
        }
    }
}

/// `1` and `1.0` are one number.
fn numbers(json: Json) -> Json {
    match json {
        Json::Number(number) => number.as_f64().map_or(Json::Number(number), Json::from),
        Json::Array(items) => items.into_iter().map(numbers).collect(),
        Json::Object(object) => object.into_iter().map(|(key, json)| (key, numbers(json))).collect(),
        json => json,
    }
}

fn receive(case: &Case, uri: &str, headers: &HeaderMap, body: &[u8]) -> Outcome {
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let method = case.case["serialized"]["method"].as_str().unwrap();
    let head = RequestHead { method, path, query, headers };
    let found = find_in(case.service, &head);
    let route = found.route(&head, body, None).map_err(|error| format!("route: {error}"))?;
    same("operation", route.operation.name, case.operation.name)?;
    same("protocol", route.protocol, case.service.protocols[0])?;
    let got = decode(&route, &head, Body::Bytes(body)).map_err(|error| format!("decode: {error}"))?;
    same("input", plain::to_json(&got), plain::to_json(&params(case, &case.case["params"])))
}

/// What the server side understands of the request.
fn receives(case: &Case) -> Outcome {
    let wanted = &case.case["serialized"];
    let body = wanted_body(case, &wanted["body"]);
    receive(case, wanted["uri"].as_str().unwrap(), &headers(&wanted["headers"]), &body)
}

fn reply(case: &Case, status: u16, headers: &HeaderMap, body: &[u8]) -> std::result::Result<Reply, String> {
    decode_response(case.service, case.service.protocols[0], case.operation, status, headers, body)
        .map_err(|error| error.to_string())
}

fn check_reply(case: &Case, reply: &Reply) -> Outcome {
    let service = case.service;
    match reply {
        Reply::Output(got) => {
            if case.case.get("error").is_some() {
                return Err("an output, not an error".to_owned());
            }
            let structure = case.operation.output.and_then(|root| service.structure(root.shape));
            let wanted = structure.map_or(Value::Structure(Fields::default()), |structure| {
                support::value(service, structure, &case.case["result"])
            });
            same("output", numbers(plain::to_json(got)), numbers(plain::to_json(&wanted)))
        }
        Reply::Failure(failure) => {
            // A client of a service that left query goes by the old code.
            let code = failure.query_code.as_ref().unwrap_or(&failure.code);
            same("code", code.as_str(), case.case["errorCode"].as_str().unwrap_or_default())?;
            if let Some(message) = case.case["errorMessage"].as_str() {
                same("message", failure.message.as_str(), message)?;
            }
            let shape = service.shape(case.operation.errors[0]);
            let bastide_shape::Kind::Structure(structure) = &shape.kind else { panic!("an error is a structure") };
            let wanted = support::value(service, structure, &case.case["error"]);
            same("fields", plain::to_json(&Value::Structure(failure.fields.clone())), plain::to_json(&wanted))
        }
    }
}

/// What the client side understands of the answer.
fn understands(case: &Case) -> Outcome {
    let response = &case.case["response"];
    let status = response["status_code"].as_u64().unwrap() as u16;
    let got = reply(case, status, &headers(&response["headers"]), &wanted_body(case, &response["body"]))?;
    check_reply(case, &got)
}

/// What the server side answers is what the vector means.
fn answers(case: &Case) -> Outcome {
    let service = case.service;
    let protocol = service.protocols[0];
    let response = match case.case.get("error") {
        None => {
            let structure = case.operation.output.and_then(|root| service.structure(root.shape));
            let value = structure.map_or(Value::Structure(Fields::default()), |structure| {
                support::value(service, structure, &case.case["result"])
            });
            encode(service, protocol, case.operation, &value, "request-id").map_err(|error| error.to_string())?
        }
        Some(error) => {
            let shape = service.shape(case.operation.errors[0]);
            let bastide_shape::Kind::Structure(structure) = &shape.kind else { panic!("an error is a structure") };
            let Value::Structure(fields) = support::value(service, structure, error) else { panic!("a structure") };
            let code = case.case["errorCode"].as_str().unwrap();
            let message = case.case["errorMessage"].as_str().unwrap_or_default();
            let status = case.case["response"]["status_code"].as_u64().unwrap() as u16;
            encode_error(service, protocol, &ErrorOut { fields, ..ErrorOut::new(code, message, status) }, "request-id")
        }
    };
    let got = reply(case, response.status, &response.headers, &response.body)?;
    check_reply(case, &got)
}

const COMPRESSED: &[&str] = &[
    "ec2.json/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_ec2Query",
    "ec2.json/SDKAppliedContentEncoding_ec2Query",
    "json.json/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_1",
    "json.json/SDKAppliedContentEncoding_awsJson1_1",
    "json_1_0.json/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsJson1_0",
    "json_1_0.json/SDKAppliedContentEncoding_awsJson1_0",
    "query.json/SDKAppendsGzipAndIgnoresHttpProvidedEncoding_awsQuery",
    "query.json/SDKAppliedContentEncoding_awsQuery",
    "rest-json.json/SDKAppendedGzipAfterProvidedEncoding_restJson1",
    "rest-json.json/SDKAppliedContentEncoding_restJson1",
    "rest-xml.json/SDKAppendedGzipAfterProvidedEncoding_restXml",
    "rest-xml.json/SDKAppliedContentEncoding_restXml",
];

const EMPTY_BAGS: &str = "An empty list or map leaves nothing on the wire, and nothing is read as absent, never as \
                          empty: a service that cares cannot tell them apart in AWS either.";

const SENDS: Skips = &[
    ("Compression happens after encoding, by whoever sends; what is inflated is proven in `gzip.rs`.", COMPRESSED),
    (
        "An endpoint with a path is the sender's: it puts its path before the request's.",
        &[
            "ec2.json/Ec2QueryHostWithPath",
            "json.json/AwsJson11HostWithPath",
            "json_1_0.json/AwsJson10HostWithPath",
            "query.json/QueryHostWithPath",
            "rest-json.json/RestJsonHostWithPath",
        ],
    ),
    ("Body checksums are the sender's, after encoding.", &["rest-json.json/RestJsonHttpChecksumRequired"]),
    (
        "A header for an empty list: botocore leaves it out as we do.",
        &["rest-json.json/RestJsonNullAndEmptyHeaders", "rest-xml.json/NullAndEmptyHeaders"],
    ),
    (
        "The vector's model names the payload's root by the shape; in every real model, and in botocore, a member's own \
         locationName is the root's name.",
        &[
            "rest-xml.json/HttpPayloadWithXmlName",
            "rest-xml.json/HttpPayloadWithXmlNamespace",
            "rest-xml.json/HttpPayloadWithXmlNamespaceAndPrefix",
            "rest-xml.json/RestXmlHttpPayloadWithUnion",
            "rest-xml.json/XmlAttributesOnPayload",
        ],
    ),
    (
        "The vector wants a structure's xmlName for its own root only; botocore, and so our models, let a member without \
         a name take it over.",
        &["rest-xml.json/BodyWithXmlName"],
    ),
];

const RECEIVES: Skips = &[
    ("The vector has no body to read: it only wants the header.", COMPRESSED),
    (
        "The vector leaves out X-Amz-Target, without which nobody can tell the operation.",
        &[
            "json_1_0.json/AwsJson10EndpointTrait",
            "json_1_0.json/AwsJson10EndpointTraitWithHostLabel",
            "json_1_0.json/AwsJson10HostWithPath",
        ],
    ),
    ("An endpoint with a path: ours has none.", &["rest-json.json/RestJsonHostWithPath"]),
    (
        EMPTY_BAGS,
        &[
            "ec2.json/Ec2EmptyQueryLists",
            "query.json/QueryEmptyQueryMaps",
            "rest-json.json/RestJsonHttpPrefixHeadersAreNotPresent",
            "rest-json.json/RestJsonNullAndEmptyHeaders",
            "rest-json.json/RestJsonOmitsEmptyListQueryValues",
            "rest-xml.json/HttpPrefixHeadersAreNotPresent",
            "rest-xml.json/NullAndEmptyHeaders",
        ],
    ),
    (
        "The caller repeats in the map of all query parameters what other members say; we do not read it twice \
         (rest-xml's vectors agree with us).",
        &[
            "rest-json.json/RestJsonAllQueryStringTypes",
            "rest-json.json/RestJsonQueryStringEscaping",
            "rest-json.json/RestJsonSupportsInfinityFloatQueryValues",
            "rest-json.json/RestJsonSupportsNaNFloatQueryValues",
            "rest-json.json/RestJsonSupportsNegativeInfinityFloatQueryValues",
            "rest-json.json/RestJsonZeroAndFalseQueryValues",
        ],
    ),
    (
        "The map's entry loses against the member of the same name before it is sent.",
        &["rest-json.json/RestJsonQueryPrecedence", "rest-xml.json/RestXmlQueryPrecedence"],
    ),
    (
        "An unset payload is sent as an empty object; the server sees an empty payload.",
        &["rest-json.json/RestJsonHttpWithEmptyStructurePayload", "rest-json.json/RestJsonHttpWithHeadersButNoPayload"],
    ),
    ("As in SENDS: the structure's own xmlName.", &["rest-xml.json/BodyWithXmlName"]),
];

const UNDERSTANDS: Skips = &[
    (
        "The vector wants nulls dropped from a dense map; the models of botocore's form do not say which maps are dense, \
         so null is kept.",
        &[
            "rest-json.json/RestJsonDeserializesDenseSetMapAndSkipsNull",
            "smithy-rpc-v2-cbor.json/RpcV2CborDeserializesDenseSetMapAndSkipsNull",
        ],
    ),
    (EMPTY_BAGS, &["rest-xml.json/HttpPrefixHeadersAreNotPresent"]),
    ("As in SENDS: the structure's own xmlName.", &["rest-xml.json/BodyWithXmlName"]),
];

const ANSWERS: Skips = &[
    (EMPTY_BAGS, &["rest-xml.json/HttpPrefixHeadersAreNotPresent"]),
    ("A map of all headers also has those that every answer carries.", &["rest-json.json/HttpPrefixHeadersResponse"]),
];

#[test]
fn requests_are_encoded_as_the_vectors_want() {
    run("input", SENDS, sends);
}

#[test]
fn requests_of_the_vectors_are_decoded() {
    run("input", RECEIVES, receives);
}

#[test]
fn answers_of_the_vectors_are_decoded() {
    run("output", UNDERSTANDS, understands);
}

#[test]
fn answers_are_encoded_so_that_they_mean_what_the_vectors_say() {
    run("output", ANSWERS, answers);
}
