//! Compressed request bodies, inflated within bounds.

use std::borrow::Cow;
use std::io::Read;

use flate2::bufread::MultiGzDecoder;

use crate::{DecodeError, RequestHead, Route};

/// Inflates a gzip body, at most to `limit` bytes.
///
/// # Errors
/// The body is no gzip, or larger than the limit when inflated.
pub fn inflate(body: &[u8], limit: usize) -> Result<Vec<u8>, DecodeError> {
    let mut inflated = Vec::new();
    // One byte more than allowed tells too large from just right.
    let most = u64::try_from(limit).unwrap_or(u64::MAX).saturating_add(1);
    MultiGzDecoder::new(body)
        .take(most)
        .read_to_end(&mut inflated)
        .map_err(|_| DecodeError::new("The request body is not valid gzip"))?;
    if inflated.len() > limit {
        return Err(DecodeError { code: Some("RequestEntityTooLargeException"), message: TOO_LARGE.to_owned() });
    }
    Ok(inflated)
}

const TOO_LARGE: &str = "The request body is too large when inflated";

/// The body of a request as [`crate::decode`] wants it: inflated where the operation's clients compress
/// (`Content-Encoding: gzip`). Elsewhere the header is the caller's own word about its data (S3) and left alone.
///
/// # Errors
/// As [`inflate`].
pub fn inflate_request<'b>(
    route: &Route,
    head: &RequestHead<'_>,
    body: &'b [u8],
    limit: usize,
) -> Result<Cow<'b, [u8]>, DecodeError> {
    let compressed = route.operation.request_compression
        && head.headers.get_all("content-encoding").iter().any(|value| value.as_bytes().eq_ignore_ascii_case(b"gzip"));
    if compressed { inflate(body, limit).map(Cow::Owned) } else { Ok(Cow::Borrowed(body)) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use flate2::{Compression, write::GzEncoder};
    use std::io::Write;

    fn gzip(body: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(body).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn a_body_inflates_up_to_the_limit_and_no_further() {
        let bomb = gzip(&vec![0; 1 << 20]);
        assert!(bomb.len() < 2000);
        assert_eq!(inflate(&bomb, 1 << 20).unwrap().len(), 1 << 20);
        assert_eq!(inflate(&bomb, (1 << 20) - 1).unwrap_err().message, TOO_LARGE);
        assert!(inflate(b"not gzip", 100).is_err());
        assert!(inflate(&bomb[..bomb.len() - 9], 1 << 21).is_err());
    }
}
