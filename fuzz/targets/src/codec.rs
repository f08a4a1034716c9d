//! The wire protocols.

use bastide_codec::{
    Body, RequestHead, Value, decode, decode_response, encode, eventstream, find, gzip as compression, validate,
};
use bastide_shape::{Operation, Service};
use http::{HeaderMap, HeaderName, HeaderValue};

/// A message in a form that can be read and mutated: a first line, headers, an empty line, the body.
pub struct Message<'a> {
    pub first: &'a str,
    pub headers: HeaderMap,
    pub body: &'a [u8],
}

impl<'a> Message<'a> {
    /// `None` for what a listener would have refused before anybody decodes it.
    pub fn parse(data: &'a [u8]) -> Option<Self> {
        let at = data.windows(2).position(|pair| pair == b"\n\n")?;
        let head = std::str::from_utf8(&data[..at]).ok()?;
        let mut lines = head.split('\n');
        let first = lines.next()?;
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(':')?;
            let (name, value) = (HeaderName::try_from(name.trim()).ok()?, HeaderValue::try_from(value.trim()).ok()?);
            headers.append(name, value);
        }
        Some(Message { first, headers, body: &data[at + 2..] })
    }
}

/// `SIGNING-NAME METHOD PATH?QUERY`, headers, body: found, routed, decoded, held against the model, and sent back as the
/// client would have sent it.
pub fn request(data: &[u8]) {
    let _ = decoded(data);
}

/// What the request says; `None` when it is refused.
pub fn decoded(data: &[u8]) -> Option<Value> {
    let message = Message::parse(data)?;
    let mut words = message.first.splitn(3, ' ');
    let (service, method, uri) = (words.next()?, words.next()?, words.next()?);
    let (path, query) = uri.split_once('?').unwrap_or((uri, ""));
    let head = RequestHead { method, path, query, headers: &message.headers };
    let host = message.headers.get("host").and_then(|host| host.to_str().ok());
    let found = find(&head, (service != "-").then_some(service), host).ok()?;
    let route = found.route(&head, message.body, None).ok()?;
    let body = if route.streams_input() { Body::Streaming } else { Body::Bytes(message.body) };
    let value = decode(&route, &head, body).ok()?;
    bounded(&value, data);
    if let Some(input) = route.operation.input {
        let _ = validate(route.service, input.shape, &value);
    }
    let _ = bastide_codec::encode_request(route.service, route.protocol, route.operation, &value);
    Some(value)
}

/// `SERVICE OPERATION STATUS`, headers, body: decoded as a client does, and answered again as a server does.
pub fn reply(data: &[u8]) {
    let Some(message) = Message::parse(data) else { return };
    let mut words = message.first.splitn(3, ' ');
    let (Some(service), Some(operation), Some(status)) = (words.next(), words.next(), words.next()) else { return };
    let Some((service, operation)) = known(service, operation) else { return };
    for &protocol in &service.protocols {
        let status = status.parse().unwrap_or(200);
        let reply = decode_response(service, protocol, operation, status, &message.headers, message.body);
        if let Ok(bastide_codec::Reply::Output(value)) = reply {
            bounded(&value, data);
            let _ = encode(service, protocol, operation, &value, "00000000-0000-4000-8000-000000000000");
        }
    }
}

/// A service and an operation by name.
fn known(service: &str, operation: &str) -> Option<(&'static Service, &'static Operation)> {
    let service = bastide_shape::service(service)?;
    Some((service, service.operation(operation)?))
}

/// Frames one after the other, as they are and with checksums and length made right, behind which a mutation seldom gets.
pub fn event_stream(data: &[u8]) {
    frames(data);
    if let Some((&headers, rest)) = data.split_first() {
        frames(&framed(u32::from(headers), rest));
    }
}

/// One frame: lengths, their checksum, `headers` bytes of headers and then the payload, the checksum of all.
fn framed(headers: u32, rest: &[u8]) -> Vec<u8> {
    let total = u32::try_from(rest.len() + 16).unwrap_or(u32::MAX);
    let mut frame = [total.to_be_bytes(), headers.to_be_bytes()].concat();
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame.extend_from_slice(rest);
    frame.extend(crc32fast::hash(&frame).to_be_bytes());
    frame
}

/// What decodes is encoded so that it decodes again.
fn frames(data: &[u8]) {
    let mut rest = data;
    while let Ok(Some((message, used))) = eventstream::Message::decode(rest) {
        assert!(used > 0 && used <= rest.len(), "a frame of {used} bytes in {}", rest.len());
        if let Ok(encoded) = message.encode() {
            let again = eventstream::Message::decode(&encoded);
            assert!(matches!(again, Ok(Some((_, used))) if used == encoded.len()), "an encoded frame decodes");
        }
        rest = &rest[used..];
    }
}

/// A body that promises little and unpacks to much ends at the limit.
pub fn gzip(data: &[u8]) {
    const LIMIT: usize = 64 * 1024;
    if let Ok(inflated) = compression::inflate(data, LIMIT) {
        assert!(inflated.len() <= LIMIT, "{} bytes", inflated.len());
    }
}

/// A value costs no more than the message that it was read from: one node per byte, and what the head adds.
fn bounded(value: &Value, data: &[u8]) {
    let (nodes, bytes) = size(value);
    assert!(nodes <= 64 + data.len(), "{nodes} values from {} bytes", data.len());
    assert!(bytes <= 1024 + 4 * data.len(), "{bytes} bytes of text from {}", data.len());
}

/// Nodes, and bytes of text and blobs.
pub fn size(value: &Value) -> (usize, usize) {
    let all = |values: &mut dyn Iterator<Item = (usize, &Value)>| {
        values.fold((1, 0), |(nodes, bytes), (key, value)| {
            let (more, text) = size(value);
            (nodes + more, bytes + key + text)
        })
    };
    match value {
        Value::String(text) => (1, text.len()),
        Value::Blob(blob) => (1, blob.len()),
        Value::List(values) => all(&mut values.iter().map(|value| (0, value))),
        Value::Map(entries) => all(&mut entries.iter().map(|(key, value)| (key.len(), value))),
        Value::Structure(fields) => all(&mut fields.0.iter().map(|(_, value)| (0, value))),
        _ => (1, 0),
    }
}
