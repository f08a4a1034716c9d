//! Everything that can be wrong with a signature. What AWS says about it, per protocol, is in `fault.rs`.

use crate::fault::Dialect;
use crate::form::Place;
use std::fmt;

/// One way in which a credential's scope is not the endpoint's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ScopeFault {
    /// The region (with V4a: the region set) is another one.
    Region {
        got: String,
        expected: String,
    },
    Service {
        got: String,
        expected: String,
    },
    /// Does not end in `aws4_request`.
    Terminator {
        got: String,
    },
    /// The scope's day is not the request's; `from` is the request's whole date.
    Date {
        got: String,
        from: String,
    },
}

/// Why `X-Amz-Expires` is refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BadExpires {
    NotANumber,
    NotPositive,
    /// More than a week.
    TooLong,
}

/// What was calculated when the signature did not match. Session tokens and customer keys are blotted out of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mismatch {
    pub access_key_id: String,
    pub string_to_sign: String,
    /// Empty for V2 and for policies, which have none.
    pub canonical_request: String,
    pub signature_provided: String,
}

/// Why a request's signature, or the claim around it, was refused. `Display` is AWS's text in query and JSON services.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum SigError {
    /// Nothing was signed where something must be.
    MissingAuthentication,
    /// A header and a query, or two headers, claim at once.
    TwoMechanisms,
    /// An `Authorization` header that is not AWS's.
    UnsupportedAuthorization,
    /// A part of the `Authorization` header without `=`; of the whole header only its SHA-256, in Base64.
    NotKeyValue {
        part: String,
        header_hash: String,
    },
    /// A part of the `Authorization` header that AWS does not know.
    UnknownParameter {
        name: String,
    },
    DuplicateParameter {
        name: String,
        place: Place,
    },
    IncompleteHeader {
        missing: Vec<&'static str>,
        no_date: bool,
        algorithm: String,
    },
    IncompleteQuery {
        missing: Vec<&'static str>,
    },
    /// V2's query lacks one of its three.
    IncompleteV2,
    BadV2Expires {
        got: String,
    },
    /// A form upload that has some but not all of its signing fields.
    IncompleteForm {
        missing: &'static str,
    },
    UnsupportedAlgorithm {
        got: String,
        place: Place,
    },
    /// Not `keyid/date/region/service/term`.
    BadCredential {
        got: String,
        place: Place,
    },
    BadDate {
        got: String,
        place: Place,
    },
    BadExpires(BadExpires),
    /// Signed at `signed_at`, past the window of so many seconds that closed before `now`.
    Expired {
        signed_at: i64,
        now: i64,
        window: i64,
        place: Place,
    },
    /// Signed further in the future than clocks may differ.
    NotYetCurrent {
        signed_at: i64,
        now: i64,
        window: i64,
        place: Place,
    },
    /// V2's `Expires` has passed.
    ExpiredV2 {
        expires: i64,
        now: i64,
    },
    Scope {
        faults: Vec<ScopeFault>,
        place: Place,
    },
    HostNotSigned,
    /// `x-amz-*` headers outside the signature; a signature that leaves them out says nothing about them.
    HeadersNotSigned {
        names: Vec<String>,
    },
    /// A V4a request without a region set under its signature.
    RegionSetNotSigned,
    MissingContentSha256,
    BadContentSha256 {
        got: String,
    },
    /// The service wants the body under the signature.
    UnsignedPayload,
    /// The body is not the one whose hash was signed; both in hex.
    ContentSha256Mismatch {
        claimed: String,
        computed: String,
    },
    /// An aws-chunked body without a readable `x-amz-decoded-content-length`.
    MissingDecodedLength,
    /// The service does not take V2.
    SigV2Refused,
    /// The body was not given although it is under the signature: the caller must read it first.
    BodyNeeded,
    Mismatch(Box<Mismatch>),
}

impl fmt::Display for SigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fault(Dialect::Query).message)
    }
}
impl std::error::Error for SigError {}

/// Why an aws-chunked body was refused. The body is to be thrown away whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ChunkError {
    /// Not aws-chunked.
    Malformed,
    /// A chunk's header line is longer than any honest one.
    HeaderTooLong,
    /// A chunk (counted from 1; trailers count as one) does not carry the signature it should.
    Signature { chunk: u64 },
    /// A chunk of so many bytes that is not the last.
    ChunkTooSmall { chunk: u64, size: u64 },
    /// More or fewer bytes than `x-amz-decoded-content-length` says.
    DecodedLength { expected: u64 },
    /// The body ended before its last chunk did.
    Incomplete,
    /// Trailers that are not those announced by `x-amz-trailer`, or not readable.
    MalformedTrailer,
}

impl fmt::Display for ChunkError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.fault().message)
    }
}
impl std::error::Error for ChunkError {}
