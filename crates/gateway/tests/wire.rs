//! The socket: what must be answered, what must be let go, and what must never be taken for a request.

mod common;

use bastide_gateway::{Limits, Settings, tls::LocalCa};
use bastide_testkit::{Client, House, Listening, Plan};
use bytes::Bytes;
use common::{LIST_USERS, WHO, head_on_the_wire, list_users, on_the_wire, query, records};
use http_body_util::{BodyExt, Full};
use hyper_util::rt::{TokioExecutor, TokioIo};
use rustls::pki_types::{CertificateDer, ServerName, pem::PemObject};
use std::io::{BufRead, BufReader, ErrorKind, Read, Write};
use std::net::{Shutdown, TcpStream};
use std::sync::Arc;
use std::time::Duration;

/// No test waits so long; it only keeps a defect from hanging the suite.
const PATIENCE: Duration = Duration::from_secs(30);

fn house() -> House {
    House::new()
}

/// A house that has no patience with heads.
fn hasty() -> House {
    let limits = Limits { head_deadline: Duration::from_millis(50), ..Limits::default() };
    Plan { limits, ..Plan::default() }.build()
}

fn connect(listening: &Listening) -> TcpStream {
    let stream = TcpStream::connect(listening.address).unwrap();
    stream.set_read_timeout(Some(PATIENCE)).unwrap();
    stream.set_write_timeout(Some(PATIENCE)).unwrap();
    stream
}

/// What comes until the server closes. A reset is an end, too.
fn until_closed(mut stream: &TcpStream) -> String {
    let mut got = Vec::new();
    let mut piece = [0; 4096];
    loop {
        match stream.read(&mut piece) {
            Ok(0) => break,
            Ok(count) => got.extend_from_slice(&piece[..count]),
            Err(error) if error.kind() == ErrorKind::ConnectionReset => break,
            Err(error) => panic!("the server does not let go: {error}"),
        }
    }
    String::from_utf8_lossy(&got).into_owned()
}

struct Answer {
    status: u16,
    head: String,
    body: String,
}

/// One answer with an announced length; `bare` when it has no body, as after HEAD.
fn read_answer(reader: &mut impl BufRead, bare: bool) -> Answer {
    let mut head = String::new();
    while !head.ends_with("\r\n\r\n") {
        assert!(reader.read_line(&mut head).unwrap() > 0, "the connection ended after {head:?}");
    }
    head.make_ascii_lowercase();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: ")).map_or(0, |n| n.parse().unwrap());
    let mut body = vec![0; if bare { 0 } else { length }];
    reader.read_exact(&mut body).unwrap();
    Answer { status, head, body: String::from_utf8(body).unwrap() }
}

fn ask(listening: &Listening, bytes: &[u8]) -> Answer {
    let mut stream = connect(listening);
    stream.write_all(bytes).unwrap();
    read_answer(&mut BufReader::new(stream), false)
}

/// Asks a hasty house until the machine lets this test be quick enough.
fn stands(listening: &Listening) {
    let begun = std::time::Instant::now();
    loop {
        let stream = connect(listening);
        let sent = (&stream).write_all(b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n");
        let said = until_closed(&stream);
        if sent.is_ok() && said.starts_with("HTTP/1.1 200") && said.ends_with("ok\n") {
            return;
        }
        assert!(begun.elapsed() < PATIENCE, "the house answers no more: {said}");
    }
}

/// Lets the record arrive: the connection's end and the record's write race.
fn recorded(house: &House, error: &str) {
    let begun = std::time::Instant::now();
    while !records(house).iter().any(|record| record.error == error && record.verdict == "refused") {
        assert!(begun.elapsed() < PATIENCE, "nothing recorded as {error}");
        std::thread::yield_now();
    }
}

fn call(client: &Client) -> Vec<u8> {
    on_the_wire(&query("sts", WHO).signed(client))
}

#[test]
fn a_connection_carries_many_calls_also_without_waiting() {
    let house = house();
    let listening = house.listen(Settings::default());
    let root = house.root();
    let mut stream = connect(&listening);
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    for _ in 0..3 {
        stream.write_all(&call(&root)).unwrap();
        assert_eq!(read_answer(&mut reader, false).status, 200);
    }
    let nobody = on_the_wire(&list_users().plain());
    stream.write_all(&[call(&root), nobody, on_the_wire(&list_users().signed(&root))].concat()).unwrap();
    let answers: Vec<Answer> = (0..3).map(|_| read_answer(&mut reader, false)).collect();
    assert_eq!(answers.iter().map(|answer| answer.status).collect::<Vec<_>>(), [200, 403, 200]);
    assert!(answers[0].body.contains("GetCallerIdentityResult") && answers[2].body.contains("ListUsersResult"));
    let ids: std::collections::BTreeSet<_> = records(&house).into_iter().map(|record| record.request_id).collect();
    let of =
        |answer: &Answer| answer.head.lines().find_map(|l| l.strip_prefix("x-amzn-requestid: ")).unwrap().to_owned();
    assert!(answers.iter().all(|answer| ids.contains(&of(answer))));
}

#[test]
fn probes_are_answered_to_anybody_and_say_little() {
    let house = house();
    let listening = house.listen(Settings::default());
    let before = records(&house).len();
    let get = |path: &str| ask(&listening, format!("GET {path} HTTP/1.1\r\nHost: x\r\n\r\n").as_bytes());
    for path in ["/livez", "/readyz"] {
        let answer = get(path);
        assert_eq!((answer.status, answer.body.as_str()), (200, "ok\n"));
    }
    let health: serde_json::Value = serde_json::from_str(&get("/_localstack/health").body).unwrap();
    assert_eq!(health["services"]["iam"], "running");
    let info: serde_json::Value = serde_json::from_str(&get("/_localstack/info").body).unwrap();
    assert_eq!(info["edition"], "bastide");
    assert!(!info.to_string().contains(bastide_testkit::ACCOUNT));

    let mut stream = connect(&listening);
    stream.write_all(b"HEAD /livez HTTP/1.1\r\nHost: x\r\n\r\nGET /readyz HTTP/1.1\r\nHost: x\r\n\r\n").unwrap();
    let mut reader = BufReader::new(stream);
    assert_eq!(read_answer(&mut reader, true).status, 200);
    assert_eq!(read_answer(&mut reader, false).body, "ok\n", "the answer to HEAD had no body");
    assert_eq!(records(&house).len(), before, "probes are no calls");

    // With credentials it is somebody's bucket that is meant.
    assert_eq!(get("/livez?X-Amz-Signature=1").status, 404);
    assert_eq!(ask(&listening, b"POST /livez HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n").status, 404);
    let head = on_the_wire(&common::rest("s3", "HEAD", "/bucket").plain());
    let mut stream = connect(&listening);
    stream.write_all(&head).unwrap();
    assert_eq!(read_answer(&mut BufReader::new(stream), true).status, 403);
}

#[test]
fn what_never_becomes_a_request_is_let_go() {
    let house = hasty();
    let tls = LocalCa::make().unwrap().server_config(vec!["127.0.0.1".to_owned()]).unwrap();
    let listening = house.listen(Settings { tls: Some(tls) });
    let before = records(&house).len();
    let stalled: [&[u8]; 9] = [
        b"",
        b"P",
        b"POST / HTTP/1.1\r\nHost: iam.amaz",
        b"PRI * HTTP/2.0\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00",
        // Headers that never end.
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\x00\x00\x00\x04\x00\x00\x00\x00\x00\x00\x00\x01\x01\x00\x00\x00\x00\x01\x82",
        b"\x16",
        b"\x16\x03\x01\x02\x00\x01\x00",
    ];
    let held: Vec<TcpStream> = stalled
        .iter()
        .map(|bytes| {
            let mut stream = connect(&listening);
            stream.write_all(bytes).unwrap();
            stream
        })
        .collect();
    for stream in &held {
        let said = until_closed(stream);
        assert!(!said.contains("200"), "{said}");
    }
    // A client that drips its head is let go all the same.
    let mut stream = connect(&listening);
    let dripped = (0..10_000_000).map(|_| stream.write_all(b"X")).find(Result::is_err);
    assert!(dripped.is_some(), "the drip never ended");
    // One that made a call and then holds on, too.
    stands(&listening);
    assert_eq!(records(&house).len(), before, "none of it was a call");
}

#[test]
fn a_client_that_takes_no_answers_is_let_go() {
    let house = hasty();
    let listening = house.listen(Settings::default());
    let mut stream = connect(&listening);
    let request = b"GET /_localstack/health HTTP/1.1\r\nHost: x\r\n\r\n".repeat(100);
    let error = loop {
        if let Err(error) = stream.write_all(&request) {
            break error;
        }
    };
    assert!(matches!(error.kind(), ErrorKind::ConnectionReset | ErrorKind::BrokenPipe), "{error}");
}

#[test]
fn connections_have_a_measure_and_it_is_given_back() {
    let deadline = Duration::from_millis(50);
    let limits = Limits { connections_max: 1, head_deadline: deadline, ..Limits::default() };
    let house = Plan { limits, ..Plan::default() }.build();
    let listening = house.listen(Settings::default());
    let idle: Vec<TcpStream> = (0..3).map(|_| connect(&listening)).collect();
    // It waits its turn: the idle ones are let go first.
    stands(&listening);
    drop(idle);
}

#[test]
fn slow_and_cut_off_bodies_are_refused_and_recorded() {
    let limits = Limits { body_deadline: Duration::from_millis(50), ..Limits::default() };
    let house = Plan { limits, ..Plan::default() }.build();
    let listening = house.listen(Settings::default());
    let root = house.root();
    let whole = on_the_wire(&list_users().signed(&root));
    let part = &whole[..whole.len() - 5];

    let mut stream = connect(&listening);
    stream.write_all(part).unwrap();
    let said = until_closed(&stream);
    assert!(said.starts_with("HTTP/1.1 408") && said.contains("<Code>RequestTimeout</Code>"), "{said}");
    recorded(&house, "RequestTimeout");

    let patient = self::house();
    let listening = patient.listen(Settings::default());
    let whole = on_the_wire(&list_users().signed(&patient.root()));
    let mut stream = connect(&listening);
    stream.write_all(&whole[..whole.len() - 5]).unwrap();
    stream.shutdown(Shutdown::Write).unwrap();
    let said = until_closed(&stream);
    assert!(said.is_empty() || said.contains("<Code>IncompleteBody</Code>"), "{said}");
    let aborted =
        |record: &bastide_store::Record| ["IncompleteBody", "RequestAborted"].contains(&record.error.as_ref());
    let begun = std::time::Instant::now();
    while !records(&patient).iter().any(aborted) {
        assert!(begun.elapsed() < PATIENCE, "a body that was cut off left no record");
        std::thread::yield_now();
    }
    let count = records(&patient).len();
    let mut stream = connect(&listening);
    stream.write_all(&whole[..whole.len() - 5]).unwrap();
    drop(stream);
    while records(&patient).len() == count {
        assert!(begun.elapsed() < PATIENCE, "a client that went away left no record");
        std::thread::yield_now();
    }
    assert!(aborted(&records(&patient)[0]), "{:?}", records(&patient)[0].error);
}

#[test]
fn oversized_bodies_are_refused_on_their_announcement_or_on_the_way() {
    let house = house();
    let listening = house.listen(Settings::default());
    let (request, _) = list_users().plain();
    let head = head_on_the_wire(&request);
    let with = |more: &str| [&head[..head.len() - 2], more.as_bytes(), b"\r\n"].concat();

    for announced in ["2097153", "18446744073709551614", "99999999999999999999999"] {
        let mut stream = connect(&listening);
        stream.write_all(&with(&format!("Content-Length: {announced}\r\nExpect: 100-continue\r\n"))).unwrap();
        let said = until_closed(&stream);
        assert!(said.starts_with("HTTP/1.1 413") || said.starts_with("HTTP/1.1 4"), "{announced}: {said}");
        assert!(!said.contains("100 Continue"), "nothing was asked for");
    }
    recorded(&house, "RequestEntityTooLarge");

    let mut stream = connect(&listening);
    stream.write_all(&with("Transfer-Encoding: chunked\r\n")).unwrap();
    let chunk = [b"10000\r\n".to_vec(), vec![b'a'; 0x10000], b"\r\n".to_vec()].concat();
    let mut sent = 0;
    while stream.write_all(&chunk).is_ok() {
        sent += chunk.len();
        assert!(sent < 64 << 20, "the server takes bytes without end");
    }

    let whole = list_users().signed(&house.root());
    let mut head = head_on_the_wire(&whole.0);
    head.truncate(head.len() - 2);
    head.extend_from_slice(format!("Content-Length: {}\r\nExpect: 100-continue\r\n\r\n", whole.1.len()).as_bytes());
    let mut stream = connect(&listening);
    stream.write_all(&head).unwrap();
    let mut reader = BufReader::new(stream.try_clone().unwrap());
    assert_eq!(read_answer(&mut reader, true).status, 100);
    stream.write_all(&whole.1).unwrap();
    assert_eq!(read_answer(&mut reader, false).status, 200);
}

#[test]
fn nothing_is_smuggled() {
    let house = house();
    let listening = house.listen(Settings::default());
    let root = house.root();
    // Were any of it read in two ways, this call would be made.
    let hidden = on_the_wire(&query("iam", "Action=CreateUser&Version=2010-05-08&UserName=smuggled").signed(&root));
    let hidden = String::from_utf8(hidden).unwrap();
    let head = "POST / HTTP/1.1\r\nHost: iam.amazonaws.com\r\nContent-Type: application/x-www-form-urlencoded\r\n";
    let length = hidden.len();
    let tricks = [
        format!("{head}Content-Length: 0\r\nContent-Length: {length}\r\n\r\n{hidden}"),
        format!("{head}Content-Length: {length}\r\nContent-Length: 0\r\n\r\n{hidden}"),
        format!("{head}Content-Length: 0, {length}\r\n\r\n{hidden}"),
        format!("{head}Content-Length: +0\r\n\r\n{hidden}"),
        format!("{head}Content-Length: -1\r\n\r\n{hidden}"),
        format!("{head}Content-Length: 0x0\r\n\r\n{hidden}"),
        format!("{head}Content-Length : 0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\nTransfer-Encoding: identity\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\nfffffffffffffffff\r\n\r\n{hidden}"),
        format!("{head}Transfer-Encoding: chunked\r\n\r\n0;\n\r\n\r\n{hidden}"),
        format!("POST / HTTP/1.0\r\nHost: iam.amazonaws.com\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{hidden}"),
        format!("{head}X: y\r\n Content-Length: {length}\r\n\r\n{hidden}"),
        format!("{head}X\0: y\r\nContent-Length: 0\r\n\r\n{hidden}"),
        format!("{head}X: a\rb\r\nContent-Length: 0\r\n\r\n{hidden}"),
        // Chunks count, whatever length is announced beside them: it ends where the chunks say.
        format!("{head}Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
        format!("{head}Transfer-Encoding: chunked\r\nContent-Length: 5\r\n\r\n{length:x}\r\n{hidden}\r\n0\r\n\r\n"),
    ];
    for trick in tricks {
        let mut stream = connect(&listening);
        let _ = stream.write_all(trick.as_bytes());
        let _ = stream.shutdown(Shutdown::Write);
        let said = until_closed(&stream);
        let first = trick.replace(&hidden, "…");
        assert!(said.is_empty() || said.starts_with("HTTP/1.1 4") || said.starts_with("HTTP/1.0 4"), "{first}: {said}");
        assert!(!said.contains("HTTP/1.1 200"), "{first}: {said}");
    }
    let missing = root.call("iam", "GetUser", serde_json::json!({"UserName": "smuggled"})).unwrap_err();
    assert_eq!(missing.code, "NoSuchEntity");
    // Lengths that agree are one length, and the call itself is good.
    assert_eq!(ask(&listening, hidden.as_bytes()).status, 200);
}

#[test]
fn a_request_has_one_host_and_a_path() {
    let house = house();
    let listening = house.listen(Settings::default());
    let root = house.root();
    let text = String::from_utf8(on_the_wire(&query("sts", WHO).signed(&root))).unwrap();
    let line = |line: &str| text.replacen("POST / HTTP/1.1", line, 1);
    let status = |request: &str| ask(&listening, request.as_bytes()).status;
    assert_eq!(status(&line("POST http://sts.amazonaws.com/ HTTP/1.1")), 200, "an absolute form that agrees");
    let answer = ask(&listening, line("POST http://evil.example/ HTTP/1.1").as_bytes());
    assert_eq!(answer.status, 400);
    assert!(answer.body.contains("<Code>InvalidRequest</Code>"), "{}", answer.body);
    let two = text.replacen("\r\n", "\r\nHost: evil.example\r\n", 1);
    assert!([400, 403].contains(&status(&two)));
    let none = text.replacen("host: sts.amazonaws.com\r\n", "", 1);
    assert!(!none.contains("host: "));
    assert!([400, 403].contains(&status(&none)));
    for first in ["OPTIONS * HTTP/1.1", "CONNECT sts.amazonaws.com:443 HTTP/1.1", "TRACE / HTTP/1.1", "BREW / HTTP/1.1"]
    {
        let bare = format!("{first}\r\nHost: localhost:4566\r\nContent-Length: 0\r\n\r\n");
        let answer = ask(&listening, bare.as_bytes());
        assert_eq!((answer.status, answer.body.contains("UnknownService")), (404, true), "{first}: {}", answer.body);
    }
    let old = "POST / HTTP/1.0\r\nContent-Length: 0\r\n\r\n";
    assert_eq!(status(old), 404);
    assert_eq!(records(&house).iter().filter(|record| record.service == "unknown").count(), 5);
}

#[test]
fn noise_is_not_answered_well_and_the_house_stands() {
    let house = house();
    let tls = LocalCa::make().unwrap().server_config(vec!["127.0.0.1".to_owned()]).unwrap();
    let listening = house.listen(Settings { tls: Some(tls) });
    let long_header = format!("GET / HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "y".repeat(80 * 1024));
    let many_headers = format!("GET / HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: y\r\n".repeat(2_000));
    let long_line = format!("GET /{} HTTP/1.1\r\nHost: x\r\n\r\n", "y".repeat(80 * 1024));
    let noise: [&[u8]; 12] = [
        b"\x00\x01\x02\x03\r\n\r\n",
        b"\xff\xfe\xfd\xfc\r\n\r\n",
        b"\x16\x03\x01\xff\xff\xff\xff\xff\xff",
        b"\x16garbage that is no handshake at all, and long enough to be read as a record of TLS",
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: x\r\nNo colon here\r\n\r\n",
        b"GET /\xff\xfe HTTP/1.1\r\nHost: x\r\n\r\n",
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff",
        long_header.as_bytes(),
        many_headers.as_bytes(),
        long_line.as_bytes(),
    ];
    for bytes in noise {
        let mut stream = connect(&listening);
        let _ = stream.write_all(bytes);
        let _ = stream.shutdown(Shutdown::Write);
        let said = until_closed(&stream);
        assert!(!said.contains(" 200 ") && !said.contains(" 500 "), "{said}");
    }
    assert_eq!(ask(&listening, b"GET /livez HTTP/1.1\r\nHost: x\r\n\r\n").status, 200);
}

/// Sends over HTTP/2, several calls at once on one connection; the statuses in order.
async fn over_http2<S>(stream: S, calls: Vec<(bastide_gateway::Request, Vec<u8>)>) -> Vec<(u16, String)>
where
    S: tokio::io::AsyncRead + tokio::io::AsyncWrite + Unpin + Send + 'static,
{
    let shaken = hyper::client::conn::http2::handshake(TokioExecutor::new(), TokioIo::new(stream)).await;
    let (sender, connection) = shaken.unwrap();
    tokio::spawn(connection);
    let mut answers = Vec::new();
    for (request, body) in calls {
        let mut sender = sender.clone();
        answers.push(tokio::spawn(async move {
            // The host goes as the authority, as HTTP/2 has it.
            let host = request.headers["host"].to_str().unwrap();
            let uri = format!("http://{host}{}?{}", request.path, request.query);
            let mut built = hyper::Request::builder().method(request.method.as_str()).uri(uri.trim_end_matches('?'));
            for (name, value) in request.headers.iter().filter(|(name, _)| *name != "host") {
                built = built.header(name, value);
            }
            let response = sender.send_request(built.body(Full::new(Bytes::from(body))).unwrap()).await.unwrap();
            let status = response.status().as_u16();
            let body = response.into_body().collect().await.unwrap().to_bytes();
            (status, String::from_utf8_lossy(&body).into_owned())
        }));
    }
    let mut out = Vec::new();
    for answer in answers {
        out.push(answer.await.unwrap());
    }
    out
}

fn client_runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap()
}

#[test]
fn http2_is_spoken_without_tls_and_with_it_on_the_same_port_as_http1() {
    let house = house();
    let ca = LocalCa::make().unwrap();
    let settings =
        Settings { tls: Some(ca.server_config(vec!["localhost".to_owned(), "127.0.0.1".to_owned()]).unwrap()) };
    let listening = house.listen(settings);
    let root = house.root();
    let calls = || vec![query("sts", WHO).signed(&root), list_users().plain(), query("iam", LIST_USERS).signed(&root)];
    let check = |answers: Vec<(u16, String)>| {
        assert_eq!(answers.iter().map(|(status, _)| *status).collect::<Vec<_>>(), [200, 403, 200], "{answers:?}");
        assert!(answers[0].1.contains("GetCallerIdentityResult") && answers[2].1.contains("ListUsersResult"));
    };
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca.certificate_pem().as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
    let versions = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
    let trusting = versions.with_root_certificates(roots).with_no_client_auth();

    client_runtime().block_on(async {
        let plain = tokio::net::TcpStream::connect(listening.address).await.unwrap();
        check(over_http2(plain, calls()).await);
        for protocol in [&b"h2"[..], b"http/1.1"] {
            let mut config = trusting.clone();
            config.alpn_protocols = vec![protocol.to_vec()];
            let stream = tokio::net::TcpStream::connect(listening.address).await.unwrap();
            let name = ServerName::try_from("localhost").unwrap();
            let stream = tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
            assert_eq!(stream.get_ref().1.alpn_protocol(), Some(protocol));
            if protocol == b"h2" {
                check(over_http2(stream, calls()).await);
                continue;
            }
            use tokio::io::{AsyncReadExt, AsyncWriteExt};
            let (mut read, mut write) = tokio::io::split(stream);
            let last = String::from_utf8(call(&root)).unwrap().replacen("\r\n", "\r\nConnection: close\r\n", 1);
            write.write_all(last.as_bytes()).await.unwrap();
            let mut said = String::new();
            read.read_to_string(&mut said).await.unwrap();
            assert!(said.starts_with("HTTP/1.1 200") && said.contains("GetCallerIdentityResult"), "{said}");
        }
    });
    assert_eq!(ask(&listening, &call(&root)).status, 200, "and HTTP/1.1 without TLS");
    let secure = |record: &bastide_store::Record| {
        record.service != "bastide" && String::from_utf8_lossy(&record.body).contains("\"secure\":true")
    };
    assert_eq!(
        records(&house).iter().filter(|record| secure(record)).count(),
        4,
        "the record knows what came over TLS"
    );

    let stranger = LocalCa::make().unwrap();
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(stranger.certificate_pem().as_bytes()).unwrap()).unwrap();
    client_runtime().block_on(async {
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config =
            rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions().unwrap();
        let config = config.with_root_certificates(roots).with_no_client_auth();
        let stream = tokio::net::TcpStream::connect(listening.address).await.unwrap();
        let name = ServerName::try_from("localhost").unwrap();
        assert!(tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.is_err());
    });
}
