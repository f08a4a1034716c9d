//! What AWS answers to each error: status, code and sentence, per protocol.

use crate::error::{BadExpires, ChunkError, Mismatch, ScopeFault, SigError};
use crate::form::Place;
use crate::time::{format_basic, format_extended};

/// How a service words its errors.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    /// IAM, STS, SNS and other XML services.
    Query,
    /// JSON 1.0, JSON 1.1 and CBOR services.
    Json,
    /// REST services with JSON or XML bodies, but S3.
    Rest,
    S3,
}

/// An error as it goes on the wire.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub status: u16,
    pub code: &'static str,
    pub message: String,
    /// Further elements of S3's error body, in order.
    pub details: Vec<(&'static str, String)>,
}

impl Fault {
    fn new(status: u16, code: &'static str, message: impl Into<String>) -> Self {
        Fault { status, code, message: message.into(), details: Vec::new() }
    }

    fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.details.push((name, value.into()));
        self
    }
}

const MISMATCH: &str = "The request signature we calculated does not match the signature you provided. Check your \
                        AWS Secret Access Key and signing method. Consult the service documentation for details.";
const MISMATCH_S3: &str =
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.";
const ONE_MECHANISM: &str = "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature \
                             query string parameter or the Authorization header should be specified";
const CREDENTIAL_FORM: &str =
    "the Credential is mal-formed; expecting \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\".";
const CONTENT_SHA256_FORMS: &str = "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, \
     STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, \
     STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD, STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD-TRAILER or a valid sha256 \
     value.";

/// The three things that services other than S3 distinguish.
enum Kind {
    Missing,
    Incomplete,
    Invalid,
}

impl SigError {
    /// The error as AWS words it in a protocol.
    pub fn fault(&self, dialect: Dialect) -> Fault {
        if dialect == Dialect::S3 {
            return self.s3();
        }
        if *self == SigError::BodyNeeded {
            return Fault::new(
                500,
                "InternalFailure",
                "The request processing has failed because of an unknown error.",
            );
        }
        let (kind, message) = self.general();
        let (status, code) = match (kind, dialect) {
            (Kind::Missing, Dialect::Query) => (403, "MissingAuthenticationToken"),
            (Kind::Missing, Dialect::Json) => (400, "MissingAuthenticationTokenException"),
            (Kind::Missing, _) => (403, "MissingAuthenticationTokenException"),
            (Kind::Incomplete, Dialect::Query) => (400, "IncompleteSignature"),
            (Kind::Incomplete, Dialect::Json) => (400, "IncompleteSignatureException"),
            (Kind::Incomplete, _) => (403, "IncompleteSignatureException"),
            (Kind::Invalid, Dialect::Query) => (403, "SignatureDoesNotMatch"),
            (Kind::Invalid, Dialect::Json) => (400, "InvalidSignatureException"),
            (Kind::Invalid, _) => (403, "InvalidSignatureException"),
        };
        Fault::new(status, code, message)
    }

    fn general(&self) -> (Kind, String) {
        use Kind::{Incomplete, Invalid, Missing};
        match self {
            SigError::MissingAuthentication
            | SigError::UnsupportedAuthorization
            | SigError::SigV2Refused
            | SigError::IncompleteV2
            | SigError::BadV2Expires { .. }
            | SigError::ExpiredV2 { .. }
            | SigError::IncompleteForm { .. } => (Missing, "Request is missing Authentication Token".to_owned()),
            SigError::TwoMechanisms => (
                Invalid,
                "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header.".to_owned(),
            ),
            // The part itself may be the signature, and is not told.
            SigError::NotKeyValue { header_hash, .. } => (
                Incomplete,
                format!(
                    "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded \
                     with Base64): '{header_hash}'."
                ),
            ),
            SigError::UnknownParameter { name } => {
                (Incomplete, format!("Unknown parameter '{name}' in Authorization header."))
            }
            SigError::DuplicateParameter { name, .. } => {
                (Incomplete, format!("The request has more than one '{name}' parameter."))
            }
            SigError::IncompleteHeader { missing, no_date, algorithm } => {
                let mut text = String::new();
                for name in missing {
                    text.push_str(&format!("Authorization header requires '{name}' parameter. "));
                }
                if *no_date {
                    text.push_str(
                        "Authorization header requires existence of either a 'X-Amz-Date' or a 'Date' header. ",
                    );
                }
                (Incomplete, format!("{text}Authorization={algorithm}"))
            }
            SigError::IncompleteQuery { missing } => {
                let each = missing.iter().map(|name| format!("AWS query-string parameters must include '{name}'. "));
                (Incomplete, format!("{}Re-examine the query-string parameters.", each.collect::<String>()))
            }
            SigError::UnsupportedAlgorithm { got, .. } => {
                (Incomplete, format!("Unsupported AWS 'algorithm': '{got}'."))
            }
            SigError::BadCredential { got, .. } => (
                Incomplete,
                format!(
                    "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, \
                     got '{got}'"
                ),
            ),
            SigError::BadDate { got, .. } => (
                Incomplete,
                format!(
                    "Date must be in ISO-8601 'basic format'. Got '{got}'. See http://en.wikipedia.org/wiki/ISO_8601"
                ),
            ),
            SigError::BadExpires(why) => (Incomplete, expires_text(*why).to_owned()),
            SigError::Expired { signed_at, now, window, .. } => (
                Invalid,
                format!(
                    "Signature expired: {} is now earlier than {} ({} - {} min.)",
                    format_basic(*signed_at),
                    format_basic(now - window),
                    format_basic(*now),
                    window / 60
                ),
            ),
            SigError::NotYetCurrent { signed_at, now, window, .. } => (
                Invalid,
                format!(
                    "Signature not yet current: {} is still later than {} ({} + {} min.)",
                    format_basic(*signed_at),
                    format_basic(now + window),
                    format_basic(*now),
                    window / 60
                ),
            ),
            SigError::Scope { faults, .. } => (Invalid, faults.iter().map(scope_text).collect::<Vec<_>>().join(" ")),
            SigError::HostNotSigned => {
                (Invalid, "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization.".to_owned())
            }
            SigError::HeadersNotSigned { names } => {
                let each = names
                    .iter()
                    .map(|name| format!("'{}' must be a 'SignedHeader' in the AWS Authorization.", title_case(name)));
                (Invalid, each.collect::<Vec<_>>().join(" "))
            }
            SigError::RegionSetNotSigned => {
                (Invalid, "'X-Amz-Region-Set' must be a 'SignedHeader' in the AWS Authorization.".to_owned())
            }
            SigError::BadContentSha256 { .. } => (Invalid, CONTENT_SHA256_FORMS.to_owned()),
            SigError::MissingContentSha256 | SigError::MissingDecodedLength | SigError::BodyNeeded => {
                (Incomplete, self.s3().message)
            }
            SigError::UnsignedPayload | SigError::ContentSha256Mismatch { .. } | SigError::Mismatch(_) => {
                (Invalid, MISMATCH.to_owned())
            }
        }
    }

    fn s3(&self) -> Fault {
        match self {
            SigError::MissingAuthentication => Fault::new(403, "AccessDenied", "Access Denied"),
            SigError::TwoMechanisms => {
                Fault::new(400, "InvalidArgument", ONE_MECHANISM).with("ArgumentName", "Authorization")
            }
            SigError::UnsupportedAuthorization => Fault::new(400, "InvalidArgument", "Unsupported Authorization Type")
                .with("ArgumentName", "Authorization"),
            SigError::NotKeyValue { part, .. } | SigError::UnknownParameter { name: part } => {
                // A name is told; what may be a signature is not.
                let name: String = part.chars().take(20).take_while(char::is_ascii_alphanumeric).collect();
                malformed(Place::Header, &format!("the authorization component \"{name}\" is malformed."))
            }
            SigError::DuplicateParameter { name, place } => {
                malformed(*place, &format!("the authorization component \"{name}\" is repeated."))
            }
            SigError::IncompleteHeader { missing, .. } if !missing.is_empty() => malformed(
                Place::Header,
                "the authorization header requires three components: Credential, SignedHeaders, and Signature.",
            ),
            SigError::IncompleteHeader { .. } | SigError::BadDate { place: Place::Header, .. } => {
                Fault::new(403, "AccessDenied", "AWS authentication requires a valid Date or x-amz-date header")
            }
            SigError::IncompleteQuery { .. } => Fault::new(
                400,
                "AuthorizationQueryParametersError",
                "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, \
                 X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
            ),
            SigError::IncompleteV2 => Fault::new(
                403,
                "AccessDenied",
                "Query-string authentication requires the Signature, Expires and AWSAccessKeyId parameters",
            ),
            SigError::BadV2Expires { got } => {
                Fault::new(403, "AccessDenied", format!("Invalid date (should be seconds since epoch): {got}"))
            }
            SigError::IncompleteForm { missing } => Fault::new(
                400,
                "InvalidArgument",
                format!(
                    "Bucket POST must contain a field named '{missing}'.  If it is specified, please check the \
                         order of the fields."
                ),
            )
            .with("ArgumentName", *missing)
            .with("ArgumentValue", ""),
            SigError::UnsupportedAlgorithm { place: Place::Query, .. } => Fault::new(
                400,
                "AuthorizationQueryParametersError",
                "X-Amz-Algorithm only supports \"AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256\"",
            ),
            SigError::UnsupportedAlgorithm { .. } | SigError::SigV2Refused => Fault::new(
                400,
                "InvalidRequest",
                "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
            ),
            SigError::BadCredential { place, .. } => malformed(*place, CREDENTIAL_FORM),
            SigError::BadDate { .. } => Fault::new(
                400,
                "AuthorizationQueryParametersError",
                "X-Amz-Date must be in the ISO8601 Long Format \"yyyyMMdd'T'HHmmss'Z'\"",
            ),
            SigError::BadExpires(why) => Fault::new(400, "AuthorizationQueryParametersError", expires_text(*why)),
            SigError::Expired { signed_at, now, window, place: Place::Query } => {
                Fault::new(403, "AccessDenied", "Request has expired")
                    .with("X-Amz-Expires", window.to_string())
                    .with("Expires", format_extended(signed_at + window))
                    .with("ServerTime", format_extended(*now))
            }
            SigError::ExpiredV2 { expires, now } => Fault::new(403, "AccessDenied", "Request has expired")
                .with("Expires", format_extended(*expires))
                .with("ServerTime", format_extended(*now)),
            SigError::NotYetCurrent { now, place: Place::Query, .. } => {
                Fault::new(403, "AccessDenied", "Request is not valid yet").with("ServerTime", format_extended(*now))
            }
            SigError::Expired { signed_at, now, window, .. }
            | SigError::NotYetCurrent { signed_at, now, window, .. } => Fault::new(
                403,
                "RequestTimeTooSkewed",
                "The difference between the request time and the current time is too large.",
            )
            .with("RequestTime", format_basic(*signed_at))
            .with("ServerTime", format_extended(*now))
            .with("MaxAllowedSkewMilliseconds", (window * 1000).to_string()),
            SigError::Scope { faults, place } => s3_scope(faults, *place),
            SigError::HostNotSigned => not_signed("host".to_owned()),
            SigError::HeadersNotSigned { names } => not_signed(names.join(", ")),
            SigError::RegionSetNotSigned => not_signed("x-amz-region-set".to_owned()),
            SigError::MissingContentSha256 => {
                Fault::new(400, "InvalidRequest", "Missing required header for this request: x-amz-content-sha256")
            }
            SigError::BadContentSha256 { got } => Fault::new(400, "InvalidArgument", CONTENT_SHA256_FORMS)
                .with("ArgumentName", "x-amz-content-sha256")
                .with("ArgumentValue", got),
            SigError::ContentSha256Mismatch { claimed, computed } => Fault::new(
                400,
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            )
            .with("ClientComputedContentSHA256", claimed)
            .with("S3ComputedContentSHA256", computed),
            SigError::MissingDecodedLength => {
                Fault::new(411, "MissingContentLength", "You must provide the Content-Length HTTP header.")
            }
            SigError::BodyNeeded => {
                Fault::new(500, "InternalError", "We encountered an internal error. Please try again.")
            }
            SigError::UnsignedPayload => Fault::new(403, "SignatureDoesNotMatch", MISMATCH_S3),
            SigError::Mismatch(mismatch) => s3_mismatch(mismatch),
        }
    }
}

impl ChunkError {
    /// The error as S3 words it; no other service takes aws-chunked bodies.
    pub fn fault(&self) -> Fault {
        match self {
            ChunkError::Malformed | ChunkError::HeaderTooLong | ChunkError::Incomplete => {
                Fault::new(400, "IncompleteBody", "The request body terminated unexpectedly")
            }
            ChunkError::DecodedLength { .. } => Fault::new(
                400,
                "IncompleteBody",
                "You did not provide the number of bytes specified by the Content-Length HTTP header",
            ),
            ChunkError::Signature { .. } => Fault::new(403, "SignatureDoesNotMatch", MISMATCH_S3),
            ChunkError::ChunkTooSmall { chunk, size } => Fault::new(
                403,
                "InvalidChunkSizeError",
                "Only the last chunk is allowed to have a size less than 8192 bytes",
            )
            .with("Chunk", chunk.to_string())
            .with("BadChunkSize", size.to_string()),
            ChunkError::MalformedTrailer => Fault::new(
                400,
                "MalformedTrailerError",
                "The request contained trailing data that was not well-formed or did not conform to our published \
                 schema.",
            ),
        }
    }
}

fn expires_text(why: BadExpires) -> &'static str {
    match why {
        BadExpires::NotANumber => "X-Amz-Expires should be a number",
        BadExpires::NotPositive => "X-Amz-Expires must be non-negative",
        BadExpires::TooLong => {
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds"
        }
    }
}

fn scope_text(fault: &ScopeFault) -> String {
    match fault {
        ScopeFault::Region { got, .. } => format!("Credential should be scoped to a valid region, not '{got}'."),
        ScopeFault::Service { expected, .. } => {
            format!("Credential should be scoped to correct service: '{expected}'.")
        }
        ScopeFault::Terminator { got } => {
            format!("Credential should be scoped with a valid terminator: 'aws4_request', not '{got}'.")
        }
        ScopeFault::Date { got, from } => format!(
            "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '{got}' != \
             '{}', from '{from}'.",
            from.get(..8).unwrap_or_default()
        ),
    }
}

fn malformed(place: Place, what: &str) -> Fault {
    match place {
        Place::Header => {
            let message = format!("The authorization header is malformed; {what}");
            Fault::new(400, "AuthorizationHeaderMalformed", message)
        }
        Place::Query => {
            let message = format!("Error parsing the X-Amz-Credential parameter; {what}");
            Fault::new(400, "AuthorizationQueryParametersError", message)
        }
        Place::Form => Fault::new(400, "InvalidRequest", format!("Error parsing the X-Amz-Credential field; {what}")),
    }
}

fn s3_scope(faults: &[ScopeFault], place: Place) -> Fault {
    match faults.first() {
        Some(ScopeFault::Region { got, expected }) => {
            malformed(place, &format!("the region '{got}' is wrong; expecting '{expected}'")).with("Region", expected)
        }
        Some(ScopeFault::Service { got, expected }) => {
            malformed(place, &format!("incorrect service \"{got}\". This endpoint belongs to \"{expected}\"."))
        }
        Some(ScopeFault::Terminator { got }) => {
            malformed(place, &format!("incorrect terminal \"{got}\". This endpoint uses \"aws4_request\"."))
        }
        Some(ScopeFault::Date { got, from }) => {
            let day = from.get(..8).unwrap_or_default();
            let what =
                format!("Invalid credential date \"{got}\". This date is not the same as X-Amz-Date: \"{day}\".");
            malformed(place, &what)
        }
        None => malformed(place, CREDENTIAL_FORM),
    }
}

fn not_signed(names: String) -> Fault {
    Fault::new(403, "AccessDenied", "There were headers present in the request which were not signed")
        .with("HeadersNotSigned", names)
}

fn s3_mismatch(mismatch: &Mismatch) -> Fault {
    let bytes = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().join(" ");
    let fault = Fault::new(403, "SignatureDoesNotMatch", MISMATCH_S3)
        .with("AWSAccessKeyId", &mismatch.access_key_id)
        .with("StringToSign", &mismatch.string_to_sign)
        .with("SignatureProvided", &mismatch.signature_provided)
        .with("StringToSignBytes", bytes(&mismatch.string_to_sign));
    if mismatch.canonical_request.is_empty() {
        return fault;
    }
    fault
        .with("CanonicalRequest", &mismatch.canonical_request)
        .with("CanonicalRequestBytes", bytes(&mismatch.canonical_request))
}

/// `x-amz-target` as `X-Amz-Target`.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    });
    words.collect::<Vec<_>>().join("-")
}
