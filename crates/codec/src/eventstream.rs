//! Event streams: framed messages with typed headers and two checksums, and events as such messages.
//!
//! Format: length, header length and their CRC-32; headers; payload; CRC-32 of all before it. Numbers are big-endian.

use bastide_base::Timestamp;
use bastide_shape::{Fields, Kind, Member, Protocol, Service, Structure, Value};

use crate::server::content_type;
use crate::wire::Scope;
use crate::{DecodeError, EncodeError, cbor, json, rest, text, wire, xml};

/// Largest message that AWS sends or takes.
pub const MAX_MESSAGE: usize = 24 * 1024 * 1024;
/// Largest part of a message that its headers may take.
pub const MAX_HEADERS: usize = 128 * 1024;
const PRELUDE: usize = 12;

/// A header's value, in the types of the format.
#[derive(Debug, Clone, PartialEq)]
pub enum HeaderValue {
    Bool(bool),
    Byte(i8),
    Short(i16),
    Integer(i32),
    Long(i64),
    Bytes(Vec<u8>),
    String(String),
    /// Milliseconds since 1970.
    Timestamp(Timestamp),
    Uuid([u8; 16]),
}

/// One message.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Message {
    pub headers: Vec<(String, HeaderValue)>,
    pub payload: Vec<u8>,
}

fn broken(why: &str) -> DecodeError {
    DecodeError::new(format!("The event stream is broken: {why}"))
}

impl Message {
    /// A message of a kind (`event`, `exception`) and type, with its content type.
    pub fn of(kind: &str, kind_header: &str, name: &str, content_type: Option<&str>, payload: Vec<u8>) -> Self {
        let text = |name: &str, value: &str| (name.to_owned(), HeaderValue::String(value.to_owned()));
        let mut headers = vec![text(":message-type", kind), text(kind_header, name)];
        headers.extend(content_type.map(|content| text(":content-type", content)));
        Message { headers, payload }
    }

    /// The text of a header.
    pub fn text(&self, name: &str) -> Option<&str> {
        self.headers.iter().find_map(|(known, value)| match value {
            HeaderValue::String(text) if known == name => Some(text.as_str()),
            _ => None,
        })
    }

    /// The message as bytes.
    ///
    /// # Errors
    /// A header or the whole is larger than the format can carry.
    pub fn encode(&self) -> Result<Vec<u8>, EncodeError> {
        let mut headers = Vec::new();
        for (name, value) in &self.headers {
            let length = u8::try_from(name.len()).ok().filter(|length| *length > 0);
            headers.push(length.ok_or_else(|| EncodeError::new(name.as_str(), "a header's name has 1 to 255 bytes"))?);
            headers.extend_from_slice(name.as_bytes());
            value.write(&mut headers).map_err(|error| error.within(name))?;
        }
        let total = PRELUDE + headers.len() + self.payload.len() + 4;
        if total > MAX_MESSAGE || headers.len() > MAX_HEADERS {
            return Err(EncodeError::new("", "the message is too large"));
        }
        let mut out = Vec::with_capacity(total);
        out.extend((total as u32).to_be_bytes());
        out.extend((headers.len() as u32).to_be_bytes());
        out.extend(crc32fast::hash(&out).to_be_bytes());
        out.extend(headers);
        out.extend_from_slice(&self.payload);
        out.extend(crc32fast::hash(&out).to_be_bytes());
        Ok(out)
    }

    /// Takes the first message off `buffer`: the message and how many bytes it took, or `None` while it is incomplete.
    ///
    /// # Errors
    /// A checksum is wrong, a length is impossible, or a header is broken.
    pub fn decode(buffer: &[u8]) -> Result<Option<(Message, usize)>, DecodeError> {
        let Some((prelude, _)) = buffer.split_first_chunk::<PRELUDE>() else { return Ok(None) };
        let mut numbers = prelude.chunks_exact(4).filter_map(|chunk| Some(u32::from_be_bytes(chunk.try_into().ok()?)));
        let mut number = || numbers.next().unwrap_or_default();
        let (total, headers, checksum) = (number() as usize, number() as usize, number());
        if crc32fast::hash(prelude.split_at(8).0) != checksum {
            return Err(broken("the prelude's checksum"));
        }
        if total > MAX_MESSAGE || headers > MAX_HEADERS || headers.saturating_add(PRELUDE + 4) > total {
            return Err(broken("an impossible length"));
        }
        let Some(message) = buffer.get(..total) else { return Ok(None) };
        let (content, checksum) = message.split_last_chunk::<4>().ok_or_else(|| broken("an impossible length"))?;
        if crc32fast::hash(content) != u32::from_be_bytes(*checksum) {
            return Err(broken("the message's checksum"));
        }
        let body = content.get(PRELUDE..).unwrap_or_default();
        let (mut raw, payload) = body.split_at_checked(headers).ok_or_else(|| broken("an impossible length"))?;
        let mut message = Message { headers: Vec::new(), payload: payload.to_vec() };
        while !raw.is_empty() {
            let header = read_header(&mut raw).ok_or_else(|| broken("a header"))?;
            if message.headers.iter().any(|(name, _)| *name == header.0) {
                return Err(broken("a header stands twice"));
            }
            message.headers.push(header);
        }
        Ok(Some((message, total)))
    }
}

fn take<'a>(from: &mut &'a [u8], length: usize) -> Option<&'a [u8]> {
    let (taken, rest) = from.split_at_checked(length)?;
    *from = rest;
    Some(taken)
}

fn fixed<const N: usize>(from: &mut &[u8]) -> Option<[u8; N]> {
    take(from, N)?.try_into().ok()
}

fn read_header(from: &mut &[u8]) -> Option<(String, HeaderValue)> {
    let [length] = fixed::<1>(from)?;
    let name = std::str::from_utf8(take(from, length.into())?).ok()?.to_owned();
    let [kind] = fixed::<1>(from)?;
    let value = match kind {
        0 => HeaderValue::Bool(true),
        1 => HeaderValue::Bool(false),
        2 => HeaderValue::Byte(i8::from_be_bytes(fixed(from)?)),
        3 => HeaderValue::Short(i16::from_be_bytes(fixed(from)?)),
        4 => HeaderValue::Integer(i32::from_be_bytes(fixed(from)?)),
        5 => HeaderValue::Long(i64::from_be_bytes(fixed(from)?)),
        6 | 7 => {
            let length = u16::from_be_bytes(fixed(from)?);
            let bytes = take(from, length.into())?.to_vec();
            if kind == 6 { HeaderValue::Bytes(bytes) } else { HeaderValue::String(String::from_utf8(bytes).ok()?) }
        }
        8 => HeaderValue::Timestamp(Timestamp::from_millis(i64::from_be_bytes(fixed(from)?))),
        9 => HeaderValue::Uuid(fixed(from)?),
        _ => return None,
    };
    Some((name, value))
}

impl HeaderValue {
    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let mut long = |kind: u8, bytes: &[u8]| {
            let length =
                u16::try_from(bytes.len()).map_err(|_| EncodeError::new("", "a header has at most 65535 bytes"))?;
            out.push(kind);
            out.extend(length.to_be_bytes());
            out.extend_from_slice(bytes);
            Ok(())
        };
        match self {
            HeaderValue::Bytes(bytes) => return long(6, bytes),
            HeaderValue::String(text) => return long(7, text.as_bytes()),
            HeaderValue::Bool(flag) => out.push(if *flag { 0 } else { 1 }),
            HeaderValue::Byte(number) => out.extend([2, number.to_be_bytes()[0]]),
            HeaderValue::Short(number) => {
                out.push(3);
                out.extend(number.to_be_bytes());
            }
            HeaderValue::Integer(number) => {
                out.push(4);
                out.extend(number.to_be_bytes());
            }
            HeaderValue::Long(number) => {
                out.push(5);
                out.extend(number.to_be_bytes());
            }
            HeaderValue::Timestamp(at) => {
                out.push(8);
                out.extend(at.millis().to_be_bytes());
            }
            HeaderValue::Uuid(bytes) => {
                out.push(9);
                out.extend_from_slice(bytes);
            }
        }
        Ok(())
    }
}

/// The first message of an answer in the RPC protocols: the members beside the stream.
pub(crate) fn initial_response(
    service: &Service,
    protocol: Protocol,
    structure: &Structure,
    fields: &Fields,
) -> Result<Vec<u8>, EncodeError> {
    let beside = |name: &str| structure.member(name).is_some_and(|member| !rest::event_stream(service, member));
    let fields = Fields(fields.0.iter().filter(|(name, _)| beside(name)).cloned().collect());
    let payload = body(service, protocol, structure, &fields, "")?;
    Message::of("event", ":event-type", "initial-response", Some(content_type(service, protocol)), payload).encode()
}

fn body(
    service: &Service,
    protocol: Protocol,
    structure: &Structure,
    fields: &Fields,
    name: &str,
) -> Result<Vec<u8>, EncodeError> {
    Ok(match protocol {
        Protocol::Json | Protocol::RestJson => {
            let mut writer = json::Writer::new(service);
            writer.structure(structure, Scope::Event, fields)?;
            writer.out
        }
        Protocol::Cbor => cbor::write(service, structure, fields)?,
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            let mut writer = xml::Writer::new(service, protocol);
            writer.structure(name, None, structure, Scope::Event, fields)?;
            writer.out.into_bytes()
        }
    })
}

/// Encodes one event of the stream `events`: the member's name and its structure.
///
/// # Errors
/// The stream has no such event, or the value does not have its shape.
pub fn encode_event(
    service: &Service,
    protocol: Protocol,
    events: &Structure,
    name: &str,
    event: &Value,
) -> Result<Message, EncodeError> {
    let member = events.member(name).ok_or_else(|| EncodeError::new(name, "the stream has no such event"))?;
    let (Kind::Structure(structure), Value::Structure(fields)) = (wire::kind(service, member), event) else {
        return Err(EncodeError::new(name, text::MISFIT));
    };
    if structure.error.is_some() {
        let payload = body(service, protocol, structure, fields, name)?;
        return Ok(Message::of("exception", ":exception-type", name, Some(content_type(service, protocol)), payload));
    }
    let payload_member = structure.members.iter().find(|member| member.event_payload);
    let others = structure.members.iter().any(|member| !member.event_payload && !member.event_header);
    let (kind, payload) = match payload_member.map(|member| (member, fields.get(member.name))) {
        Some((_, None)) => (None, Vec::new()),
        Some((_, Some(Value::Blob(bytes)))) => (Some("application/octet-stream"), bytes.clone()),
        Some((_, Some(Value::String(text)))) => (Some("text/plain"), text.clone().into_bytes()),
        Some((member, Some(Value::Structure(fields)))) => match wire::kind(service, member) {
            Kind::Structure(structure) => {
                let payload = body(service, protocol, structure, fields, wire::name(member))?;
                (Some(content_type(service, protocol)), payload)
            }
            _ => return Err(EncodeError::new(member.name, text::MISFIT)),
        },
        Some((member, Some(_))) => return Err(EncodeError::new(member.name, text::MISFIT)),
        None if others || structure.members.is_empty() => {
            (Some(content_type(service, protocol)), body(service, protocol, structure, fields, name)?)
        }
        None => (None, Vec::new()),
    };
    let mut message = Message::of("event", ":event-type", name, kind, payload);
    for member in structure.members.iter().filter(|member| member.event_header) {
        if let Some(value) = fields.get(member.name) {
            message.headers.push((member.name.to_owned(), header_of(service, member, value)?));
        }
    }
    Ok(message)
}

fn header_of(service: &Service, member: &Member, value: &Value) -> Result<HeaderValue, EncodeError> {
    let misfit = || EncodeError::new(member.name, text::MISFIT);
    Ok(match (wire::kind(service, member), value) {
        (_, Value::Bool(flag)) => HeaderValue::Bool(*flag),
        (Kind::Integer { .. }, Value::Int(number)) => {
            HeaderValue::Integer(i32::try_from(*number).map_err(|_| misfit())?)
        }
        (_, Value::Int(number)) => HeaderValue::Long(*number),
        (_, Value::String(text)) => HeaderValue::String(text.clone()),
        (_, Value::Blob(bytes)) => HeaderValue::Bytes(bytes.clone()),
        (_, Value::Timestamp(at)) => HeaderValue::Timestamp(*at),
        _ => return Err(misfit()),
    })
}

/// Decodes a message of the stream `events`: the event's (or modelled exception's) name and its structure, or `None`
/// for a kind of event that the model does not know.
///
/// # Errors
/// The payload or a header is not what the model says.
pub fn decode_event(
    service: &Service,
    protocol: Protocol,
    events: &Structure,
    message: &Message,
) -> Result<Option<(&'static str, Value)>, DecodeError> {
    let name = message.text(":event-type").or_else(|| message.text(":exception-type")).unwrap_or_default();
    let Some(member) = events.member(name) else { return Ok(None) };
    let Kind::Structure(structure) = wire::kind(service, member) else { return Ok(None) };
    let parse = |structure: &Structure| match protocol {
        _ if message.payload.is_empty() => Ok(Fields::default()),
        Protocol::Json | Protocol::RestJson => {
            json::read_structure(service, structure, Scope::Event, &json::parse(&message.payload)?)
        }
        Protocol::Cbor => cbor::read(service, structure, &message.payload),
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            xml::read_structure(service, structure, Scope::Event, &xml::Element::read(&message.payload)?)
        }
    };
    let mut fields = Fields::default();
    for member in structure.members.iter().filter(|member| member.event_header) {
        if let Some((_, value)) = message.headers.iter().find(|(name, _)| name == member.name) {
            fields.set(member.name, value_of(value));
        }
    }
    match structure.members.iter().find(|member| member.event_payload) {
        None => fields.0.extend(parse(structure)?.0),
        Some(member) => match wire::kind(service, member) {
            Kind::Blob { .. } => fields.set(member.name, Value::Blob(message.payload.clone())),
            Kind::String(_) => {
                let text = String::from_utf8(message.payload.clone()).map_err(|_| broken("text that is not UTF-8"))?;
                fields.set(member.name, Value::String(text));
            }
            Kind::Structure(structure) => fields.set(member.name, Value::Structure(parse(structure)?)),
            _ => {}
        },
    }
    Ok(Some((member.name, Value::Structure(fields))))
}

fn value_of(header: &HeaderValue) -> Value {
    match header {
        HeaderValue::Bool(flag) => Value::Bool(*flag),
        HeaderValue::Byte(number) => Value::Int((*number).into()),
        HeaderValue::Short(number) => Value::Int((*number).into()),
        HeaderValue::Integer(number) => Value::Int((*number).into()),
        HeaderValue::Long(number) => Value::Int(*number),
        HeaderValue::Bytes(bytes) => Value::Blob(bytes.clone()),
        HeaderValue::Uuid(bytes) => Value::Blob(bytes.to_vec()),
        HeaderValue::String(text) => Value::String(text.clone()),
        HeaderValue::Timestamp(at) => Value::Timestamp(*at),
    }
}
