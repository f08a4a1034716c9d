//! Percent-encoding: query strings, form bodies and path labels.

use std::borrow::Cow;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

use crate::{DecodeError, limits::MAX_FORM_PAIRS};

/// Everything but RFC 3986's unreserved characters.
const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
const GREEDY: &AsciiSet = &UNRESERVED.remove(b'/');

/// Encodes all but the unreserved characters.
pub(crate) fn encode(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, UNRESERVED)
}

/// The same, leaving slashes: the value of a greedy label.
pub(crate) fn encode_path(text: &str) -> impl std::fmt::Display + '_ {
    utf8_percent_encode(text, GREEDY)
}

/// A path label's text. A `+` is a plus here.
pub(crate) fn decode_label(raw: &str) -> Result<Cow<'_, str>, DecodeError> {
    percent_decode_str(raw).decode_utf8().map_err(|_| DecodeError::new("The path is not UTF-8"))
}

fn decode_field(raw: &str) -> Result<Cow<'_, str>, DecodeError> {
    let bad = |_| DecodeError::new("A parameter is not UTF-8");
    if raw.contains('+') {
        let spaced = raw.replace('+', " ");
        return percent_decode_str(&spaced).decode_utf8().map(|text| Cow::Owned(text.into_owned())).map_err(bad);
    }
    percent_decode_str(raw).decode_utf8().map_err(bad)
}

/// Names and values, decoded.
pub(crate) type Pairs<'a> = Vec<(Cow<'a, str>, Cow<'a, str>)>;

/// The pairs of a query string or a form body in their order; a name without `=` has the empty value.
pub(crate) fn pairs(raw: &str) -> Result<Pairs<'_>, DecodeError> {
    let mut pairs = Vec::new();
    for part in raw.split('&').filter(|part| !part.is_empty()) {
        if pairs.len() == MAX_FORM_PAIRS {
            return Err(DecodeError::new("Too many parameters"));
        }
        let (name, value) = part.split_once('=').unwrap_or((part, ""));
        pairs.push((decode_field(name)?, decode_field(value)?));
    }
    Ok(pairs)
}
