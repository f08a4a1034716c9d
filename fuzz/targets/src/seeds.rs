//! The corpus's beginning: well-formed inputs of every target, made from the models and our own signer, so that a mutation
//! starts where decoding goes deep. `cargo run --package bastide-fuzz-targets -- --write-seeds` makes them again.

use bastide_base::Timestamp;
use bastide_codec::eventstream::{HeaderValue, Message};
use bastide_codec::{Fields, Value, encode, encode_request};
use bastide_shape::{Kind, Location, Operation, Protocol, Root, Service, ShapeId};
use bastide_sigv4::{Credentials, Head, Signer};
use std::io::Write;

use crate::signature::{AT, CHUNKED, KEY_ID, SECRET, chunked_head, hash};

/// A target's name, and its seeds by file name.
pub type Seeds = Vec<(&'static str, Vec<(String, Vec<u8>)>)>;

/// The name of a target, its protocol, and operations by service.
type Calls = (&'static str, Protocol, &'static [(&'static str, &'static str)]);

/// Operations with something of everything: nested structures, lists, maps, blobs, labels, headers.
const OPERATIONS: &[Calls] = &[
    (
        "query",
        Protocol::Query,
        &[("iam", "CreateRole"), ("sts", "AssumeRole"), ("sns", "Publish"), ("cloudwatch", "PutMetricData")],
    ),
    (
        "ec2",
        Protocol::Ec2,
        &[("ec2", "RunInstances"), ("ec2", "DescribeInstances"), ("ec2", "AuthorizeSecurityGroupIngress")],
    ),
    (
        "json",
        Protocol::Json,
        &[("kms", "CreateKey"), ("dynamodb", "PutItem"), ("sqs", "SendMessage"), ("logs", "PutLogEvents")],
    ),
    (
        "rest_json",
        Protocol::RestJson,
        &[("lambda", "CreateFunction"), ("apigateway", "UpdateStage"), ("guardduty", "CreateFilter")],
    ),
    (
        "rest_xml",
        Protocol::RestXml,
        &[("s3", "PutBucketLifecycleConfiguration"), ("s3", "DeleteObjects"), ("route53", "ChangeResourceRecordSets")],
    ),
    ("cbor", Protocol::Cbor, &[("cloudwatch", "PutMetricData"), ("cloudwatch", "GetMetricData")]),
];

pub fn all() -> Seeds {
    let mut seeds: Seeds =
        OPERATIONS.iter().map(|(target, protocol, operations)| (*target, requests(*protocol, operations))).collect();
    seeds.push((
        "reply",
        OPERATIONS.iter().flat_map(|(_, protocol, operations)| replies(*protocol, operations)).collect(),
    ));
    seeds.push(("event_stream", event_streams()));
    seeds.push(("gzip", gzip()));
    seeds.push(("signature", signatures()));
    seeds.push(("chunks", chunked()));
    seeds.push(("post_form", post_forms()));
    seeds.push(("policy", policies()));
    seeds
}

fn known(service: &str, operation: &str) -> (&'static Service, &'static Operation) {
    let service = bastide_shape::service(service).expect("a service of the models");
    (service, service.operation(operation).expect("an operation of the model"))
}

fn requests(protocol: Protocol, operations: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (service, operation) in operations {
        let (service, operation) = known(service, operation);
        let input = sample_root(service, operation.input);
        let Ok(request) = encode_request(service, protocol, operation, &input) else { continue };
        let first = format!("{} {} {}", service.signing_name, request.method, request.uri);
        let headers = request.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        seeds.push((format!("{}-{}", service.name, operation.name), message(&first, headers, &request.body)));
    }
    seeds
}

fn replies(protocol: Protocol, operations: &[(&str, &str)]) -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (service, operation) in operations {
        let (service, operation) = known(service, operation);
        let output = sample_root(service, operation.output);
        let Ok(response) = encode(service, protocol, operation, &output, "request") else { continue };
        let first = format!("{} {} {}", service.name, operation.name, response.status);
        let headers = response.headers.iter().map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default()));
        seeds.push((
            format!("{protocol:?}-{}-{}", service.name, operation.name),
            message(&first, headers, &response.body),
        ));
    }
    seeds
}

fn message<'a>(first: &str, headers: impl Iterator<Item = (&'a str, &'a str)>, body: &[u8]) -> Vec<u8> {
    let mut text = format!("{first}\n");
    for (name, value) in headers {
        text.push_str(&format!("{name}: {value}\n"));
    }
    let mut bytes = text.into_bytes();
    bytes.push(b'\n');
    bytes.extend_from_slice(body);
    bytes
}

fn sample_root(service: &Service, root: Option<Root>) -> Value {
    root.map_or(Value::Structure(Fields::default()), |root| sample(service, root.shape, 0))
}

/// A value of the shape with every member set, to a depth that no recursive shape survives.
fn sample(service: &Service, shape: ShapeId, depth: usize) -> Value {
    let deeper = |shape| sample(service, shape, depth + 1);
    match &service.shape(shape).kind {
        Kind::Structure(structure) => {
            let mut members: Vec<_> = structure.members.iter().filter(|member| member.required || depth < 4).collect();
            if structure.union {
                members.truncate(1);
            }
            let set = members.into_iter().map(|member| match member.location {
                Location::Uri => (member.name, Value::String("label".to_owned())),
                _ if member.streaming => (member.name, Value::Stream),
                _ => (member.name, deeper(member.shape)),
            });
            Value::Structure(Fields(set.collect()))
        }
        Kind::List(_) if depth > 6 => Value::List(Vec::new()),
        Kind::Map(_) if depth > 6 => Value::Map(Vec::new()),
        Kind::List(list) => Value::List(vec![deeper(list.element.shape)]),
        Kind::Map(map) => Value::Map(vec![("key".to_owned(), deeper(map.value.shape))]),
        Kind::String(string) => Value::String(string.values.first().copied().unwrap_or("t\u{e9}xt <&").to_owned()),
        Kind::Blob { .. } => Value::Blob(b"\x00blob\xff".to_vec()),
        Kind::Boolean => Value::Bool(true),
        Kind::Integer { .. } | Kind::Long { .. } => Value::Int(7),
        Kind::Float { .. } | Kind::Double { .. } => Value::Float(0.5),
        Kind::Timestamp(_) => Value::Timestamp(Timestamp::from_secs(AT)),
        Kind::Document => Value::Document(serde_json::json!({ "a": [1, null] })),
    }
}

fn event_streams() -> Vec<(String, Vec<u8>)> {
    let mut event = Message::of("event", ":event-type", "Records", Some("application/octet-stream"), b"1,2\n".to_vec());
    event.headers.push(("count".to_owned(), HeaderValue::Integer(7)));
    let end = Message::of("event", ":event-type", "End", None, Vec::new());
    let encoded: Vec<Vec<u8>> = [event, end].iter().filter_map(|message| message.encode().ok()).collect();
    let one = encoded.first().cloned().unwrap_or_default();
    // Behind the number of bytes of headers, without lengths and checksums: the target makes those right.
    let headers = one.get(7).copied().unwrap_or_default();
    let bare = one.get(12..one.len().saturating_sub(4)).unwrap_or_default();
    let bare = [&[headers], bare].concat();
    vec![("two".to_owned(), encoded.concat()), ("one".to_owned(), one), ("bare".to_owned(), bare)]
}

fn gzip() -> Vec<(String, Vec<u8>)> {
    let compressed = |body: &[u8]| {
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
        encoder.write_all(body).and_then(|()| encoder.finish()).unwrap_or_default()
    };
    let twice = [compressed(b"Action=ListUsers"), compressed(b"&Version=2010-05-08")].concat();
    vec![("zeros".to_owned(), compressed(&[0; 100_000])), ("two-members".to_owned(), twice)]
}

fn signatures() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    let body = b"Action=GetCallerIdentity&Version=2011-06-15";
    let headers: [(&str, &[u8]); 2] =
        [("content-type", b"application/x-www-form-urlencoded"), ("host", b"sts.amazonaws.com")];
    for (name, service, token) in
        [("sts", "sts", None), ("s3", "s3", None), ("session", "sts", Some("FwoGZXIvYXdzEXAMPLETOKEN"))]
    {
        let credentials = Credentials { access_key_id: KEY_ID, secret: SECRET, session_token: token };
        let plain = Signer::new(credentials, "us-east-1", service);
        let asymmetric = Signer::new_v4a(credentials, "*", service);
        for (kind, signer) in [("v4", Some(plain)), ("v4a", asymmetric)] {
            let Some(signer) = signer else { continue };
            let head = Head { method: "POST", path: "/", query: "", headers: &headers };
            let signed = signer.headers(&head, &hash(body), AT);
            let all: Vec<(&str, &str)> = headers
                .iter()
                .map(|(name, value)| (*name, std::str::from_utf8(value).unwrap_or_default()))
                .chain(signed.headers.iter().map(|(name, value)| (name.as_str(), value.as_str())))
                .collect();
            seeds.push((format!("{name}-{kind}"), message(&format!("{service} POST /"), all.into_iter(), body)));
            let head = Head { method: "GET", path: "/a%20b/c", query: "x=1&y", headers: &headers[1..] };
            let payload = if service == "s3" { "UNSIGNED-PAYLOAD".to_owned() } else { hash(b"") };
            let presigned = signer.presign(&head, &payload, AT, 600);
            let first = format!("{service} GET /a%20b/c?{}", presigned.query);
            seeds.push((
                format!("{name}-{kind}-presigned"),
                message(&first, [("host", "sts.amazonaws.com")].into_iter(), b""),
            ));
        }
    }
    seeds
}

fn chunked() -> Vec<(String, Vec<u8>)> {
    let mut seeds = Vec::new();
    for (choice, payload) in CHUNKED.iter().enumerate() {
        let signed = !payload.contains("UNSIGNED");
        let (_, signer) = chunked_head(payload);
        let mut chunks = if signed { signer } else { bastide_sigv4::ChunkSigner::unsigned() };
        let trailers = [("x-amz-checksum-crc32c".to_owned(), "sOO8/Q==".to_owned())];
        let mut body = vec![choice as u8];
        body.extend(chunks.chunk(&[b'a'; 8192]));
        body.extend(chunks.chunk(b"the rest"));
        body.extend(if payload.ends_with("TRAILER") { chunks.end_with(&trailers) } else { chunks.end() });
        seeds.push((payload.to_lowercase(), body));
    }
    seeds
}

fn post_forms() -> Vec<(String, Vec<u8>)> {
    let v4 = "key=file\npolicy=eyJleHBpcmF0aW9uIjoiMjAyNi0xMi0wMVQwMDowMDowMFoiLCJjb25kaXRpb25zIjpbXX0=\n\
              x-amz-algorithm=AWS4-HMAC-SHA256\nx-amz-credential=AKIAIOSFODNN7EXAMPLE/20261023/us-east-1/s3/aws4_request\n\
              x-amz-date=20261023T220000Z\n\
              x-amz-signature=0000000000000000000000000000000000000000000000000000000000000000\n";
    let v2 = "key=file\nAWSAccessKeyId=AKIAIOSFODNN7EXAMPLE\npolicy=e30=\nsignature=AAAAAAAAAAAAAAAAAAAAAAAAAAA=\n";
    vec![("v4".to_owned(), v4.as_bytes().to_vec()), ("v2".to_owned(), v2.as_bytes().to_vec())]
}

fn policies() -> Vec<(String, Vec<u8>)> {
    let identity = r#"{"Version":"2012-10-17","Id":"x","Statement":[{"Sid":"One","Effect":"Allow","Action":["s3:Get*","s3:List?ucket"],"Resource":["arn:aws:s3:::bucket/home/${aws:username}/*","arn:aws:s3:::*"],"Condition":{"StringLike":{"s3:prefix":["home/${aws:username, 'nobody'}*"]},"IpAddress":{"aws:SourceIp":"203.0.113.0/24"},"NumericLessThanIfExists":{"aws:MultiFactorAuthAge":"3600"},"Bool":{"aws:SecureTransport":"true"},"DateGreaterThan":{"aws:CurrentTime":"2020-01-01T00:00:00Z"}}},{"Effect":"Deny","NotAction":"s3:*","NotResource":"arn:aws:s3:::bucket/*"}]}"#;
    let resource = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":["111122223333","arn:aws:iam::444455556666:role/r"],"Service":"lambda.amazonaws.com"},"Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*","Condition":{"ForAnyValue:StringEquals":{"aws:TagKeys":["a","b"]},"ForAllValues:ArnLike":{"aws:PrincipalArn":"arn:aws:iam::*:role/*"},"Null":{"aws:TokenIssueTime":"true"}}},{"Effect":"Deny","NotPrincipal":"*","Action":"*","Resource":"*"}]}"#;
    let trust = r#"{"Version":"2008-10-17","Statement":{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice","Federated":"arn:aws:iam::111122223333:saml-provider/x"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"7"}}}}"#;
    [("identity", identity), ("resource", resource), ("trust", trust)]
        .map(|(name, text)| (name.to_owned(), text.as_bytes().to_vec()))
        .to_vec()
}
