//! Proving a claim with the secret of the key it names.

use crate::canonical::{self, Style};
use crate::chunk::ChunkVerifier;
use crate::encode::{EMPTY_SHA256, hex32, sha256};
use crate::error::{Mismatch, SigError};
use crate::form::{Algorithm, Form, Place, V4};
use crate::head::Head;
use crate::key::{KeyCache, VerifyingKey, secret_tag};
use crate::scope::Expect;
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use subtle::ConstantTimeEq;

/// How far clocks may differ, in seconds.
pub const SKEW: i64 = 15 * 60;

/// How long a presigned request may live at most, in seconds: a week.
pub const MAX_EXPIRES: i64 = 604_800;

/// The body, as far as it is known when the signature is checked.
#[derive(Clone, Copy)]
pub enum Payload<'a> {
    /// All of it, read already.
    Whole(&'a [u8]),
    /// Still to come; its hash or its chunks must then be named in the head.
    Streamed,
}

/// The request to verify.
#[derive(Clone, Copy)]
pub struct Call<'a> {
    pub head: Head<'a>,
    pub payload: Payload<'a>,
    /// Unix seconds.
    pub now: i64,
    pub style: Style,
    /// The bucket, when the host and not the path names it; only V2 signs it apart.
    pub host_bucket: Option<&'a str>,
}

impl fmt::Debug for Payload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Payload::Whole(body) => write!(f, "Whole({} bytes)", body.len()),
            Payload::Streamed => f.write_str("Streamed"),
        }
    }
}

impl fmt::Debug for Call<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Call({:?}, {:?} at {})", self.head, self.payload, self.now)
    }
}

/// What the body still has to prove after the head has been verified.
#[derive(Debug)]
pub enum BodyCheck {
    /// Nothing: the body was given whole and is the one that was signed.
    Done,
    /// Its SHA-256 must be this; compare before anything is committed.
    Sha256([u8; 32]),
    /// The signature leaves the body open.
    Unsigned,
    /// It is aws-chunked: decode it with a [`ChunkDecoder`](crate::ChunkDecoder).
    Chunked(ChunkVerifier),
}

/// A request whose head is proven.
#[derive(Debug)]
pub struct Verified {
    pub body: BodyCheck,
}

/// Proves that whoever made the request holds `secret`, the one of [`Form::access_key_id`].
///
/// Checks again all that [`Form::check`] checks, except region and service, which only the caller can expect.
///
/// # Errors
/// Any [`SigError`]; [`SigError::Mismatch`] when the secret, or any signed part of the request, is another.
pub fn verify(form: &Form<'_>, call: &Call<'_>, secret: &[u8], cache: &KeyCache) -> Result<Verified, SigError> {
    form.check(&call.head, call.now, Expect::default())?;
    match form {
        Form::Anonymous => Err(SigError::MissingAuthentication),
        Form::V4(v4) => verify_v4(v4, call, secret, cache),
        Form::Post(post) => post.verify(call.style, secret, cache).map(|()| Verified { body: BodyCheck::Unsigned }),
        Form::V2(v2) => v2.verify(call, secret).map(|()| Verified { body: BodyCheck::Unsigned }),
    }
}

fn verify_v4(v4: &V4<'_>, call: &Call<'_>, secret: &[u8], cache: &KeyCache) -> Result<Verified, SigError> {
    if v4.place == Place::Query && call.style.needs_expires && v4.expires.is_none() {
        return Err(SigError::IncompleteQuery { missing: vec!["X-Amz-Expires"] });
    }
    let (hash, plan) = content(v4, call)?;
    let prover = Prover::new(cache, v4.algorithm, &v4.credential, secret);
    let prove = |skip: &[&str]| {
        let canonical = canonical::request(&call.head, &v4.signed_headers, &hash, call.style, skip);
        let string = canonical::string_to_sign(v4.algorithm.name(), &v4.date, v4.scope_text(), &canonical);
        (prover.accepts(&string, &v4.signature), canonical, string)
    };
    let (mut good, canonical, string) = prove(&["X-Amz-Signature"]);
    if !good && v4.place == Place::Query && v4.session_token.is_some() {
        // Some signers add the token after signing. It is bound to the key id's secret all the same.
        good = prove(&["X-Amz-Signature", "X-Amz-Security-Token"]).0;
    }
    if !good {
        return Err(SigError::Mismatch(Box::new(Mismatch {
            access_key_id: v4.access_key_id().to_owned(),
            string_to_sign: String::from_utf8_lossy(&string).into_owned(),
            canonical_request: canonical::shown(&canonical),
            signature_provided: v4.signature.clone().into_owned(),
        })));
    }
    let key = prover.keep();
    let body = match plan {
        Plan::Whole => BodyCheck::Done,
        Plan::Claimed(claimed) => match call.payload {
            Payload::Streamed => BodyCheck::Sha256(claimed),
            Payload::Whole(body) => {
                let computed = sha256(body);
                if !bool::from(computed.ct_eq(&claimed)) {
                    let text = |bytes: &[u8; 32]| String::from_utf8_lossy(&hex32(bytes)).into_owned();
                    return Err(SigError::ContentSha256Mismatch { claimed: text(&claimed), computed: text(&computed) });
                }
                BodyCheck::Done
            }
        },
        Plan::Unsigned => BodyCheck::Unsigned,
        Plan::Chunked { signed, trailer } => {
            let signed = signed.then_some((key, v4));
            BodyCheck::Chunked(ChunkVerifier::of(&call.head, signed, trailer)?)
        }
    };
    Ok(Verified { body })
}

/// A key from the cache, or a fresh one that goes there once it has proven a signature.
pub(crate) struct Prover<'a> {
    cache: &'a KeyCache,
    algorithm: Algorithm,
    credential: &'a str,
    tag: [u8; 32],
    /// `None` if the secret makes no key, which then proves nothing.
    key: Option<Arc<VerifyingKey>>,
    fresh: bool,
}

impl<'a> Prover<'a> {
    pub(crate) fn new(cache: &'a KeyCache, algorithm: Algorithm, credential: &'a str, secret: &[u8]) -> Self {
        let tag = secret_tag(secret);
        let cached = cache.get(algorithm, credential, &tag);
        let fresh = cached.is_none();
        let derive = || {
            let (access_key_id, scope) = credential.split_once('/')?;
            VerifyingKey::derive(algorithm, access_key_id, scope, secret).map(Arc::new)
        };
        Prover { cache, algorithm, credential, tag, key: cached.or_else(derive), fresh }
    }

    pub(crate) fn accepts(&self, string_to_sign: &[u8], signature: &str) -> bool {
        self.key.as_ref().is_some_and(|key| key.accepts(string_to_sign, signature))
    }

    /// To be called once a signature was accepted.
    pub(crate) fn keep(mut self) -> Option<Arc<VerifyingKey>> {
        let key = self.key.take();
        if let (Some(key), true) = (&key, self.fresh) {
            self.cache.put(self.algorithm, self.credential, self.tag, Arc::clone(key));
        }
        zeroize::Zeroize::zeroize(&mut self.tag);
        key
    }
}

/// What follows from `x-amz-content-sha256`, or from its absence.
enum Plan {
    Whole,
    Claimed([u8; 32]),
    Unsigned,
    Chunked { signed: bool, trailer: bool },
}

/// The last line of the canonical request, and what it obliges the body to.
fn content<'a>(v4: &'a V4<'_>, call: &'a Call<'_>) -> Result<(Cow<'a, str>, Plan), SigError> {
    let bad = |got: &str| SigError::BadContentSha256 { got: got.to_owned() };
    let claimed = match call.head.has("x-amz-content-sha256") {
        true => Some(call.head.one("x-amz-content-sha256").ok_or_else(|| bad(""))?),
        false => v4.content_sha256.as_deref(),
    };
    let Some(claimed) = claimed else {
        return match (v4.place, call.payload) {
            (Place::Query, _) if call.style.unsigned_payload => Ok((Cow::Borrowed("UNSIGNED-PAYLOAD"), Plan::Unsigned)),
            _ if call.style.needs_content_sha256 => Err(SigError::MissingContentSha256),
            (_, Payload::Whole(&[])) => Ok((Cow::Borrowed(EMPTY_SHA256), Plan::Whole)),
            (_, Payload::Whole(body)) => {
                let hash = String::from_utf8_lossy(&hex32(&sha256(body))).into_owned();
                Ok((Cow::Owned(hash), Plan::Whole))
            }
            (_, Payload::Streamed) => Err(SigError::BodyNeeded),
        };
    };
    let chunked = |algorithm: Option<Algorithm>, trailer: bool| {
        let signed = algorithm.is_some();
        let possible = call.style.chunked && v4.place == Place::Header && (!signed || algorithm == Some(v4.algorithm));
        if possible { Ok(Plan::Chunked { signed, trailer }) } else { Err(bad(claimed)) }
    };
    let plan = match claimed {
        "UNSIGNED-PAYLOAD" if call.style.unsigned_payload => Plan::Unsigned,
        "UNSIGNED-PAYLOAD" => return Err(SigError::UnsignedPayload),
        "STREAMING-UNSIGNED-PAYLOAD-TRAILER" => chunked(None, true)?,
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD" => chunked(Some(Algorithm::HmacSha256), false)?,
        "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER" => chunked(Some(Algorithm::HmacSha256), true)?,
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD" => chunked(Some(Algorithm::EcdsaP256Sha256), false)?,
        "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER" => chunked(Some(Algorithm::EcdsaP256Sha256), true)?,
        hash => {
            let mut bytes = [0; 32];
            hex::decode_to_slice(hash, &mut bytes).map_err(|_| bad(hash))?;
            Plan::Claimed(bytes)
        }
    };
    Ok((Cow::Borrowed(claimed), plan))
}

impl V4<'_> {
    /// A header's date may differ from `now` by a quarter of an hour; a presigned request lives as long as it says.
    pub(crate) fn check_time(&self, now: i64) -> Result<(), SigError> {
        let (signed_at, place) = (self.time, self.place);
        let window = self.expires.unwrap_or(SKEW);
        if signed_at > now.saturating_add(SKEW) {
            Err(SigError::NotYetCurrent { signed_at, now, window: SKEW, place })
        } else if signed_at.saturating_add(window) < now {
            Err(SigError::Expired { signed_at, now, window, place })
        } else {
            Ok(())
        }
    }

    /// The host and every `x-amz-*` header must be under the signature. The session token need not be: it is bound to
    /// the secret already, and some signers add it last.
    pub(crate) fn check_signed_headers(&self, head: &Head<'_>) -> Result<(), SigError> {
        if !self.signs("host") || !head.has("host") {
            return Err(SigError::HostNotSigned);
        }
        let mut names: Vec<String> = head
            .headers
            .iter()
            .map(|(name, _)| *name)
            .filter(|name| name.starts_with("x-amz-") && *name != "x-amz-security-token" && !self.signs(name))
            .map(str::to_owned)
            .collect();
        names.dedup();
        if !names.is_empty() {
            return Err(SigError::HeadersNotSigned { names });
        }
        if self.algorithm == Algorithm::EcdsaP256Sha256 && self.region_set.is_none() {
            return Err(SigError::RegionSetNotSigned);
        }
        Ok(())
    }
}
