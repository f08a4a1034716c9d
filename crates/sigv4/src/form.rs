//! What a request head claims about its caller, before anything of it is proven.

use crate::encode::{query_decoded, sha256};
use crate::error::{BadExpires, SigError};
use crate::head::Head;
use crate::policy::PostPolicy;
use crate::scope::{self, Expect, Scope};
use crate::time::{format_basic, parse_basic};
use crate::v2::PresignedV2;
use crate::verify::MAX_EXPIRES;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use std::borrow::Cow;
use std::fmt;

/// How V4 signs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Algorithm {
    /// `AWS4-HMAC-SHA256`: V4.
    HmacSha256,
    /// `AWS4-ECDSA-P256-SHA256`: V4a, for several regions at once.
    EcdsaP256Sha256,
}

impl Algorithm {
    pub const fn name(self) -> &'static str {
        match self {
            Algorithm::HmacSha256 => "AWS4-HMAC-SHA256",
            Algorithm::EcdsaP256Sha256 => "AWS4-ECDSA-P256-SHA256",
        }
    }

    pub(crate) fn of(name: &str) -> Option<Self> {
        [Algorithm::HmacSha256, Algorithm::EcdsaP256Sha256].into_iter().find(|algorithm| algorithm.name() == name)
    }
}

/// Where a request carries its signature.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    Header,
    Query,
    Form,
}

impl Place {
    /// The value of the condition key `s3:authType`.
    pub const fn auth_type(self) -> &'static str {
        match self {
            Place::Header => "REST-HEADER",
            Place::Query => "REST-QUERY-STRING",
            Place::Form => "POST",
        }
    }
}

/// What a request claims about its caller.
#[derive(Debug, Clone)]
pub enum Form<'a> {
    /// Nothing at all.
    Anonymous,
    /// V4 or V4a in the header or the query.
    V4(V4<'a>),
    /// The signed policy of a browser's form upload; made by [`PostPolicy::from_fields`], never by [`parse`].
    Post(PostPolicy<'a>),
    /// S3's presigned query of old.
    V2(PresignedV2<'a>),
}

impl Form<'_> {
    /// Whose secret proves the request; `None` when it is anonymous.
    pub fn access_key_id(&self) -> Option<&str> {
        match self {
            Form::Anonymous => None,
            Form::V4(v4) => Some(v4.access_key_id()),
            Form::Post(post) => Some(post.access_key_id()),
            Form::V2(v2) => Some(&v2.access_key_id),
        }
    }

    /// The session token that came along, unproven.
    pub fn session_token(&self) -> Option<&str> {
        match self {
            Form::Anonymous => None,
            Form::V4(v4) => v4.session_token.as_deref(),
            Form::Post(post) => post.session_token,
            Form::V2(v2) => v2.session_token.as_deref(),
        }
    }

    /// The scope of the credential; V2 has none.
    pub fn scope(&self) -> Option<Scope<'_>> {
        match self {
            Form::V4(v4) => Some(v4.scope()),
            Form::Post(post) => post.scope(),
            Form::Anonymous | Form::V2(_) => None,
        }
    }

    /// Where the signature stands.
    pub fn place(&self) -> Option<Place> {
        match self {
            Form::Anonymous => None,
            Form::V4(v4) => Some(v4.place),
            Form::Post(_) => Some(Place::Form),
            Form::V2(_) => Some(Place::Query),
        }
    }

    /// The value of the condition key `s3:signatureversion`: `AWS` for V2, else the algorithm.
    pub fn signature_version(&self) -> Option<&'static str> {
        match self {
            Form::Anonymous => None,
            Form::V4(v4) => Some(v4.algorithm.name()),
            Form::Post(post) => Some(post.algorithm().map_or("AWS", Algorithm::name)),
            Form::V2(_) => Some("AWS"),
        }
    }

    /// When the request was signed, in Unix seconds. V2 does not say.
    pub fn signed_at(&self) -> Option<i64> {
        match self {
            Form::V4(v4) => Some(v4.time),
            Form::Post(post) => post.time(),
            Form::Anonymous | Form::V2(_) => None,
        }
    }

    /// Everything that can be refused without a secret, in the order AWS refuses it: the clock, what must be signed,
    /// the scope. [`verify()`](crate::verify()) checks it again, but for what `expect` asks.
    pub fn check(&self, head: &Head<'_>, now: i64, expect: Expect<'_>) -> Result<(), SigError> {
        match self {
            Form::Anonymous => Ok(()),
            Form::V4(v4) => {
                v4.check_time(now)?;
                v4.check_signed_headers(head)?;
                v4.check_scope(expect)
            }
            Form::Post(post) => post.check(expect),
            Form::V2(v2) => v2.check_time(now),
        }
    }
}

/// A V4 or V4a signature and all it says about itself.
#[derive(Clone)]
pub struct V4<'a> {
    pub algorithm: Algorithm,
    pub place: Place,
    /// Unix seconds of the request's date.
    pub time: i64,
    /// How long a presigned request lives, in seconds.
    pub expires: Option<i64>,
    /// V4a's `X-Amz-Region-Set`.
    pub region_set: Option<Cow<'a, str>>,
    pub(crate) session_token: Option<Cow<'a, str>>,
    /// `x-amz-content-sha256` as a query parameter, where presigned URLs of some SDKs carry it.
    pub(crate) content_sha256: Option<Cow<'a, str>>,
    pub(crate) credential: Cow<'a, str>,
    pub(crate) date: Cow<'a, str>,
    pub(crate) signed_headers: Cow<'a, str>,
    pub(crate) signature: Cow<'a, str>,
}

/// Neither the session token nor the signature.
impl fmt::Debug for V4<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "V4({:?} in {:?} by {})", self.algorithm, self.place, self.credential)
    }
}

impl V4<'_> {
    pub fn access_key_id(&self) -> &str {
        self.credential.split_once('/').map_or("", |(id, _)| id)
    }

    /// `date/region/service/aws4_request`, as it is signed.
    pub(crate) fn scope_text(&self) -> &str {
        self.credential.split_once('/').map_or("", |(_, scope)| scope)
    }

    pub fn scope(&self) -> Scope<'_> {
        let nothing = Scope { date: "", region: "", service: "", terminator: "" };
        scope::split_credential(&self.credential, self.algorithm).map_or(nothing, |(_, scope)| scope)
    }

    /// The names of the headers under the signature, in lower case.
    pub fn signed_headers(&self) -> impl Iterator<Item = &str> {
        self.signed_headers.split(';')
    }

    pub(crate) fn signs(&self, name: &str) -> bool {
        self.signed_headers().any(|signed| signed == name)
    }

    /// Checks region, service, terminator and date of the scope, and a V4a region set.
    pub fn check_scope(&self, expect: Expect<'_>) -> Result<(), SigError> {
        let region_set = match self.algorithm {
            Algorithm::HmacSha256 => None,
            Algorithm::EcdsaP256Sha256 => Some(self.region_set.as_deref().unwrap_or_default()),
        };
        scope::check(self.scope(), region_set, &self.date, expect, self.place)
    }
}

/// Finds the claim in a request head. Proves nothing.
///
/// # Errors
/// Two claims at once, a claim that lacks a part or has one twice, and parts that cannot be read.
pub fn parse<'a>(head: &Head<'a>) -> Result<Form<'a>, SigError> {
    let mut headers = head.all("authorization");
    let header = headers.next();
    let query = QueryParts::find(head)?;
    match (header, query.claims_v4(), query.claims_v2()) {
        (None, false, false) => Ok(Form::Anonymous),
        (Some(_), false, false) if headers.next().is_some() => Err(SigError::TwoMechanisms),
        (Some(value), false, false) => from_header(head, value).map(Form::V4),
        (None, true, false) => query.into_v4().map(Form::V4),
        (None, false, true) => query.into_v2().map(Form::V2),
        _ => Err(SigError::TwoMechanisms),
    }
}

fn from_header<'a>(head: &Head<'a>, value: &'a [u8]) -> Result<V4<'a>, SigError> {
    let text = std::str::from_utf8(value).map_err(|_| SigError::UnsupportedAuthorization)?.trim();
    let (algorithm, parts) = text.split_once(' ').unwrap_or((text, ""));
    if !algorithm.starts_with("AWS4-") {
        return Err(SigError::UnsupportedAuthorization);
    }
    let (mut credential, mut signed_headers, mut signature) = (None, None, None);
    for part in parts.split([',', ' ']).map(str::trim).filter(|part| !part.is_empty()) {
        let Some((name, value)) = part.split_once('=') else {
            let header_hash = STANDARD.encode(sha256(value));
            return Err(SigError::NotKeyValue { part: part.to_owned(), header_hash });
        };
        let slot = match name {
            "Credential" => &mut credential,
            "SignedHeaders" => &mut signed_headers,
            "Signature" => &mut signature,
            _ => return Err(SigError::UnknownParameter { name: name.to_owned() }),
        };
        if slot.replace(value).is_some() {
            return Err(SigError::DuplicateParameter { name: name.to_owned(), place: Place::Header });
        }
    }
    let has_date = head.has("x-amz-date") || head.has("date");
    let present = |part: Option<&'a str>| part.filter(|value| !value.is_empty());
    let (Some(credential), Some(signature), Some(signed_headers), true) =
        (present(credential), present(signature), present(signed_headers), has_date)
    else {
        let parts = [("Credential", credential), ("Signature", signature), ("SignedHeaders", signed_headers)];
        let missing = parts.into_iter().filter(|(_, value)| present(*value).is_none()).map(|(name, _)| name).collect();
        return Err(SigError::IncompleteHeader { missing, no_date: !has_date, algorithm: algorithm.to_owned() });
    };
    let (date, time) = header_date(head)?;
    let algorithm = read_algorithm(algorithm, Place::Header)?;
    check_credential(credential, algorithm, Place::Header)?;
    Ok(V4 {
        algorithm,
        place: Place::Header,
        time,
        expires: None,
        region_set: head.one("x-amz-region-set").map(Cow::Borrowed),
        session_token: head.one("x-amz-security-token").map(Cow::Borrowed),
        content_sha256: None,
        credential: Cow::Borrowed(credential),
        date,
        signed_headers: lower_case(Cow::Borrowed(signed_headers)),
        signature: Cow::Borrowed(signature),
    })
}

/// The request's date as the string to sign has it, and in Unix seconds. `x-amz-date` goes before `date`.
fn header_date<'a>(head: &Head<'a>) -> Result<(Cow<'a, str>, i64), SigError> {
    let name = if head.has("x-amz-date") { "x-amz-date" } else { "date" };
    let bad = |got: &str| SigError::BadDate { got: got.to_owned(), place: Place::Header };
    let text = head.one(name).ok_or_else(|| bad(""))?;
    if let Some(time) = parse_basic(text) {
        return Ok((Cow::Borrowed(text), time));
    }
    // Only HTTP's own date header may be in HTTP's form ("Sun, 30 Aug 2015 12:36:00 GMT").
    let http = (name == "date" && text.contains(',')).then(|| bastide_base::Timestamp::parse(text).ok()).flatten();
    let time = http.ok_or_else(|| bad(text))?.secs();
    Ok((Cow::Owned(format_basic(time)), time))
}

fn read_algorithm(name: &str, place: Place) -> Result<Algorithm, SigError> {
    Algorithm::of(name).ok_or_else(|| SigError::UnsupportedAlgorithm { got: name.to_owned(), place })
}

fn check_credential(credential: &str, algorithm: Algorithm, place: Place) -> Result<(), SigError> {
    match scope::split_credential(credential, algorithm) {
        Some(_) => Ok(()),
        None => Err(SigError::BadCredential { got: credential.to_owned(), place }),
    }
}

fn lower_case(text: Cow<'_, str>) -> Cow<'_, str> {
    if text.bytes().any(|byte| byte.is_ascii_uppercase()) { Cow::Owned(text.to_ascii_lowercase()) } else { text }
}

/// The query parameters that make a claim, decoded.
#[derive(Default)]
struct QueryParts<'a> {
    algorithm: Option<Cow<'a, str>>,
    credential: Option<Cow<'a, str>>,
    date: Option<Cow<'a, str>>,
    expires: Option<Cow<'a, str>>,
    signed_headers: Option<Cow<'a, str>>,
    signature: Option<Cow<'a, str>>,
    security_token: Option<Cow<'a, str>>,
    region_set: Option<Cow<'a, str>>,
    content_sha256: Option<Cow<'a, str>>,
    v2_key: Option<Cow<'a, str>>,
    v2_signature: Option<Cow<'a, str>>,
    v2_expires: Option<Cow<'a, str>>,
    v2_token: Option<Cow<'a, str>>,
}

impl<'a> QueryParts<'a> {
    fn find(head: &Head<'a>) -> Result<Self, SigError> {
        let mut parts = QueryParts::default();
        for (name, value) in head.pairs() {
            let name = query_decoded(name);
            let slot = match name.as_ref() {
                "X-Amz-Algorithm" => &mut parts.algorithm,
                "X-Amz-Credential" => &mut parts.credential,
                "X-Amz-Date" => &mut parts.date,
                "X-Amz-Expires" => &mut parts.expires,
                "X-Amz-SignedHeaders" => &mut parts.signed_headers,
                "X-Amz-Signature" => &mut parts.signature,
                "X-Amz-Security-Token" => &mut parts.security_token,
                "X-Amz-Region-Set" => &mut parts.region_set,
                "X-Amz-Content-Sha256" | "x-amz-content-sha256" => &mut parts.content_sha256,
                "AWSAccessKeyId" => &mut parts.v2_key,
                "Signature" => &mut parts.v2_signature,
                "Expires" => &mut parts.v2_expires,
                "x-amz-security-token" => &mut parts.v2_token,
                _ => continue,
            };
            if slot.replace(query_decoded(value)).is_some() {
                return Err(SigError::DuplicateParameter { name: name.into_owned(), place: Place::Query });
            }
        }
        Ok(parts)
    }

    fn claims_v4(&self) -> bool {
        self.algorithm.is_some() || self.signature.is_some() || self.credential.is_some()
    }

    fn claims_v2(&self) -> bool {
        self.v2_key.is_some() || (self.v2_signature.is_some() && self.v2_expires.is_some())
    }

    fn into_v4(self) -> Result<V4<'a>, SigError> {
        let present = |part: &Option<Cow<'a, str>>| part.as_ref().is_some_and(|value| !value.is_empty());
        let named = [
            ("X-Amz-Algorithm", &self.algorithm),
            ("X-Amz-Credential", &self.credential),
            ("X-Amz-Signature", &self.signature),
            ("X-Amz-SignedHeaders", &self.signed_headers),
            ("X-Amz-Date", &self.date),
        ];
        let missing: Vec<_> = named.into_iter().filter(|(_, part)| !present(part)).map(|(name, _)| name).collect();
        let (Some(algorithm), Some(credential), Some(signature), Some(signed_headers), Some(date), true) =
            (self.algorithm, self.credential, self.signature, self.signed_headers, self.date, missing.is_empty())
        else {
            return Err(SigError::IncompleteQuery { missing });
        };
        let time = parse_basic(&date)
            .ok_or_else(|| SigError::BadDate { got: date.clone().into_owned(), place: Place::Query })?;
        let algorithm = read_algorithm(&algorithm, Place::Query)?;
        check_credential(&credential, algorithm, Place::Query)?;
        let expires = self.expires.as_deref().map(read_expires).transpose().map_err(SigError::BadExpires)?;
        Ok(V4 {
            algorithm,
            place: Place::Query,
            time,
            expires,
            region_set: self.region_set,
            session_token: self.security_token,
            content_sha256: self.content_sha256,
            credential,
            date,
            signed_headers: lower_case(signed_headers),
            signature,
        })
    }

    fn into_v2(self) -> Result<PresignedV2<'a>, SigError> {
        let (Some(access_key_id), Some(signature), Some(expires)) = (self.v2_key, self.v2_signature, self.v2_expires)
        else {
            return Err(SigError::IncompleteV2);
        };
        let expires = expires.parse().map_err(|_| SigError::BadV2Expires { got: expires.into_owned() })?;
        Ok(PresignedV2 { access_key_id, signature, expires, session_token: self.v2_token })
    }
}

fn read_expires(text: &str) -> Result<i64, BadExpires> {
    match text.parse::<i64>() {
        Err(_) => Err(BadExpires::NotANumber),
        Ok(..1) => Err(BadExpires::NotPositive),
        Ok(secs) if secs > MAX_EXPIRES => Err(BadExpires::TooLong),
        Ok(secs) => Ok(secs),
    }
}
