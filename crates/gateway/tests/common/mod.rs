//! What the door's tests share: requests made by hand, answers read as clients read them, and the record.
#![allow(dead_code)]

use bastide_gateway::{Peer, Request, Response};
use bastide_kernel::{Ask, Cx, Fault, Granted, Nothing, Op, Read, Service, shape};
use bastide_sigv4::{Credentials, Head, Signer, payload_sha256};
use bastide_testkit::{Client, House, WALL, every_record};
use http::{HeaderMap, HeaderName, HeaderValue};
use std::net::Ipv4Addr;

pub const FORM: &str = "application/x-www-form-urlencoded";
pub const LIST_USERS: &str = "Action=ListUsers&Version=2010-05-08";
pub const WHO: &str = "Action=GetCallerIdentity&Version=2011-06-15";

/// A request in the making: what is not said is as a client of IAM would have it.
#[derive(Clone)]
pub struct Raw {
    pub method: &'static str,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: Vec<u8>,
    /// The service and region in the credential's scope.
    pub service: &'static str,
    pub region: &'static str,
    /// When it is signed, in Unix seconds.
    pub at: i64,
}

pub fn query(service: &'static str, body: &str) -> Raw {
    Raw {
        method: "POST",
        path: "/".to_owned(),
        query: String::new(),
        headers: vec![],
        body: body.as_bytes().to_vec(),
        service,
        region: "us-east-1",
        at: WALL.secs(),
    }
    .header("host", &format!("{service}.amazonaws.com"))
    .header("content-type", FORM)
}

/// `ListUsers` of IAM.
pub fn list_users() -> Raw {
    query("iam", LIST_USERS)
}

/// A call of `bastide`, in JSON.
pub fn json(operation: &str, body: &str) -> Raw {
    let mut raw = query("bastide", body);
    raw.headers.retain(|(name, _)| name != "content-type");
    raw.header("content-type", "application/x-amz-json-1.1")
        .header("x-amz-target", &format!("Bastide_20261124.{operation}"))
}

/// A REST request for a service, with no body.
pub fn rest(service: &'static str, method: &'static str, path: &str) -> Raw {
    let mut raw = query(service, "");
    raw.headers.retain(|(name, _)| name != "content-type");
    Raw { method, path: path.to_owned(), ..raw }
}

impl Raw {
    pub fn header(mut self, name: &str, value: &str) -> Self {
        self.headers.push((name.to_owned(), value.to_owned()));
        self
    }

    pub fn body(mut self, body: impl Into<Vec<u8>>) -> Self {
        self.body = body.into();
        self
    }

    pub fn at(mut self, at: i64) -> Self {
        self.at = at;
        self
    }

    /// As it is.
    pub fn plain(self) -> (Request, Vec<u8>) {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            headers.append(name.parse::<HeaderName>().unwrap(), HeaderValue::from_str(value).unwrap());
        }
        let peer = Peer { ip: Ipv4Addr::LOCALHOST.into(), secure: false };
        let request = Request { method: self.method.to_owned(), path: self.path, query: self.query, headers, peer };
        (request, self.body)
    }

    /// Signed in its head.
    pub fn signed(self, client: &Client) -> (Request, Vec<u8>) {
        let hash = payload_sha256(&self.body);
        self.signed_as(client, &hash)
    }

    /// Signed in its head with a word for its body's hash.
    pub fn signed_as(mut self, client: &Client, payload: &str) -> (Request, Vec<u8>) {
        let signed = self.signature(client, |signer, head, at| signer.headers(head, payload, at));
        for (name, value) in signed.headers {
            self.headers.push((name, value));
        }
        self.plain()
    }

    /// Signed in its query, for so many seconds.
    pub fn presigned(mut self, client: &Client, expires: i64) -> (Request, Vec<u8>) {
        let hash = if self.service == "s3" { "UNSIGNED-PAYLOAD".to_owned() } else { payload_sha256(&self.body) };
        let signed = self.signature(client, |signer, head, at| signer.presign(head, &hash, at, expires));
        self.query = signed.query;
        self.plain()
    }

    fn signature(
        &self,
        client: &Client,
        sign: impl FnOnce(&Signer<'_>, &Head<'_>, i64) -> bastide_sigv4::Signed,
    ) -> bastide_sigv4::Signed {
        let headers: Vec<(&str, &[u8])> =
            self.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let head = Head { method: self.method, path: &self.path, query: &self.query, headers: &headers };
        let credentials = Credentials {
            access_key_id: client.access_key_id(),
            secret: client.secret().as_bytes(),
            session_token: client.session_token(),
        };
        sign(&Signer::new(credentials, self.region, self.service), &head, self.at)
    }
}

/// The request as HTTP/1.1 writes it, with its length announced.
pub fn on_the_wire((request, body): &(Request, Vec<u8>)) -> Vec<u8> {
    let mut out = head_on_the_wire(request);
    out.truncate(out.len() - 2);
    out.extend_from_slice(format!("content-length: {}\r\n\r\n", body.len()).as_bytes());
    out.extend_from_slice(body);
    out
}

/// The request's head alone.
pub fn head_on_the_wire(request: &Request) -> Vec<u8> {
    let mark = if request.query.is_empty() { "" } else { "?" };
    let mut out = format!("{} {}{mark}{} HTTP/1.1\r\n", request.method, request.path, request.query).into_bytes();
    for (name, value) in &request.headers {
        out.extend_from_slice(format!("{name}: ").as_bytes());
        out.extend_from_slice(value.as_bytes());
        out.extend_from_slice(b"\r\n");
    }
    out.extend_from_slice(b"\r\n");
    out
}

/// AWS's error code in an answer, whatever its protocol.
pub fn code(response: &Response) -> String {
    let text = String::from_utf8_lossy(&response.body);
    if let Some((_, rest)) = text.split_once("<Code>") {
        return rest.split("</Code>").next().unwrap_or_default().to_owned();
    }
    if let Some(code) = response.headers.get("x-amzn-errortype") {
        return code.to_str().unwrap().to_owned();
    }
    match serde_json::from_slice::<serde_json::Value>(&response.body) {
        Ok(json) => json["__type"].as_str().unwrap_or_default().rsplit('#').next().unwrap_or_default().to_owned(),
        // CBOR: the text behind the name, its length in its first byte or in the one after 0x78.
        Err(_) => {
            let Some(at) = response.body.windows(6).position(|part| part == b"__type") else { return String::new() };
            let rest = &response.body[at + 6..];
            let (length, rest) = if rest[0] == 0x78 { (rest[1], &rest[2..]) } else { (rest[0] - 0x60, &rest[1..]) };
            String::from_utf8_lossy(&rest[..usize::from(length)]).into_owned()
        }
    }
}

/// Every record so far, newest first.
pub fn records(house: &House) -> Vec<bastide_store::Record> {
    house.cloud().store().flush().wait().unwrap();
    let page = house.cloud().store().records(&every_record()).unwrap();
    page.records.into_iter().map(|recorded| recorded.record).collect()
}

/// Sends what must be refused, and checks the answer, that it has one record of its own which says so, and that the state
/// is as before. Gives the answer.
#[track_caller]
pub fn refused(house: &House, (request, body): (Request, Vec<u8>), status: u16, expected: &str) -> Response {
    let (count, state) = (records(house).len(), house.state_hash());
    let response = house.send(request, body);
    let text = String::from_utf8_lossy(&response.body).into_owned();
    assert_eq!((response.status, code(&response).as_str()), (status, expected), "{text}");
    let after = records(house);
    assert_eq!(after.len(), count + 1, "one call, one record");
    assert_eq!(after[0].verdict, "refused");
    let id = response.headers.get("x-amzn-requestid").or(response.headers.get("x-amz-request-id"));
    assert_eq!(id.unwrap().to_str().unwrap(), after[0].request_id, "the answer carries the record's id");
    assert_eq!(house.state_hash(), state, "nothing was changed");
    response
}

/// Sends what must be answered well.
#[track_caller]
pub fn allowed(house: &House, (request, body): (Request, Vec<u8>)) -> Response {
    let response = house.send(request, body);
    assert_eq!(response.status, 200, "{}", String::from_utf8_lossy(&response.body));
    response
}

shape! {
    pub struct ListKeys {
        Limit: Option<i64>,
    }
    pub struct ListMetrics {
        Namespace: Option<String>,
    }
    pub struct PutBucketTagging {
        Bucket: String,
    }
    pub struct CreateFunction {
        FunctionName: String,
    }
    pub struct GetFunction {
        FunctionName: String,
    }
}

macro_rules! nothing {
    ($($op:ident $run:expr;)*) => {$(
        impl Op for $op {
            const NAME: &'static str = stringify!($op);
            const READ_ONLY: bool = false;
            type Output = Nothing;

            fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
                Ok(Ask::exempt("an operation of the door's tests"))
            }

            fn run(self, _: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
                $run
            }
        }
    )*};
}

nothing! {
    ListKeys Ok(Nothing);
    ListMetrics Ok(Nothing);
    PutBucketTagging Ok(Nothing);
    CreateFunction Ok(Nothing);
    GetFunction panic!("a defect in an operation");
}

/// A house with a service for every protocol.
pub fn polyglot() -> House {
    let more = vec![
        Service::new("kms").op::<ListKeys>(),
        Service::new("cloudwatch").op::<ListMetrics>(),
        Service::new("s3").op::<PutBucketTagging>(),
        Service::new("lambda").op::<CreateFunction>().op::<GetFunction>(),
    ];
    House::with(more, "polyglot")
}
