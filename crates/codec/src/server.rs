//! The server's side: requests are decoded, answers encoded.

use bastide_shape::{Fields, Operation, Protocol, Service, Value, XmlNamespace};
use http::HeaderMap;

use crate::dialect::Dialect;
use crate::query::Form;
use crate::route::form_text;
use crate::wire::Scope;
use crate::{DecodeError, EncodeError, RequestHead, Route, cbor, http_parts, json, query, rest, xml};

/// The body of a request.
#[derive(Debug, Clone, Copy)]
pub enum Body<'a> {
    /// All of it, already inflated where [`crate::gzip::inflate_request`] says so.
    Bytes(&'a [u8]),
    /// It stays with the caller; the streaming member becomes [`Value::Stream`].
    Streaming,
}

/// An answer. The caller adds `Content-Length`, `Date` and what else its transport needs.
#[derive(Debug, Clone)]
pub struct Response {
    /// HTTP status.
    pub status: u16,
    pub headers: HeaderMap,
    /// All of the body, or what comes before the stream (an event stream's first message).
    pub body: Vec<u8>,
    /// The caller sends the stream that belongs to the value's [`Value::Stream`] after `body`.
    pub stream: bool,
}

/// Decodes a request's input as a structure; an operation without input has an empty one.
///
/// # Errors
/// The request says something that the model has no place for, or says it in broken form.
pub fn decode(route: &Route, head: &RequestHead<'_>, body: Body<'_>) -> Result<Value, DecodeError> {
    let Route { service, protocol, operation, labels } = route;
    let input = operation.input.and_then(|root| service.structure(root.shape));
    let Some(structure) = input else { return Ok(Value::Structure(Fields::default())) };
    let bytes = match body {
        Body::Bytes(bytes) => bytes,
        Body::Streaming => &[],
    };
    let fields = match protocol {
        Protocol::Query | Protocol::Ec2 => {
            query::decode(service, *protocol, structure, &Form::read(form_text(head, bytes)?)?)?
        }
        Protocol::Json => json::read_structure(service, structure, Scope::Nested, &json::parse(bytes)?)?,
        Protocol::Cbor => cbor::read(service, structure, bytes)?,
        Protocol::RestJson | Protocol::RestXml => {
            rest::decode_request(service, *protocol, operation, structure, labels, head, body)?
        }
    };
    Ok(Value::Structure(fields))
}

/// The content type of bodies that the protocol itself writes.
pub(crate) fn content_type(service: &Service, protocol: Protocol) -> &'static str {
    match protocol {
        Protocol::Query => "text/xml",
        Protocol::Ec2 => "text/xml;charset=UTF-8",
        Protocol::RestXml => "application/xml",
        Protocol::RestJson => "application/json",
        Protocol::Cbor => "application/cbor",
        Protocol::Json => match service.json_version {
            Some("1.0") => "application/x-amz-json-1.0",
            _ => "application/x-amz-json-1.1",
        },
    }
}

pub(crate) const EVENT_STREAM: &str = "application/vnd.amazon.eventstream";

/// Encodes an operation's output.
///
/// # Errors
/// The value does not have the output's shape, or a header cannot carry its text: a defect of the service.
pub fn encode(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    output: &Value,
    request_id: &str,
) -> Result<Response, EncodeError> {
    let dialect = Dialect::of(service);
    let mut response =
        Response { status: operation.status, headers: HeaderMap::new(), body: Vec::new(), stream: false };
    http_parts::set(&mut response.headers, dialect.request_id, request_id);
    let empty = Fields::default();
    let fields = match output {
        Value::Structure(fields) => fields,
        _ => return Err(EncodeError::new("", "an output is a structure")),
    };
    let root = operation.output;
    let structure = root.and_then(|root| service.structure(root.shape));
    let fields = if structure.is_some() { fields } else { &empty };
    let events = structure.is_some_and(|s| s.members.iter().any(|member| rest::event_stream(service, member)));
    let kind = content_type(service, protocol);
    match protocol {
        Protocol::Query | Protocol::Ec2 => {
            http_parts::set(&mut response.headers, "content-type", kind);
            response.body = form_answer(service, protocol, operation, fields, request_id)?;
        }
        _ if events && !matches!(protocol, Protocol::RestJson | Protocol::RestXml) => {
            http_parts::set(&mut response.headers, "content-type", EVENT_STREAM);
            response.stream = true;
            // The members beside the stream are its first message.
            if let Some(structure) = structure {
                response.body = crate::eventstream::initial_response(service, protocol, structure, fields)?;
            }
        }
        Protocol::Json => {
            http_parts::set(&mut response.headers, "content-type", kind);
            if let Some(structure) = structure {
                let mut writer = json::Writer::new(service);
                writer.structure(structure, Scope::Nested, fields)?;
                response.body = writer.out;
            }
        }
        Protocol::Cbor => {
            http_parts::set(&mut response.headers, "smithy-protocol", "rpc-v2-cbor");
            if let Some(structure) = structure {
                http_parts::set(&mut response.headers, "content-type", kind);
                response.body = cbor::write(service, structure, fields)?;
            }
        }
        Protocol::RestJson | Protocol::RestXml => {
            if let Some(structure) = structure {
                rest::encode_response(service, protocol, operation, structure, fields, &mut response)?;
            }
        }
    }
    Ok(response)
}

/// The XML answer of the query protocols.
fn form_answer(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    fields: &Fields,
    request_id: &str,
) -> Result<Vec<u8>, EncodeError> {
    let mut writer = xml::Writer::new(service, protocol);
    let name = format!("{}Response", operation.name);
    let namespace = service.xml_namespace.map(|uri| XmlNamespace { uri, prefix: None });
    if protocol == Protocol::Ec2 {
        writer.out.push_str(xml::PROLOG);
    }
    writer.open(&name, namespace);
    if protocol == Protocol::Ec2 {
        writer.element("requestId", request_id);
    }
    if let Some(structure) = operation.output.and_then(|root| service.structure(root.shape)) {
        match operation.result_wrapper {
            Some(wrapper) => writer.structure(wrapper, None, structure, Scope::Nested, fields)?,
            None => writer.members(structure, Scope::Nested, fields)?,
        }
    }
    if protocol == Protocol::Query {
        writer.open("ResponseMetadata", None);
        writer.element("RequestId", request_id);
        writer.close("ResponseMetadata");
    }
    writer.close(&name);
    Ok(writer.out.into_bytes())
}
