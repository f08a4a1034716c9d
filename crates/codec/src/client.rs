//! The client's side: requests are encoded, answers decoded.

use bastide_shape::{Fields, Operation, Protocol, Service, Value};
use http::HeaderMap;

use crate::dialect::Dialect;
use crate::fault::{message_member, modelled};
use crate::server::{EVENT_STREAM, content_type};
use crate::wire::Scope;
use crate::{DecodeError, EncodeError, cbor, http_parts, json, query, rest, xml};

/// A request to be signed and sent.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: &'static str,
    /// Path and query string, percent-encoded.
    pub uri: String,
    pub headers: HeaderMap,
    pub body: Vec<u8>,
    /// What the operation puts before the endpoint's host (`123456789012.`).
    pub host_prefix: Option<String>,
}

/// What came back.
#[derive(Debug, Clone, PartialEq)]
pub enum Reply {
    /// The output as a structure.
    Output(Value),
    Failure(Failure),
}

/// An error as the client sees it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Failure {
    /// Without namespace or trailing detail.
    pub code: String,
    /// The code that the query protocol has for it, where the service keeps it in a header.
    pub query_code: Option<String>,
    pub message: String,
    /// HTTP status.
    pub status: u16,
    pub sender: Option<bool>,
    /// The members of the modelled error.
    pub fields: Fields,
    pub request_id: Option<String>,
}

/// Sets the idempotency token of an input where its member is absent, as AWS's clients do.
pub fn fill_idempotency_token(service: &Service, operation: &Operation, input: &mut Value, token: &str) {
    let structure = operation.input.and_then(|root| service.structure(root.shape));
    let (Some(structure), Value::Structure(fields)) = (structure, input) else { return };
    for member in structure.members.iter().filter(|member| member.idempotency_token) {
        if fields.get(member.name).is_none() {
            fields.set(member.name, Value::String(token.to_owned()));
        }
    }
}

/// Encodes a request. The caller has filled in idempotency tokens: nothing here is random.
///
/// # Errors
/// The value does not have the input's shape, a label of the path is missing, or a header cannot carry its text.
pub fn encode_request(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    input: &Value,
) -> Result<Request, EncodeError> {
    let Value::Structure(fields) = input else { return Err(EncodeError::new("", "an input is a structure")) };
    let structure = operation.input.and_then(|root| service.structure(root.shape));
    let mut request = Request {
        method: operation.method,
        uri: "/".to_owned(),
        headers: HeaderMap::new(),
        body: Vec::new(),
        host_prefix: host_prefix(operation, fields)?,
    };
    let headers = &mut request.headers;
    let kind = content_type(service, protocol);
    match protocol {
        Protocol::Query | Protocol::Ec2 => {
            http_parts::set(headers, "content-type", "application/x-www-form-urlencoded; charset=utf-8");
            request.body = query::encode(service, protocol, operation, fields)?.into_bytes();
        }
        Protocol::Json => {
            http_parts::set(headers, "content-type", kind);
            let target = format!("{}.{}", service.target_prefix.unwrap_or_default(), operation.name);
            http_parts::set(headers, "x-amz-target", &target);
            let mut writer = json::Writer::new(service);
            match structure {
                Some(structure) => writer.structure(structure, Scope::Nested, fields)?,
                None => writer.out.extend(b"{}"),
            }
            request.body = writer.out;
        }
        Protocol::Cbor => {
            let prefix = service.target_prefix.unwrap_or_default();
            request.uri = format!("/service/{prefix}/operation/{}", operation.name);
            http_parts::set(headers, "smithy-protocol", "rpc-v2-cbor");
            let output = operation.output.and_then(|root| service.structure(root.shape));
            let events = output.is_some_and(|s| s.members.iter().any(|member| rest::event_stream(service, member)));
            http_parts::set(headers, "accept", if events { EVENT_STREAM } else { kind });
            if let Some(structure) = structure {
                http_parts::set(headers, "content-type", kind);
                request.body = cbor::write(service, structure, fields)?;
            }
        }
        Protocol::RestJson | Protocol::RestXml => match structure {
            Some(structure) => {
                (request.uri, request.body) =
                    rest::encode_request(service, protocol, operation, structure, fields, headers)?;
            }
            None => request.uri = operation.uri.to_owned(),
        },
    }
    if service.query_compatible && matches!(protocol, Protocol::Json | Protocol::Cbor) {
        http_parts::set(headers, "x-amzn-query-mode", "true");
    }
    Ok(request)
}

/// Fills the host prefix's labels from the members of their names.
fn host_prefix(operation: &Operation, fields: &Fields) -> Result<Option<String>, EncodeError> {
    let Some(template) = operation.host_prefix else { return Ok(None) };
    let mut prefix = String::new();
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, behind) = after.split_once('}').unwrap_or((after, ""));
        let Some(Value::String(value)) = fields.get(label) else {
            return Err(EncodeError::new(label, "a label of the host is missing"));
        };
        let clean = |letter: char| letter.is_ascii_alphanumeric() || matches!(letter, '-' | '.');
        if value.is_empty() || !value.chars().all(clean) {
            return Err(EncodeError::new(label, "no host may be named so"));
        }
        prefix.push_str(before);
        prefix.push_str(value);
        rest = behind;
    }
    prefix.push_str(rest);
    Ok(Some(prefix))
}

/// Decodes an answer, successful or not.
///
/// # Errors
/// The body cannot be read as what the operation answers.
pub fn decode_response(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Reply, DecodeError> {
    if status >= 300 && status != operation.status && status != 304 {
        return failure(service, protocol, status, headers, body).map(Reply::Failure);
    }
    let structure = operation.output.and_then(|root| service.structure(root.shape));
    let Some(structure) = structure else { return Ok(Reply::Output(Value::Structure(Fields::default()))) };
    let fields = match protocol {
        Protocol::Query | Protocol::Ec2 => {
            if body.is_empty() {
                return Ok(Reply::Output(Value::Structure(Fields::default())));
            }
            let root = xml::Element::read(body)?;
            let usual = || root.child(&format!("{}Result", operation.name));
            let element = operation.result_wrapper.and_then(|wrapper| root.child(wrapper)).or_else(usual);
            xml::read_structure(service, structure, Scope::Nested, element.unwrap_or(&root))?
        }
        Protocol::Json => json::read_structure(service, structure, Scope::Nested, &json::parse(body)?)?,
        Protocol::Cbor => cbor::read(service, structure, body)?,
        Protocol::RestJson | Protocol::RestXml => {
            rest::decode_response(service, protocol, operation, structure, status, headers, body)?
        }
    };
    Ok(Reply::Output(Value::Structure(fields)))
}

/// A code without the namespace before it and the detail behind it.
fn bare(code: &str) -> String {
    let code = code.split(':').next().unwrap_or_default();
    code.rsplit('#').next().unwrap_or_default().to_owned()
}

fn failure(
    service: &Service,
    protocol: Protocol,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Failure, DecodeError> {
    let mut failure = Failure { status, ..Failure::default() };
    failure.request_id = http_parts::get(headers, Dialect::of(service).request_id)?.map(|id| id.into_owned());
    match protocol {
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml if body.iter().all(u8::is_ascii_whitespace) => {
            failure.code = status.to_string();
        }
        Protocol::Query | Protocol::Ec2 | Protocol::RestXml => {
            let root = xml::Element::read(body)?;
            let error = root.child("Errors").unwrap_or(&root);
            let error = error.child("Error").unwrap_or(error);
            let text = |name: &str| error.child(name).map(|child| child.text.clone().into_owned());
            failure.code = text("Code").unwrap_or_default();
            failure.message = text("Message").or_else(|| text("message")).unwrap_or_default();
            failure.sender = text("Type").map(|kind| kind == "Sender");
            let id = root.child("RequestId").or_else(|| root.child("RequestID")).map(|id| id.text.clone().into_owned());
            failure.request_id = id.or(failure.request_id);
            if let Some((_, structure, _)) = modelled(service, &failure.code) {
                failure.fields = match protocol {
                    Protocol::RestXml => rest_fields(service, structure, headers)?,
                    _ => Fields::default(),
                };
                failure.fields.0.extend(xml::read_structure(service, structure, Scope::Response, error)?.0);
            }
        }
        Protocol::Json | Protocol::RestJson => {
            let json = json::parse(body).unwrap_or(serde_json::Value::Null);
            let text = |name: &str| json.get(name).and_then(|value| value.as_str());
            let header = http_parts::get(headers, "x-amzn-errortype")?;
            let code = header.as_deref().or_else(|| text("__type")).or_else(|| text("code")).or_else(|| text("Code"));
            failure.code = bare(code.unwrap_or(&status.to_string()));
            failure.message = text("message").or_else(|| text("Message")).unwrap_or_default().to_owned();
            if let (Some((_, structure, _)), true) = (modelled(service, &failure.code), json.is_object()) {
                failure.fields = rest_fields(service, structure, headers)?;
                failure.fields.0.extend(json::read_structure(service, structure, Scope::Response, &json)?.0);
            }
        }
        Protocol::Cbor => {
            let (code, message) = cbor::error_type(body)?;
            failure.code = bare(&code.unwrap_or_else(|| status.to_string()));
            failure.message = message.unwrap_or_default();
            if let Some((_, structure, _)) = modelled(service, &failure.code) {
                failure.fields = cbor::read(service, structure, body)?;
            }
        }
    }
    if let Some(known) = http_parts::get(headers, "x-amzn-query-error")?
        && let Some((code, kind)) = known.split_once(';')
    {
        failure.query_code = Some(code.to_owned());
        failure.sender = Some(kind == "Sender");
    }
    if let Some((_, structure, _)) = modelled(service, &failure.code)
        && let Some(Value::String(message)) = message_member(structure).and_then(|name| failure.fields.get(name))
    {
        failure.message.clone_from(message);
    }
    Ok(failure)
}

/// The members of an error that are bound to headers.
fn rest_fields(
    service: &Service,
    structure: &bastide_shape::Structure,
    headers: &HeaderMap,
) -> Result<Fields, DecodeError> {
    let mut fields = Fields::default();
    for member in &structure.members {
        if let Some(value) = rest::headed(service, member, headers)? {
            fields.set(member.name, value);
        }
    }
    Ok(fields)
}
