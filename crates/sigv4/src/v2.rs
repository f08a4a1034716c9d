//! S3's presigned query of old (HMAC-SHA1), which boto3 still makes for endpoints it does not know.

use crate::encode::{query_decoded, query_escaped};
use crate::error::{Mismatch, SigError};
use crate::head::Head;
use crate::verify::Call;
use aws_lc_rs::hmac;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use subtle::ConstantTimeEq;

/// `?AWSAccessKeyId=…&Expires=…&Signature=…`.
#[derive(Clone)]
pub struct PresignedV2<'a> {
    pub access_key_id: Cow<'a, str>,
    /// Unix seconds after which the request is void.
    pub expires: i64,
    pub(crate) signature: Cow<'a, str>,
    pub(crate) session_token: Option<Cow<'a, str>>,
}

/// Neither the session token nor the signature.
impl fmt::Debug for PresignedV2<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "PresignedV2({} until {})", self.access_key_id, self.expires)
    }
}

/// The query parameters that V2 signs, sorted.
const SUB_RESOURCES: &[&str] = &[
    "accelerate",
    "acl",
    "analytics",
    "cors",
    "defaultObjectAcl",
    "delete",
    "inventory",
    "lifecycle",
    "location",
    "logging",
    "metrics",
    "notification",
    "object-lock",
    "partNumber",
    "policy",
    "replication",
    "requestPayment",
    "response-cache-control",
    "response-content-disposition",
    "response-content-encoding",
    "response-content-language",
    "response-content-type",
    "response-expires",
    "restore",
    "select",
    "select-type",
    "storageClass",
    "tagging",
    "torrent",
    "uploadId",
    "uploads",
    "versionId",
    "versioning",
    "versions",
    "website",
];

impl PresignedV2<'_> {
    pub(crate) fn check_time(&self, now: i64) -> Result<(), SigError> {
        if self.expires < now { Err(SigError::ExpiredV2 { expires: self.expires, now }) } else { Ok(()) }
    }

    pub(crate) fn verify(&self, call: &Call<'_>, secret: &[u8]) -> Result<(), SigError> {
        if !call.style.sigv2 {
            return Err(SigError::SigV2Refused);
        }
        let string = string_to_sign(&call.head, self.expires, call.host_bucket);
        let good = |string: &str| accepts(string.as_bytes(), &self.signature, secret);
        if good(&string) {
            return Ok(());
        }
        // A bucket in the path is signed as `/bucket/` by clients that then ask for `/bucket`.
        let bucket_only = call.host_bucket.is_none() && call.head.path.rfind('/') == Some(0);
        if bucket_only {
            let path = format!("{}/", call.head.path);
            let head = Head { path: &path, ..call.head };
            if good(&string_to_sign(&head, self.expires, None)) {
                return Ok(());
            }
        }
        Err(SigError::Mismatch(Box::new(Mismatch {
            access_key_id: self.access_key_id.clone().into_owned(),
            string_to_sign: shown(&string),
            canonical_request: String::new(),
            signature_provided: self.signature.clone().into_owned(),
        })))
    }
}

/// Whether a Base64 HMAC-SHA1 is the one over `message`.
pub(crate) fn accepts(message: &[u8], signature: &str, secret: &[u8]) -> bool {
    sign(message, secret).as_bytes().ct_eq(signature.as_bytes()).into()
}

fn sign(message: &[u8], secret: &[u8]) -> String {
    let key = hmac::Key::new(hmac::HMAC_SHA1_FOR_LEGACY_USE_ONLY, secret);
    STANDARD.encode(hmac::sign(&key, message).as_ref())
}

/// Verb, Content-MD5, Content-Type, expiry, the `x-amz-*` headers and the resource with its sub-resources. Signers move
/// headers into the query of a presigned URL, so each is looked for in both.
fn string_to_sign(head: &Head<'_>, expires: i64, host_bucket: Option<&str>) -> String {
    let mut amz: BTreeMap<&str, Vec<Cow<'_, str>>> = BTreeMap::new();
    let mut plain = [("content-md5", None), ("content-type", None)];
    for (name, value) in head.headers {
        let value = String::from_utf8_lossy(value.trim_ascii());
        if name.starts_with("x-amz-") {
            amz.entry(name).or_default().push(value);
        } else if let Some((_, slot)) = plain.iter_mut().find(|(other, _)| other == name) {
            slot.get_or_insert(value);
        }
    }
    let mut sub_resources = Vec::new();
    for pair in head.query.split('&') {
        let (name, value) = match pair.split_once('=') {
            Some((name, value)) => (name, Some(query_decoded(value))),
            None => (pair, None),
        };
        if name.starts_with("x-amz-") {
            let values = amz.entry(name).or_default();
            if values.is_empty() {
                values.push(value.unwrap_or_default());
            }
        } else if let Some((_, slot)) = plain.iter_mut().find(|(other, _)| *other == name) {
            slot.get_or_insert(value.unwrap_or_default());
        } else if SUB_RESOURCES.binary_search(&name).is_ok() {
            sub_resources.push((name, value));
        }
    }
    sub_resources.sort();
    let mut out = format!("{}\n", head.method);
    for (_, value) in plain {
        out.push_str(value.as_deref().unwrap_or_default());
        out.push('\n');
    }
    out.push_str(&format!("{expires}\n"));
    for (name, values) in amz {
        out.push_str(&format!("{name}:{}\n", values.join(",")));
    }
    if let Some(bucket) = host_bucket {
        out.push('/');
        out.push_str(bucket);
    }
    out.push_str(if head.path.is_empty() { "/" } else { head.path });
    for (index, (name, value)) in sub_resources.iter().enumerate() {
        out.push(if index == 0 { '?' } else { '&' });
        out.push_str(name);
        if let Some(value) = value {
            out.push('=');
            out.push_str(value);
        }
    }
    out
}

fn shown(string: &str) -> String {
    let lines = string.split('\n').map(|line| match line.split_once(':') {
        Some((name, _)) if name == "x-amz-security-token" || name.ends_with("-customer-key") => {
            format!("{name}:REDACTED")
        }
        _ => line.to_owned(),
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// The query of a V2 presigned request: what `head` has, and the signature.
pub fn sign_query_v2(
    head: &Head<'_>,
    access_key_id: &str,
    secret: &[u8],
    session_token: Option<&str>,
    expires: i64,
    host_bucket: Option<&str>,
) -> String {
    let mut query = head.query.to_owned();
    let mut push = |name: &str, value: &str| {
        if !query.is_empty() {
            query.push('&');
        }
        query.push_str(&format!("{name}={}", query_escaped(value)));
    };
    if let Some(token) = session_token {
        push("x-amz-security-token", token);
    }
    push("AWSAccessKeyId", access_key_id);
    push("Expires", &expires.to_string());
    let string = string_to_sign(&Head { query: &query, ..*head }, expires, host_bucket);
    format!("{query}&Signature={}", query_escaped(&sign(string.as_bytes(), secret)))
}
