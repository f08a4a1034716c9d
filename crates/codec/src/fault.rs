//! Errors on the wire, as each protocol frames them.

use bastide_shape::{ErrorShape, Fields, Kind, Location, Protocol, Service, Structure, TimestampFormat, Value};
use http::HeaderMap;

use crate::dialect::{CAPITAL_MESSAGE, Dialect};
use crate::server::{Response, content_type};
use crate::wire::Scope;
use crate::{ErrorOut, cbor, http_parts, json, text, wire, xml};

/// The error structure that the model has for a code, under whichever of its names.
pub(crate) fn modelled<'s>(service: &'s Service, code: &str) -> Option<(&'static str, &'s Structure, ErrorShape)> {
    service.shapes.iter().find_map(|shape| match &shape.kind {
        Kind::Structure(structure) => {
            let error = structure.error?;
            let named = shape.name == code || error.code == code || error.query_code == Some(code);
            named.then_some((shape.name, structure, error))
        }
        _ => None,
    })
}

/// The member of an error structure that carries the message.
pub(crate) fn message_member(structure: &Structure) -> Option<&'static str> {
    structure.members.iter().map(|member| member.name).find(|name| name.eq_ignore_ascii_case("message"))
}

/// How an error is written: the code of the protocol, and its fields with the message among them.
struct Error<'e> {
    code: &'e str,
    /// The code of the query protocol, for services that left it.
    query_code: &'e str,
    structure: Option<&'e Structure>,
    /// All members, the message included where the model has a place for it.
    fields: Fields,
    /// The message's name where the model has no place for it.
    loose_message: Option<&'static str>,
}

/// Writes an error in the form of a protocol. Never fails: what a model cannot carry is left out.
pub fn encode_error(service: &Service, protocol: Protocol, error: &ErrorOut, request_id: &str) -> Response {
    let dialect = Dialect::of(service);
    let model = modelled(service, &error.code);
    let mut fields = error.fields.clone();
    let place = model.and_then(|(_, structure, _)| message_member(structure));
    if let Some(name) = place
        && fields.get(name).is_none()
        && !error.message.is_empty()
    {
        fields.set(name, Value::String(error.message.clone()));
    }
    let code = match (model, protocol) {
        (Some((_, _, shape)), Protocol::Query | Protocol::Ec2) => shape.query_code.unwrap_or(shape.code),
        (Some((name, _, _)), Protocol::Json | Protocol::Cbor) if service.query_compatible => name,
        (Some((_, _, shape)), _) => shape.code,
        (None, _) => &error.code,
    };
    let query_code = model.map_or(error.code.as_str(), |(_, _, shape)| shape.query_code.unwrap_or(shape.code));
    let loose = if CAPITAL_MESSAGE.contains(&code) { "Message" } else { "message" };
    let loose_message = (place.is_none() && !error.message.is_empty()).then_some(loose);
    let view = Error { code, query_code, structure: model.map(|(_, structure, _)| structure), fields, loose_message };

    let mut headers = HeaderMap::new();
    http_parts::set(&mut headers, dialect.request_id, request_id);
    http_parts::set(&mut headers, "content-type", content_type(service, protocol));
    if matches!(protocol, Protocol::RestJson | Protocol::RestXml) {
        header_members(service, &view, &mut headers);
    }
    if service.query_compatible && matches!(protocol, Protocol::Json | Protocol::Cbor) {
        http_parts::set(&mut headers, "x-amzn-query-error", &format!("{};{}", view.query_code, kind(error)));
    }
    let body = match protocol {
        Protocol::Query => query(service, &view, error, request_id),
        Protocol::Ec2 => ec2(service, &view, error, request_id),
        Protocol::RestXml => rest_xml(service, dialect, &view, error, request_id),
        Protocol::RestJson => {
            http_parts::set(&mut headers, "x-amzn-errortype", view.code);
            json_body(service, &view, error, None)
        }
        Protocol::Json => json_body(service, &view, error, Some(view.code)),
        Protocol::Cbor => {
            http_parts::set(&mut headers, "smithy-protocol", "rpc-v2-cbor");
            cbor::error(
                service,
                view.code,
                view.loose_message.map(|name| (name, error.message.as_str())),
                view.structure,
                &view.fields,
            )
        }
    };
    Response { status: error.status, headers, body, stream: false }
}

fn kind(error: &ErrorOut) -> &'static str {
    if error.sender { "Sender" } else { "Receiver" }
}

fn header_members(service: &Service, error: &Error<'_>, headers: &mut HeaderMap) {
    let members = error.structure.map(|structure| structure.members.as_slice()).unwrap_or_default();
    for member in members.iter().filter(|member| member.location == Location::Header) {
        if let Some(value) = error.fields.get(member.name)
            && let Ok(text) = http_parts::header_text(service, member, value)
        {
            http_parts::set(headers, wire::name(member), &text);
        }
    }
}

/// Everything of an error but its code and message, as elements.
fn xml_fields(writer: &mut xml::Writer<'_>, error: &Error<'_>) {
    for (name, value) in &error.fields.0 {
        if name.eq_ignore_ascii_case("message") || name.eq_ignore_ascii_case("code") {
            continue;
        }
        let from = writer.out.len();
        let written = match error.structure.and_then(|structure| structure.member(name)) {
            Some(member) if !Scope::Response.holds(member) => continue,
            Some(member) => writer.member(member, wire::name(member), value).is_ok(),
            None => match text::write(value, TimestampFormat::Iso8601) {
                Ok(text) => {
                    writer.element(name, &text);
                    true
                }
                Err(_) => false,
            },
        };
        if !written {
            writer.out.truncate(from);
        }
    }
}

fn query(service: &Service, view: &Error<'_>, error: &ErrorOut, request_id: &str) -> Vec<u8> {
    let mut writer = xml::Writer::new(service, Protocol::Query);
    let namespace = service.xml_namespace.map(|uri| bastide_shape::XmlNamespace { uri, prefix: None });
    writer.open("ErrorResponse", namespace);
    writer.open("Error", None);
    writer.element("Type", kind(error));
    writer.element("Code", view.code);
    writer.element("Message", &error.message);
    xml_fields(&mut writer, view);
    writer.close("Error");
    writer.element("RequestId", request_id);
    writer.close("ErrorResponse");
    writer.out.into_bytes()
}

fn ec2(service: &Service, view: &Error<'_>, error: &ErrorOut, request_id: &str) -> Vec<u8> {
    let mut writer = xml::Writer::new(service, Protocol::Ec2);
    writer.out.push_str(xml::PROLOG);
    writer.open("Response", None);
    writer.open("Errors", None);
    writer.open("Error", None);
    writer.element("Code", view.code);
    writer.element("Message", &error.message);
    xml_fields(&mut writer, view);
    writer.close("Error");
    writer.close("Errors");
    writer.element("RequestID", request_id);
    writer.close("Response");
    writer.out.into_bytes()
}

fn rest_xml(service: &Service, dialect: &Dialect, view: &Error<'_>, error: &ErrorOut, request_id: &str) -> Vec<u8> {
    let mut writer = xml::Writer::new(service, Protocol::RestXml);
    writer.out.push_str(xml::PROLOG);
    if dialect.bare_errors {
        writer.open("Error", None);
        writer.element("Code", view.code);
        writer.element("Message", &error.message);
        xml_fields(&mut writer, view);
        writer.element("RequestId", request_id);
        writer.close("Error");
    } else {
        let namespace = dialect.namespace(service).map(|uri| bastide_shape::XmlNamespace { uri, prefix: None });
        writer.open("ErrorResponse", namespace);
        writer.open("Error", None);
        writer.element("Type", kind(error));
        writer.element("Code", view.code);
        writer.element("Message", &error.message);
        xml_fields(&mut writer, view);
        writer.close("Error");
        writer.element("RequestId", request_id);
        writer.close("ErrorResponse");
    }
    writer.out.into_bytes()
}

fn json_body(service: &Service, view: &Error<'_>, error: &ErrorOut, code: Option<&str>) -> Vec<u8> {
    let mut writer = json::Writer::new(service);
    writer.out.push(b'{');
    let mut first = true;
    if let Some(code) = code {
        writer.name("__type", &mut first);
        writer.string(code);
    }
    if let Some(name) = view.loose_message {
        writer.name(name, &mut first);
        writer.string(&error.message);
    }
    if let Some(structure) = view.structure {
        let from = (writer.out.len(), first);
        if writer.members(structure, Scope::Response, &view.fields, &mut first).is_err() {
            writer.out.truncate(from.0);
        }
    }
    writer.out.push(b'}');
    writer.out
}
