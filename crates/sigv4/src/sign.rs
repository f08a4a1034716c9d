//! The other side: signing requests, presigned URLs and chunked bodies, with the verifier's own canonical form.

use crate::canonical::{self, Style};
use crate::chunk::{Links, PADDING, trailer_lines};
use crate::encode::{hex32, query_escaped, sha256};
use crate::form::Algorithm;
use crate::head::Head;
use crate::key::HmacKey;
use crate::time::format_basic;
use crate::v4a;
use aws_lc_rs::{rand::SystemRandom, signature::EcdsaKeyPair};
use std::fmt;
use std::sync::Arc;

/// Whose key signs.
#[derive(Clone, Copy)]
pub struct Credentials<'a> {
    pub access_key_id: &'a str,
    pub secret: &'a [u8],
    pub session_token: Option<&'a str>,
}

impl fmt::Debug for Credentials<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials({})", self.access_key_id)
    }
}

/// Signs for one service in one region (V4a: a region set).
#[derive(Debug, Clone)]
pub struct Signer<'a> {
    credentials: Credentials<'a>,
    region: &'a str,
    service: &'a str,
    style: Style,
    content_sha256_header: bool,
    token_last: bool,
    pair: Option<Arc<EcdsaKeyPair>>,
}

/// A signature and what it took to make it. Its headers and canonical request may hold a session token.
#[derive(Clone)]
pub struct Signed {
    /// The headers to add to the request; none for a presigned one.
    pub headers: Vec<(String, String)>,
    /// The whole query of the request, `X-Amz-Signature` included when it is presigned.
    pub query: String,
    pub signature: String,
    pub canonical_request: Vec<u8>,
    pub string_to_sign: Vec<u8>,
    date: String,
    scope: String,
}

impl fmt::Debug for Signed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signed({} at {})", self.scope, self.date)
    }
}

/// Headers that proxies may change, or that are not there yet when a request is signed.
const UNSIGNED: &[&str] = &[
    "authorization",
    "connection",
    "expect",
    "te",
    "transfer-encoding",
    "upgrade",
    "user-agent",
    "x-amzn-trace-id",
    "x-amz-security-token",
    "x-amz-date",
];

/// A body's SHA-256 as the signature wants it.
pub fn payload_sha256(body: &[u8]) -> String {
    String::from_utf8_lossy(&hex32(&sha256(body))).into_owned()
}

impl<'a> Signer<'a> {
    /// A V4 signer in the style of the service.
    pub fn new(credentials: Credentials<'a>, region: &'a str, service: &'a str) -> Self {
        let style = Style::of(service);
        let content_sha256_header = style.needs_content_sha256;
        Signer { credentials, region, service, style, content_sha256_header, token_last: false, pair: None }
    }

    /// A V4a signer for a region set (`*`, `us-east-1,eu-*`). `None` only if the secret makes no key.
    pub fn new_v4a(credentials: Credentials<'a>, region_set: &'a str, service: &'a str) -> Option<Self> {
        let pair = v4a::key_pair(credentials.access_key_id, credentials.secret)?;
        Some(Signer { pair: Some(Arc::new(pair)), ..Signer::new(credentials, region_set, service) })
    }

    pub fn with_style(self, style: Style) -> Self {
        Signer { style, ..self }
    }

    /// Whether to name the body's hash in `x-amz-content-sha256`. S3 wants it, others take it.
    pub fn with_content_sha256_header(self, content_sha256_header: bool) -> Self {
        Signer { content_sha256_header, ..self }
    }

    /// Leaves the session token out of the signature, as IoT wants it.
    pub fn with_token_last(self) -> Self {
        Signer { token_last: true, ..self }
    }

    fn algorithm(&self) -> Algorithm {
        if self.pair.is_some() { Algorithm::EcdsaP256Sha256 } else { Algorithm::HmacSha256 }
    }

    fn scope(&self, date: &str) -> String {
        let day = date.get(..8).unwrap_or_default();
        match self.algorithm() {
            Algorithm::HmacSha256 => format!("{day}/{}/{}/aws4_request", self.region, self.service),
            Algorithm::EcdsaP256Sha256 => format!("{day}/{}/aws4_request", self.service),
        }
    }

    fn key(&self, scope: &str) -> SigningKey {
        match &self.pair {
            Some(pair) => SigningKey::Ecdsa(Arc::clone(pair)),
            None => SigningKey::Hmac(HmacKey::derive(self.credentials.secret, scope)),
        }
    }

    /// Signs by header. `payload` is the body's hash in hex or one of the words that stand for it; `at` is in Unix
    /// seconds. Every header of `head` is signed but those that proxies may change.
    pub fn headers(&self, head: &Head<'_>, payload: &str, at: i64) -> Signed {
        let date = format_basic(at);
        let mut added: Vec<(&str, &str)> = vec![("x-amz-date", &date)];
        if self.content_sha256_header {
            added.push(("x-amz-content-sha256", payload));
        }
        if self.pair.is_some() {
            added.push(("x-amz-region-set", self.region));
        }
        let token = self.credentials.session_token.map(|token| ("x-amz-security-token", token));
        added.extend(token.filter(|_| !self.token_last));
        let mut headers: Vec<(&str, &[u8])> = signable(head, &added);
        headers.extend(added.iter().map(|(name, value)| (*name, value.as_bytes())));
        let signed_headers = names(&headers);
        let mut signed = self.sign(&Head { headers: &headers, ..*head }, &signed_headers, payload, &date, head.query);
        let authorization = format!(
            "{} Credential={}/{}, SignedHeaders={signed_headers}, Signature={}",
            self.algorithm().name(),
            self.credentials.access_key_id,
            signed.scope,
            signed.signature
        );
        added.extend(token.filter(|_| self.token_last));
        added.push(("authorization", &authorization));
        signed.headers = added.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        signed
    }

    /// Makes a presigned query that lives `expires` seconds. `payload` is `UNSIGNED-PAYLOAD` for S3, else the hash of
    /// the body (of nothing, for a GET).
    pub fn presign(&self, head: &Head<'_>, payload: &str, at: i64, expires: i64) -> Signed {
        let date = format_basic(at);
        let headers = signable(head, &[]);
        let signed_headers = names(&headers);
        let credential = format!("{}/{}", self.credentials.access_key_id, self.scope(&date));
        let expires = expires.to_string();
        let mut parameters = vec![
            ("X-Amz-Algorithm", self.algorithm().name()),
            ("X-Amz-Credential", &credential),
            ("X-Amz-Date", &date),
            ("X-Amz-Expires", &expires),
            ("X-Amz-SignedHeaders", &signed_headers),
        ];
        if self.pair.is_some() {
            parameters.push(("X-Amz-Region-Set", self.region));
        }
        let token = self.credentials.session_token.map(|token| ("X-Amz-Security-Token", token));
        parameters.extend(token.filter(|_| !self.token_last));
        let mut query = head.query.to_owned();
        for (name, value) in parameters {
            push_parameter(&mut query, name, value);
        }
        let head = Head { headers: &headers, query: &query, ..*head };
        let mut signed = self.sign(&head, &signed_headers, payload, &date, &query);
        if let Some((name, value)) = token.filter(|_| self.token_last) {
            push_parameter(&mut signed.query, name, value);
        }
        push_parameter(&mut signed.query, "X-Amz-Signature", &signed.signature);
        signed
    }

    fn sign(&self, head: &Head<'_>, signed_headers: &str, payload: &str, date: &str, query: &str) -> Signed {
        let scope = self.scope(date);
        let canonical_request = canonical::request(head, signed_headers, payload, self.style, &[]);
        let string_to_sign = canonical::string_to_sign(self.algorithm().name(), date, &scope, &canonical_request);
        let signature = self.key(&scope).sign(&string_to_sign);
        let (headers, query, date) = (Vec::new(), query.to_owned(), date.to_owned());
        Signed { headers, query, signature, canonical_request, string_to_sign, date, scope }
    }

    /// Signs the chunks of a body whose head was signed with a `STREAMING-AWS4-…-PAYLOAD` payload.
    pub fn chunks(&self, signed: &Signed) -> ChunkSigner {
        let links = Links {
            algorithm: self.algorithm(),
            date: signed.date.clone(),
            scope: signed.scope.clone(),
            previous: signed.signature.clone(),
        };
        ChunkSigner { chain: Some((self.key(&signed.scope), links)) }
    }
}

fn signable<'a>(head: &Head<'a>, added: &[(&str, &str)]) -> Vec<(&'a str, &'a [u8])> {
    let kept = |name: &str| !UNSIGNED.contains(&name) && !added.iter().any(|(other, _)| *other == name);
    head.headers.iter().copied().filter(|(name, _)| kept(name)).collect()
}

fn names(headers: &[(&str, &[u8])]) -> String {
    let mut names: Vec<_> = headers.iter().map(|(name, _)| *name).collect();
    names.sort_unstable();
    names.dedup();
    names.join(";")
}

fn push_parameter(query: &mut String, name: &str, value: &str) {
    if !query.is_empty() {
        query.push('&');
    }
    query.push_str(name);
    query.push('=');
    query.push_str(&query_escaped(value));
}

enum SigningKey {
    Hmac(HmacKey),
    Ecdsa(Arc<EcdsaKeyPair>),
}

impl SigningKey {
    /// In hex. Empty, and so refused by any verifier, in the one case that the library cannot sign at all.
    fn sign(&self, string_to_sign: &[u8]) -> String {
        match self {
            SigningKey::Hmac(key) => String::from_utf8_lossy(&key.sign(string_to_sign)).into_owned(),
            SigningKey::Ecdsa(pair) => {
                pair.sign(&SystemRandom::new(), string_to_sign).map(hex::encode).unwrap_or_default()
            }
        }
    }
}

/// Frames a body as aws-chunked, signing each chunk (or none).
pub struct ChunkSigner {
    chain: Option<(SigningKey, Links)>,
}

impl fmt::Debug for ChunkSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ChunkSigner")
    }
}

impl ChunkSigner {
    /// Frames without signing, for `STREAMING-UNSIGNED-PAYLOAD-TRAILER`.
    pub fn unsigned() -> Self {
        ChunkSigner { chain: None }
    }

    fn header(&mut self, data: &[u8]) -> String {
        let Some((key, links)) = &mut self.chain else { return format!("{:x}\r\n", data.len()) };
        links.previous = key.sign(links.chunk(&sha256(data)).as_bytes());
        let signature = padded(links);
        format!("{:x};chunk-signature={signature}\r\n", data.len())
    }

    /// One chunk, framed. All but the last must hold 8,192 bytes or more; an empty one would end the body.
    pub fn chunk(&mut self, data: &[u8]) -> Vec<u8> {
        let mut out = self.header(data).into_bytes();
        out.extend_from_slice(data);
        out.extend_from_slice(b"\r\n");
        out
    }

    /// The end of a body without trailers.
    pub fn end(mut self) -> Vec<u8> {
        (self.header(&[]) + "\r\n").into_bytes()
    }

    /// The end of a body with trailers (names in lower case), for the `-TRAILER` payloads.
    pub fn end_with(mut self, trailers: &[(String, String)]) -> Vec<u8> {
        let mut out = self.header(&[]);
        for (name, value) in trailers {
            out.push_str(&format!("{name}:{value}\r\n"));
        }
        if let Some((key, links)) = &mut self.chain {
            links.previous = key.sign(links.trailer(&trailer_lines(trailers)).as_bytes());
            out.push_str(&format!("x-amz-trailer-signature:{}\r\n", padded(links)));
        }
        (out + "\r\n").into_bytes()
    }
}

fn padded(links: &Links) -> String {
    let mut signature = links.previous.clone();
    while links.algorithm == Algorithm::EcdsaP256Sha256 && signature.len() < 144 {
        signature.push(PADDING);
    }
    signature
}
