//! aws-chunked bodies: a chain of chunks, each under the signature of all before it, and signed trailers.
//!
//! ```text
//! 10000;chunk-signature=<hex>\r\n  <65536 bytes>  \r\n
//! 0;chunk-signature=<hex>\r\n
//! x-amz-checksum-crc32c:sOO8/Q==\r\n      only with trailers
//! x-amz-trailer-signature:<hex>\r\n
//! \r\n
//! ```
//! Unsigned bodies have the same form without signatures.

use crate::encode::{EMPTY_SHA256, hex32, sha256};
use crate::error::{ChunkError, SigError};
use crate::form::{Algorithm, V4};
use crate::head::Head;
use crate::key::VerifyingKey;
use aws_lc_rs::digest;
use std::sync::Arc;

/// Longest header line of a chunk: sixteen digits of size and a padded V4a signature are 178.
const MAX_HEADER: usize = 512;
/// Longest line of a trailer, and how many there may be.
const MAX_TRAILER: usize = 4096;
const MAX_TRAILERS: usize = 16;
/// Every chunk but the last holds at least this many bytes (S3 refuses smaller ones).
const MIN_CHUNK: u64 = 8192;
/// V4a's signatures differ in length; this fills them up so that a chunk's header has a known one.
pub(crate) const PADDING: char = '*';

/// What a chunked body must prove, found in a verified head.
#[derive(Debug)]
pub struct ChunkVerifier {
    chain: Option<Chain>,
    /// Names announced by `x-amz-trailer`, when the body has trailers at all.
    announced: Option<Vec<String>>,
    decoded_length: u64,
}

#[derive(Debug)]
struct Chain {
    key: Option<Arc<VerifyingKey>>,
    links: Links,
}

/// The strings to sign of a chain: each names the signature before it.
#[derive(Debug, Clone)]
pub(crate) struct Links {
    pub(crate) algorithm: Algorithm,
    pub(crate) date: String,
    pub(crate) scope: String,
    pub(crate) previous: String,
}

impl Links {
    pub(crate) fn chunk(&self, hash: &[u8; 32]) -> String {
        let hash = String::from_utf8_lossy(&hex32(hash)).into_owned();
        let Links { algorithm, date, scope, previous } = self;
        format!("{}-PAYLOAD\n{date}\n{scope}\n{previous}\n{EMPTY_SHA256}\n{hash}", algorithm.name())
    }

    /// Over the trailers as `name:value\n` each.
    pub(crate) fn trailer(&self, lines: &[u8]) -> String {
        let hash = String::from_utf8_lossy(&hex32(&sha256(lines))).into_owned();
        let Links { algorithm, date, scope, previous } = self;
        format!("{}-TRAILER\n{date}\n{scope}\n{previous}\n{hash}", algorithm.name())
    }
}

impl Chain {
    /// Checks a signature and takes it as the next link.
    fn accept(&mut self, string_to_sign: &str, signature: &str) -> bool {
        let signature = signature.trim_end_matches(PADDING);
        let good = self.key.as_ref().is_some_and(|key| key.accepts(string_to_sign.as_bytes(), signature));
        if good {
            signature.clone_into(&mut self.links.previous);
        }
        good
    }
}

impl ChunkVerifier {
    pub(crate) fn of(
        head: &Head<'_>,
        signed: Option<(Option<Arc<VerifyingKey>>, &V4<'_>)>,
        trailer: bool,
    ) -> Result<Self, SigError> {
        let decoded_length = head
            .one("x-amz-decoded-content-length")
            .and_then(|text| text.parse().ok())
            .ok_or(SigError::MissingDecodedLength)?;
        let names = head.all("x-amz-trailer").flat_map(|value| value.split(|byte| *byte == b','));
        let announced = trailer.then(|| {
            names.map(|name| String::from_utf8_lossy(name.trim_ascii()).to_ascii_lowercase()).collect::<Vec<_>>()
        });
        let chain = signed.map(|(key, v4)| Chain {
            key,
            links: Links {
                algorithm: v4.algorithm,
                date: v4.date.clone().into_owned(),
                scope: v4.scope_text().to_owned(),
                previous: v4.signature.clone().into_owned(),
            },
        });
        Ok(ChunkVerifier { chain, announced, decoded_length })
    }

    /// For an anonymous request whose body is nonetheless aws-chunked (`STREAMING-UNSIGNED-PAYLOAD-TRAILER`).
    ///
    /// # Errors
    /// [`SigError::MissingDecodedLength`].
    pub fn unsigned(head: &Head<'_>) -> Result<Self, SigError> {
        ChunkVerifier::of(head, None, true)
    }

    /// `x-amz-decoded-content-length`: the body's size without its framing.
    pub fn decoded_length(&self) -> u64 {
        self.decoded_length
    }

    /// Whether each chunk carries a signature.
    pub fn is_signed(&self) -> bool {
        self.chain.is_some()
    }
}

/// What came behind the data of a body that is proven whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trailers {
    /// Names in lower case and values, without the trailer's own signature. Checksums are the caller's to compare.
    pub values: Vec<(String, String)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum State {
    Header,
    Data {
        left: u64,
    },
    /// The line break behind a chunk's data; `true` once its `\r` has come.
    Break(bool),
    Trailer,
    /// The empty line behind a last chunk without trailers; `true` once its `\r` has come.
    End(bool),
    Done,
}

/// Takes an aws-chunked body apart as it arrives. Holds one line at most; data goes through at once, so the caller must
/// not commit any of it before [`finish`](Self::finish) succeeded.
#[derive(Debug)]
pub struct ChunkDecoder {
    verifier: ChunkVerifier,
    state: State,
    line: Vec<u8>,
    /// The chunk being read, counted from 1.
    chunk: u64,
    total: u64,
    signature: String,
    hash: Option<Hash>,
    /// A chunk too small to be followed by another.
    small: Option<(u64, u64)>,
    trailers: Vec<(String, String)>,
    trailer_signature: Option<String>,
    /// The last trailer's line ended without `\r`.
    bare: bool,
    failed: Option<ChunkError>,
}

struct Hash(digest::Context);

impl std::fmt::Debug for Hash {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Hash")
    }
}

impl ChunkDecoder {
    pub fn new(verifier: ChunkVerifier) -> Self {
        ChunkDecoder {
            verifier,
            state: State::Header,
            line: Vec::new(),
            chunk: 0,
            total: 0,
            signature: String::new(),
            hash: None,
            small: None,
            trailers: Vec::new(),
            trailer_signature: None,
            bare: false,
            failed: None,
        }
    }

    /// Takes the next bytes of the body and hands the data among them to `sink`.
    ///
    /// # Errors
    /// Any [`ChunkError`]; the decoder then stays failed.
    pub fn push(&mut self, input: &[u8], sink: &mut impl FnMut(&[u8])) -> Result<(), ChunkError> {
        if let Some(failed) = &self.failed {
            return Err(failed.clone());
        }
        self.advance(input, sink).inspect_err(|error| self.failed = Some(error.clone()))
    }

    /// Declares the body's end.
    ///
    /// # Errors
    /// The body had failed, or is not whole.
    pub fn finish(self) -> Result<Trailers, ChunkError> {
        match (self.failed, self.state) {
            (Some(failed), _) => Err(failed),
            (None, State::Done) => Ok(Trailers { values: self.trailers }),
            (None, _) => Err(ChunkError::Incomplete),
        }
    }

    fn advance(&mut self, mut input: &[u8], sink: &mut impl FnMut(&[u8])) -> Result<(), ChunkError> {
        while let Some((first, tail)) = input.split_first() {
            match self.state {
                State::Data { left } => {
                    let take = usize::try_from(left).unwrap_or(usize::MAX).min(input.len());
                    let (data, rest) = input.split_at_checked(take).unwrap_or((input, &[]));
                    if let Some(Hash(hash)) = &mut self.hash {
                        hash.update(data);
                    }
                    sink(data);
                    let left = left - data.len() as u64;
                    self.state = if left == 0 { State::Break(false) } else { State::Data { left } };
                    input = rest;
                }
                State::Break(false) | State::End(false) if *first == b'\r' => {
                    self.state = if self.state == State::Break(false) { State::Break(true) } else { State::End(true) };
                    input = tail;
                }
                State::Break(true) if *first == b'\n' => {
                    self.check_chunk()?;
                    self.state = State::Header;
                    input = tail;
                }
                State::End(true) if *first == b'\n' => {
                    self.state = State::Done;
                    input = tail;
                }
                State::Break(_) | State::End(_) | State::Done => return Err(ChunkError::Malformed),
                State::Header => {
                    let Some(rest) = self.read_line(input, MAX_HEADER).ok_or(ChunkError::HeaderTooLong)? else {
                        return Ok(());
                    };
                    self.start_chunk()?;
                    input = rest;
                }
                State::Trailer => {
                    let Some(rest) = self.read_line(input, MAX_TRAILER).ok_or(ChunkError::MalformedTrailer)? else {
                        return Ok(());
                    };
                    self.take_trailer()?;
                    input = rest;
                }
            }
        }
        Ok(())
    }

    /// Gathers a line: `Some(Some(rest))` once it is whole (with its `\n`, without it in `self.line`), `Some(None)`
    /// when more is needed, `None` when it is too long.
    fn read_line<'a>(&mut self, input: &'a [u8], max: usize) -> Option<Option<&'a [u8]>> {
        let room = max.checked_sub(self.line.len())?;
        match input.iter().take(room + 1).position(|byte| *byte == b'\n') {
            Some(at) => {
                let (line, rest) = input.split_at_checked(at)?;
                self.line.extend_from_slice(line);
                Some(rest.split_first().map(|(_, rest)| rest))
            }
            None if input.len() > room => None,
            None => {
                self.line.extend_from_slice(input);
                Some(None)
            }
        }
    }

    fn start_chunk(&mut self) -> Result<(), ChunkError> {
        let line = std::mem::take(&mut self.line);
        let line =
            line.strip_suffix(b"\r").and_then(|line| std::str::from_utf8(line).ok()).ok_or(ChunkError::Malformed)?;
        let (size, extension) = line.split_once(';').map_or((line, None), |(size, rest)| (size, Some(rest)));
        if size.is_empty() || size.len() > 16 || !size.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(ChunkError::Malformed);
        }
        let size = u64::from_str_radix(size, 16).map_err(|_| ChunkError::Malformed)?;
        self.chunk += 1;
        if self.verifier.chain.is_some() {
            let signature =
                extension.and_then(|text| text.strip_prefix("chunk-signature=")).ok_or(ChunkError::Malformed)?;
            signature.clone_into(&mut self.signature);
            self.hash = Some(Hash(digest::Context::new(&digest::SHA256)));
        }
        let expected = self.verifier.decoded_length;
        if size > 0 {
            if let Some((chunk, size)) = self.small {
                return Err(ChunkError::ChunkTooSmall { chunk, size });
            }
            if size < MIN_CHUNK {
                self.small = Some((self.chunk, size));
            }
            self.total = self
                .total
                .checked_add(size)
                .filter(|total| *total <= expected)
                .ok_or(ChunkError::DecodedLength { expected })?;
            self.state = State::Data { left: size };
            return Ok(());
        }
        self.check_chunk()?;
        if self.total != expected {
            return Err(ChunkError::DecodedLength { expected });
        }
        self.state = if self.verifier.announced.is_some() { State::Trailer } else { State::End(false) };
        Ok(())
    }

    fn check_chunk(&mut self) -> Result<(), ChunkError> {
        let (Some(chain), Some(Hash(hash))) = (&mut self.verifier.chain, self.hash.take()) else { return Ok(()) };
        let hash: [u8; 32] = hash.finish().as_ref().try_into().map_err(|_| ChunkError::Malformed)?;
        let string = chain.links.chunk(&hash);
        if chain.accept(&string, &self.signature) { Ok(()) } else { Err(ChunkError::Signature { chunk: self.chunk }) }
    }

    fn take_trailer(&mut self) -> Result<(), ChunkError> {
        let line = std::mem::take(&mut self.line);
        let (line, bare) = match line.strip_suffix(b"\r") {
            Some(line) => (line, false),
            None => (line.as_slice(), true),
        };
        let after_bare = std::mem::replace(&mut self.bare, bare);
        if line.is_empty() {
            // AWS's own example ends the trailers with "\n\r\n" before the line with their signature.
            let not_yet_signed = self.verifier.chain.is_some() && self.trailer_signature.is_none();
            return if after_bare && not_yet_signed { Ok(()) } else { self.end_trailers() };
        }
        let line = std::str::from_utf8(line).map_err(|_| ChunkError::MalformedTrailer)?;
        let (name, value) = line.split_once(':').ok_or(ChunkError::MalformedTrailer)?;
        let (name, value) = (name.trim().to_ascii_lowercase(), value.trim().to_owned());
        if self.trailer_signature.is_some() || self.trailers.len() >= MAX_TRAILERS {
            return Err(ChunkError::MalformedTrailer);
        }
        if name == "x-amz-trailer-signature" && self.verifier.chain.is_some() {
            self.trailer_signature = Some(value);
        } else {
            self.trailers.push((name, value));
        }
        Ok(())
    }

    fn end_trailers(&mut self) -> Result<(), ChunkError> {
        let announced = self.verifier.announced.as_deref().unwrap_or_default();
        let mut seen: Vec<_> = self.trailers.iter().map(|(name, _)| name.as_str()).collect();
        let mut announced: Vec<_> = announced.iter().map(String::as_str).filter(|name| !name.is_empty()).collect();
        seen.sort_unstable();
        announced.sort_unstable();
        if seen != announced {
            return Err(ChunkError::MalformedTrailer);
        }
        if let Some(chain) = &mut self.verifier.chain {
            let signature = self.trailer_signature.as_deref().ok_or(ChunkError::MalformedTrailer)?;
            let string = chain.links.trailer(&trailer_lines(&self.trailers));
            if !chain.accept(&string, signature) {
                return Err(ChunkError::Signature { chunk: self.chunk + 1 });
            }
        }
        self.state = State::Done;
        Ok(())
    }
}

/// Trailers as they are signed.
pub(crate) fn trailer_lines(trailers: &[(String, String)]) -> Vec<u8> {
    trailers.iter().flat_map(|(name, value)| format!("{name}:{value}\n").into_bytes()).collect()
}
