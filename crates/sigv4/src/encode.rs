//! URI escapes as SigV4 wants them (RFC 3986, upper-case hex) and digests as lower-case hex.

use aws_lc_rs::digest;
use std::borrow::Cow;

pub(crate) const EMPTY_SHA256: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

pub(crate) fn sha256(data: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, data).as_ref());
    out
}

/// A 32-byte value in lower-case hex.
pub(crate) fn hex32(bytes: &[u8; 32]) -> [u8; 64] {
    let mut out = [0; 64];
    for (pair, byte) in out.chunks_exact_mut(2).zip(bytes) {
        if let [high, low] = pair {
            *high = b"0123456789abcdef".get(usize::from(byte >> 4)).copied().unwrap_or_default();
            *low = b"0123456789abcdef".get(usize::from(byte & 15)).copied().unwrap_or_default();
        }
    }
    out
}

fn unreserved(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~')
}

fn push_escaped(out: &mut Vec<u8>, byte: u8) {
    let digit = |half: u8| if half < 10 { b'0' + half } else { b'A' + half - 10 };
    out.extend_from_slice(&[b'%', digit(byte >> 4), digit(byte & 15)]);
}

fn unhex(digit: u8) -> Option<u8> {
    char::from(digit).to_digit(16).and_then(|digit| u8::try_from(digit).ok())
}

/// One byte of escaped text: its value, whether it was written as an escape, and what follows it. A `%` that starts no
/// escape stands for itself.
fn next_byte(text: &[u8]) -> Option<(u8, bool, &[u8])> {
    if let [b'%', high, low, rest @ ..] = text
        && let (Some(high), Some(low)) = (unhex(*high), unhex(*low))
    {
        return Some((high << 4 | low, true, rest));
    }
    text.split_first().map(|(byte, rest)| (*byte, false, rest))
}

/// Escapes all but unreserved bytes and `/`: a path as it stands gets a second layer of escapes.
pub(crate) fn push_path_escaped(out: &mut Vec<u8>, path: &str) {
    for byte in path.bytes() {
        if unreserved(byte) || byte == b'/' { out.push(byte) } else { push_escaped(out, byte) }
    }
}

/// Brings a path to its canonical single layer of escapes. A slash that came as `%2F` stays so.
pub(crate) fn push_path_recoded(out: &mut Vec<u8>, path: &str) {
    let mut rest = path.as_bytes();
    while let Some((byte, escaped, tail)) = next_byte(rest) {
        if unreserved(byte) || (byte == b'/' && !escaped) {
            out.push(byte)
        } else {
            push_escaped(out, byte)
        }
        rest = tail;
    }
}

/// Brings a query's name or value to its canonical escapes; `+` is a space there.
pub(crate) fn push_query_recoded(out: &mut Vec<u8>, text: &str) {
    let mut rest = text.as_bytes();
    while let Some((byte, escaped, tail)) = next_byte(rest) {
        let byte = if byte == b'+' && !escaped { b' ' } else { byte };
        if unreserved(byte) {
            out.push(byte)
        } else {
            push_escaped(out, byte)
        }
        rest = tail;
    }
}

/// Escapes a literal for use as a query's name or value.
pub(crate) fn query_escaped(text: &str) -> String {
    let mut out = Vec::with_capacity(text.len() + 16);
    for byte in text.bytes() {
        if unreserved(byte) { out.push(byte) } else { push_escaped(&mut out, byte) }
    }
    String::from_utf8_lossy(&out).into_owned()
}

/// A query's name or value without its escapes; bytes that are no UTF-8 become replacement characters.
pub(crate) fn query_decoded(text: &str) -> Cow<'_, str> {
    if !text.bytes().any(|byte| matches!(byte, b'%' | b'+')) {
        return Cow::Borrowed(text);
    }
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((byte, escaped, tail)) = next_byte(rest) {
        out.push(if byte == b'+' && !escaped { b' ' } else { byte });
        rest = tail;
    }
    Cow::Owned(String::from_utf8(out).unwrap_or_else(|bad| String::from_utf8_lossy(bad.as_bytes()).into_owned()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(push: impl Fn(&mut Vec<u8>, &str), text: &str) -> String {
        let mut out = Vec::new();
        push(&mut out, text);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn escapes_are_canonical_once_and_doubled_on_demand() {
        assert_eq!(with(push_path_recoded, "/a b%2fc/%e1%88%b4/~+%zz%"), "/a%20b%2Fc/%E1%88%B4/~%2B%25zz%25");
        assert_eq!(with(push_path_escaped, "/a%3Ab/@"), "/a%253Ab/%40");
        assert_eq!(with(push_query_recoded, "a+b%2B/~"), "a%20b%2B%2F~");
        assert_eq!(query_decoded("a+b%2B%2f"), "a b+/");
        assert_eq!(query_escaped("a b/+"), "a%20b%2F%2B");
        assert_eq!(hex32(&sha256(b"")), EMPTY_SHA256.as_bytes());
    }
}
