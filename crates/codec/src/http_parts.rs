//! Headers and query strings: what the REST protocols bind members to.

use std::borrow::Cow;

use base64::Engine;
use bastide_base::Timestamp;
use bastide_shape::{Kind, Member, Service, TimestampFormat, Value};
use http::{HeaderMap, HeaderName, HeaderValue};

use crate::{DecodeError, EncodeError, text, wire};

/// Sets a header; text that no header can carry is left out (only errors and fixed text come here unchecked).
pub(crate) fn set(headers: &mut HeaderMap, name: &str, value: &str) {
    if let (Ok(name), Ok(value)) = (HeaderName::from_bytes(name.as_bytes()), HeaderValue::from_bytes(value.as_bytes()))
    {
        headers.insert(name, value);
    }
}

/// Sets a header to text that comes from a value.
pub(crate) fn put(headers: &mut HeaderMap, name: &str, value: &str) -> Result<(), EncodeError> {
    let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| EncodeError::new("", "no name for a header"))?;
    let value = HeaderValue::from_bytes(value.as_bytes())
        .map_err(|_| EncodeError::new("", "the text has characters that no header can carry"))?;
    headers.insert(name, value);
    Ok(())
}

/// A header's text; several lines of one name are one list.
pub(crate) fn get<'h>(headers: &'h HeaderMap, name: &str) -> Result<Option<Cow<'h, str>>, DecodeError> {
    let mut lines = headers.get_all(name).iter().map(readable);
    let Some(first) = lines.next().transpose()? else { return Ok(None) };
    let mut joined = Cow::Borrowed(first);
    for line in lines {
        let joined = joined.to_mut();
        joined.push_str(", ");
        joined.push_str(line?);
    }
    Ok(Some(joined))
}

pub(crate) fn readable(value: &HeaderValue) -> Result<&str, DecodeError> {
    std::str::from_utf8(value.as_bytes()).map_err(|_| DecodeError::new("A header is not UTF-8"))
}

/// What a member says in a header.
pub(crate) fn header_text<'v>(
    service: &Service,
    member: &Member,
    value: &'v Value,
) -> Result<Cow<'v, str>, EncodeError> {
    match (wire::kind(service, member), value) {
        (Kind::List(list), Value::List(values)) => {
            let quoted = matches!(wire::kind(service, &list.element), Kind::String(_));
            let mut joined = String::new();
            for (at, value) in values.iter().enumerate() {
                if at > 0 {
                    joined.push_str(", ");
                }
                let text = header_text(service, &list.element, value)?;
                if quoted && text.contains(['"', ',']) {
                    joined.push('"');
                    joined.push_str(&text.replace('\\', "\\\\").replace('"', "\\\""));
                    joined.push('"');
                } else {
                    joined.push_str(&text);
                }
            }
            Ok(joined.into())
        }
        (Kind::String(_), Value::String(text)) if member.json_value => Ok(text::BASE64.encode(text).into()),
        (Kind::Document, Value::Document(document)) if member.json_value => {
            Ok(text::BASE64.encode(document.to_string()).into())
        }
        (kind, value) if text::fits(kind, value) => {
            text::write(value, wire::timestamp(member, kind, TimestampFormat::Rfc822))
        }
        _ => Err(EncodeError::new("", text::MISFIT)),
    }
}

/// Reads what a header says.
pub(crate) fn read_header(service: &Service, member: &Member, header: &str) -> Result<Value, DecodeError> {
    let kind = wire::kind(service, member);
    match kind {
        Kind::List(list) => {
            let kind = wire::kind(service, &list.element);
            let format = wire::timestamp(&list.element, kind, TimestampFormat::Rfc822);
            let items: Vec<Cow<'_, str>> = match kind {
                Kind::Timestamp(_) if format == TimestampFormat::Rfc822 => dates(header),
                Kind::String(_) => quoted(header),
                _ => header.split(',').map(|item| item.trim().into()).collect(),
            };
            items
                .iter()
                .map(|item| read_header(service, &list.element, item))
                .collect::<Result<_, _>>()
                .map(Value::List)
        }
        Kind::String(_) if member.json_value => {
            let bytes = text::base64(header).ok_or_else(|| DecodeError::new("A JSON header is not base64"))?;
            String::from_utf8(bytes).map(Value::String).map_err(|_| DecodeError::new("A JSON header is not UTF-8"))
        }
        Kind::Document if member.json_value => {
            let bytes = text::base64(header).ok_or_else(|| DecodeError::new("A JSON header is not base64"))?;
            let document = serde_json::from_slice(&bytes).map_err(|_| DecodeError::new("A JSON header is not JSON"))?;
            Ok(Value::Document(document))
        }
        kind => text::parse(kind, header),
    }
}

/// The items of a list of HTTP dates, each of which has a comma of its own.
fn dates(header: &str) -> Vec<Cow<'_, str>> {
    let mut items = Vec::new();
    let mut pieces = header.split(',').map(str::trim);
    while let Some(piece) = pieces.next() {
        if Timestamp::parse(piece).is_ok() {
            items.push(piece.into());
            continue;
        }
        let rest = pieces.next().unwrap_or_default();
        items.push(format!("{piece}, {rest}").into());
    }
    items
}

/// The items of a comma-separated list whose items may be quoted.
fn quoted(header: &str) -> Vec<Cow<'_, str>> {
    let mut items = Vec::new();
    let mut rest = header.trim_start();
    while !rest.is_empty() {
        let after = match rest.strip_prefix('"') {
            Some(inner) => {
                let mut item = String::new();
                let mut letters = inner.chars();
                while let Some(letter) = letters.next() {
                    match letter {
                        '\\' => item.extend(letters.next()),
                        '"' => break,
                        _ => item.push(letter),
                    }
                }
                items.push(Cow::Owned(item));
                letters.as_str().trim_start()
            }
            None => {
                let (item, after) = rest.split_at(rest.find(',').unwrap_or(rest.len()));
                items.push(Cow::Borrowed(item.trim()));
                after
            }
        };
        rest = after.find(',').and_then(|at| after.get(at + 1..)).unwrap_or_default().trim_start();
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_split_at_the_commas_between_items_only() {
        assert_eq!(quoted(r#""b,c", "\"def\"", a"#), ["b,c", "\"def\"", "a"]);
        assert_eq!(quoted("foo, bar,baz"), ["foo", "bar", "baz"]);
        assert_eq!(quoted(""), Vec::<String>::new());
        assert_eq!(quoted("\"open"), ["open"]);
        let two = "Mon, 16 Dec 2019 23:48:18 GMT, Mon, 16 Dec 2019 23:48:19 GMT";
        assert_eq!(dates(two), ["Mon, 16 Dec 2019 23:48:18 GMT", "Mon, 16 Dec 2019 23:48:19 GMT"]);
    }
}
