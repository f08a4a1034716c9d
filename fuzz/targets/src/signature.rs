//! Request signatures.

use bastide_sigv4::{
    Call, ChunkDecoder, Credentials, Form, Head, KeyCache, Payload, PostPolicy, Signer, Style, parse, payload_sha256,
    verify,
};
use std::sync::LazyLock;

use crate::codec::Message;

pub const KEY_ID: &str = "AKIAIOSFODNN7EXAMPLE";
pub const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
/// When every request of the corpus was signed, and when it is checked.
pub const AT: i64 = 1_792_800_000;

static CACHE: LazyLock<KeyCache> = LazyLock::new(|| KeyCache::new(64));

/// `SERVICE METHOD PATH?QUERY`, headers, body: the head's claim is parsed, and what can be verified is.
pub fn head(data: &[u8]) {
    let _ = proven(data);
}

/// Whether the request is proven; `None` when it claims nothing that can be read.
pub fn proven(data: &[u8]) -> Option<bool> {
    let message = Message::parse(data)?;
    let mut words = message.first.splitn(3, ' ');
    let (service, method, uri) = (words.next()?, words.next()?, words.next()?);
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let headers: Vec<(&str, &[u8])> =
        message.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let head = Head { method, path, query, headers: &headers };
    let form = parse(&head).ok()?;
    let mut proven = false;
    let _ = (form.access_key_id(), form.session_token(), form.scope(), form.signed_at());
    for payload in [Payload::Whole(message.body), Payload::Streamed] {
        let call = Call { head, payload, now: AT, style: Style::of(service), host_bucket: None };
        match verify(&form, &call, SECRET, &CACHE) {
            Ok(_) => proven = true,
            Err(error) => {
                let secret = String::from_utf8_lossy(SECRET);
                assert!(!error.to_string().contains(secret.as_ref()), "an error never tells the secret");
            }
        }
    }
    Some(proven)
}

/// The head of an upload whose body is aws-chunked, as its signer left it.
pub fn chunked_head(payload: &'static str) -> (Vec<(String, String)>, bastide_sigv4::ChunkSigner) {
    let mut headers: Vec<(String, String)> =
        [("host", "bucket.s3.amazonaws.com"), ("x-amz-decoded-content-length", "8200")]
            .map(|(name, value)| (name.to_owned(), value.to_owned()))
            .to_vec();
    if payload.ends_with("TRAILER") {
        headers.push(("x-amz-trailer".to_owned(), "x-amz-checksum-crc32c".to_owned()));
    }
    let credentials = Credentials { access_key_id: KEY_ID, secret: SECRET, session_token: None };
    let signer = Signer::new(credentials, "us-east-1", "s3");
    let borrowed: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let signed = signer.headers(&Head { method: "PUT", path: "/key", query: "", headers: &borrowed }, payload, AT);
    let chunks = signer.chunks(&signed);
    headers.extend(signed.headers);
    (headers, chunks)
}

pub const CHUNKED: [&str; 3] = [
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
    "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
];

/// The first byte chooses the kind of body and how it is cut, the rest is the body as it arrives.
pub fn chunks(data: &[u8]) {
    let _ = unchunked(data);
}

/// The body's data, when it is proven whole.
pub fn unchunked(data: &[u8]) -> Option<usize> {
    let (&choice, body) = data.split_first()?;
    let (headers, _) = chunked_head(CHUNKED[usize::from(choice) % CHUNKED.len()]);
    let headers: Vec<(&str, &[u8])> = headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
    let head = Head { method: "PUT", path: "/key", query: "", headers: &headers };
    let form = parse(&head).expect("our own head parses");
    let call = Call { head, payload: Payload::Streamed, now: AT, style: Style::of("s3"), host_bucket: None };
    let verified = verify(&form, &call, SECRET, &CACHE).expect("our own signature is right");
    let bastide_sigv4::BodyCheck::Chunked(verifier) = verified.body else { panic!("a chunked body was announced") };
    let mut decoder = ChunkDecoder::new(verifier);
    let mut came_out = 0;
    for part in body.chunks(1 + usize::from(choice / 3)) {
        if decoder.push(part, &mut |data| came_out += data.len()).is_err() {
            break;
        }
    }
    assert!(came_out <= body.len(), "{came_out} bytes came out of {}", body.len());
    decoder.finish().ok().map(|_| came_out)
}

/// Lines of `name=value`: the fields of a browser's upload form.
pub fn post_form(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let fields: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    if let Ok(Some(policy)) = PostPolicy::from_fields(&fields) {
        let _ = (policy.access_key_id().len(), policy.algorithm());
        let form = Form::Post(policy);
        let head = Head { method: "POST", path: "/", query: "", headers: &[] };
        let call = Call { head, payload: Payload::Streamed, now: AT, style: Style::of("s3"), host_bucket: None };
        let _ = verify(&form, &call, SECRET, &CACHE);
    }
}

/// A body's hash, for the seeds.
pub fn hash(body: &[u8]) -> String {
    payload_sha256(body)
}
