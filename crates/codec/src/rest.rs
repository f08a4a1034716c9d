//! The REST protocols: members are bound to the path, the query string, headers, the status and the body.

use bastide_shape::{
    Fields, Kind, Location, Member, Operation, Protocol, Root, Service, Structure, TimestampFormat, Value, XmlNamespace,
};
use http::HeaderMap;

use crate::dialect::Dialect;
use crate::server::{EVENT_STREAM, Response, content_type};
use crate::template::Template;
use crate::wire::Scope;
use crate::{Body, DecodeError, EncodeError, RequestHead, form, http_parts, json, text, wire, xml};

/// Whether a member's bytes are carried beside the value.
pub(crate) fn streaming(service: &Service, member: &Member) -> bool {
    member.streaming
        || matches!(wire::kind(service, member), Kind::Blob { streaming: true, .. })
        || event_stream(service, member)
}

pub(crate) fn event_stream(service: &Service, member: &Member) -> bool {
    matches!(wire::kind(service, member), Kind::Structure(structure) if structure.event_stream)
}

fn payload(structure: &Structure) -> Option<&Member> {
    structure.payload.and_then(|at| structure.members.get(at))
}

fn has_body_members(structure: &Structure, scope: Scope) -> bool {
    structure.members.iter().any(|member| scope.holds(member))
}

/// Reads a request's input from wherever its members are bound.
pub(crate) fn decode_request(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    structure: &Structure,
    labels: &[(&'static str, String)],
    head: &RequestHead<'_>,
    body: Body<'_>,
) -> Result<Fields, DecodeError> {
    let query = form::pairs(head.query)?;
    let asked = |name: &str| {
        query.iter().filter(move |(known, _)| known == name).map(|(_, value)| value.as_ref()).collect::<Vec<_>>()
    };
    let mut in_body = body_fields(service, protocol, structure, Scope::Request, operation.input, body)?;
    let mut fields = Fields::default();
    for member in &structure.members {
        let name = wire::name(member);
        let kind = wire::kind(service, member);
        let value = match member.location {
            Location::Uri => {
                let label = labels.iter().find(|(label, _)| *label == name);
                label.map(|(_, value)| text::parse(kind, value)).transpose()?
            }
            Location::QueryString => match kind {
                Kind::Map(map) => {
                    // What has a place of its own is not repeated in the map.
                    let bound = |name: &str| {
                        let own = |m: &Member| m.location == Location::QueryString && wire::name(m) == name;
                        structure.members.iter().any(own)
                            || Template::literal_names(operation).any(|known| known == name)
                    };
                    let mut entries: Vec<(String, Value)> = Vec::new();
                    for (key, value) in query.iter().filter(|(key, _)| !bound(key)) {
                        match wire::kind(service, &map.value) {
                            Kind::List(list) => {
                                let value = text::parse(wire::kind(service, &list.element), value)?;
                                match entries.iter_mut().find(|(known, _)| known == key) {
                                    Some((_, Value::List(values))) => values.push(value),
                                    _ => entries.push((key.to_string(), Value::List(vec![value]))),
                                }
                            }
                            kind => entries.push((key.to_string(), text::parse(kind, value)?)),
                        }
                    }
                    (!entries.is_empty()).then_some(Value::Map(entries))
                }
                Kind::List(list) => {
                    let element = wire::kind(service, &list.element);
                    let found = asked(name);
                    let values =
                        found.iter().map(|value| text::parse(element, value)).collect::<Result<Vec<_>, _>>()?;
                    (!values.is_empty()).then_some(Value::List(values))
                }
                kind => asked(name).first().map(|value| text::parse(kind, value)).transpose()?,
            },
            _ => headed(service, member, head.headers)?,
        };
        if let Some(value) = value.or_else(|| in_body.take(member.name)) {
            fields.set(member.name, value);
        }
    }
    Ok(fields)
}

/// A member that is bound to headers.
pub(crate) fn headed(service: &Service, member: &Member, headers: &HeaderMap) -> Result<Option<Value>, DecodeError> {
    let name = wire::name(member);
    match member.location {
        Location::Header => {
            let header = http_parts::get(headers, name)?;
            // An empty header says nothing, unless the member is text.
            let header =
                header.filter(|text| !text.is_empty() || matches!(wire::kind(service, member), Kind::String(_)));
            header.map(|text| http_parts::read_header(service, member, &text)).transpose()
        }
        Location::Headers => {
            let prefix = member.location_name.unwrap_or_default().to_ascii_lowercase();
            let mut entries = Vec::new();
            for key in headers.keys() {
                if let Some(rest) = key.as_str().strip_prefix(&prefix)
                    && let Some(text) = http_parts::get(headers, key.as_str())?
                {
                    entries.push((rest.to_owned(), Value::String(text.into_owned())));
                }
            }
            Ok((!entries.is_empty()).then_some(Value::Map(entries)))
        }
        _ => Ok(None),
    }
}

/// The members that the body carries: the payload, or those that are bound to nothing else.
fn body_fields(
    service: &Service,
    protocol: Protocol,
    structure: &Structure,
    scope: Scope,
    root: Option<Root>,
    body: Body<'_>,
) -> Result<Fields, DecodeError> {
    let mut fields = Fields::default();
    let bytes = match body {
        Body::Streaming => {
            let streams = structure.members.iter().find(|member| streaming(service, member));
            let member = streams.ok_or_else(|| DecodeError::new("The operation's body does not stream"))?;
            fields.set(member.name, Value::Stream);
            return Ok(fields);
        }
        Body::Bytes(bytes) => bytes,
    };
    let Some(member) = payload(structure) else {
        if bytes.is_empty() || !has_body_members(structure, scope) {
            return Ok(fields);
        }
        return match protocol {
            Protocol::RestXml => {
                let element = xml::Element::read(bytes)?;
                expect_root(&element, root.and_then(|root| root.location_name))?;
                xml::read_structure(service, structure, scope, &element)
            }
            _ => json::read_structure(service, structure, scope, &json::parse(bytes)?),
        };
    };
    if bytes.is_empty() {
        return Ok(fields);
    }
    let value = match wire::kind(service, member) {
        Kind::Blob { .. } => Value::Blob(bytes.to_vec()),
        Kind::String(_) => {
            let text = std::str::from_utf8(bytes).map_err(|_| DecodeError::new("The body is not UTF-8"))?;
            Value::String(text.to_owned())
        }
        Kind::Structure(events) if events.event_stream => Value::Stream,
        _ => match protocol {
            Protocol::RestXml => {
                let element = xml::Element::read(bytes)?;
                xml::read_value(service, member, &element)?
            }
            _ => json::read(service, member, &json::parse(bytes)?)?,
        },
    };
    fields.set(member.name, value);
    Ok(fields)
}

fn expect_root(element: &xml::Element<'_>, name: Option<&str>) -> Result<(), DecodeError> {
    match name {
        Some(name) if element.name != name => Err(DecodeError::new("The root element is not the operation's")),
        _ => Ok(()),
    }
}

/// Writes the members that are bound to headers.
fn write_headers(
    service: &Service,
    structure: &Structure,
    fields: &Fields,
    headers: &mut HeaderMap,
) -> Result<(), EncodeError> {
    for member in &structure.members {
        let Some(value) = fields.get(member.name) else { continue };
        let within = |error: EncodeError| error.within(member.name);
        match (member.location, value) {
            (Location::Header, Value::List(values)) if values.is_empty() => {}
            (Location::Header, value) => {
                let text = http_parts::header_text(service, member, value).map_err(within)?;
                http_parts::put(headers, wire::name(member), &text).map_err(within)?;
            }
            (Location::Headers, Value::Map(entries)) => {
                let prefix = member.location_name.unwrap_or_default();
                for (key, value) in entries {
                    let text = text::write(value, TimestampFormat::Rfc822).map_err(within)?;
                    http_parts::put(headers, &format!("{prefix}{key}"), &text).map_err(within)?;
                }
            }
            _ => {}
        }
    }
    Ok(())
}

/// What a body is and how it is called.
struct Written {
    bytes: Vec<u8>,
    content_type: Option<&'static str>,
    stream: bool,
}

/// Writes the payload or the members of the body. `root` names the root element of XML.
fn write_body(
    service: &Service,
    protocol: Protocol,
    structure: &Structure,
    fields: &Fields,
    scope: Scope,
    root: (&str, Option<XmlNamespace>),
    always: bool,
) -> Result<Written, EncodeError> {
    let own = Some(content_type(service, protocol));
    let nothing = Written { bytes: Vec::new(), content_type: None, stream: false };
    let Some(member) = payload(structure) else {
        let any = structure.members.iter().any(|member| scope.holds(member) && fields.get(member.name).is_some());
        let members = has_body_members(structure, scope);
        return Ok(match protocol {
            Protocol::RestXml if any || members && always => {
                let mut writer = xml::Writer::new(service, protocol);
                if always {
                    writer.out.push_str(xml::PROLOG);
                }
                writer.structure(root.0, root.1, structure, scope, fields)?;
                Written { bytes: writer.out.into_bytes(), content_type: own, stream: false }
            }
            Protocol::RestJson if members || always => {
                let mut writer = json::Writer::new(service);
                writer.structure(structure, scope, fields)?;
                Written { bytes: writer.out, content_type: own, stream: false }
            }
            _ => nothing,
        });
    };
    let value = fields.get(member.name);
    let written = |bytes: Vec<u8>, content_type| Written { bytes, content_type, stream: false };
    Ok(match (wire::kind(service, member), value) {
        (_, Some(Value::Stream)) => {
            let kind = if event_stream(service, member) { EVENT_STREAM } else { "application/octet-stream" };
            Written { bytes: Vec::new(), content_type: Some(kind), stream: true }
        }
        (Kind::Blob { .. }, Some(Value::Blob(bytes))) => written(bytes.clone(), Some("application/octet-stream")),
        (Kind::String(_), Some(Value::String(text))) => written(text.clone().into_bytes(), Some("text/plain")),
        (Kind::Blob { .. } | Kind::String(_), None) => nothing,
        (_, Some(value)) if protocol == Protocol::RestXml => {
            let mut writer = xml::Writer::new(service, protocol);
            if always {
                writer.out.push_str(xml::PROLOG);
            }
            let name = member.location_name.unwrap_or(service.shape(member.shape).name);
            match (wire::kind(service, member), value) {
                (Kind::Structure(shape), Value::Structure(fields)) => {
                    writer.structure(name, member.xml_namespace.or(root.1), shape, Scope::Nested, fields)
                }
                _ => writer.member(member, name, value),
            }
            .map_err(|error| error.within(member.name))?;
            written(writer.out.into_bytes(), own)
        }
        (_, Some(value)) => {
            let mut writer = json::Writer::new(service);
            writer.value(member, value).map_err(|error| error.within(member.name))?;
            written(writer.out, own)
        }
        (Kind::Document, None) => nothing,
        (Kind::Structure(structure), None) if structure.union => nothing,
        (_, None) if protocol == Protocol::RestJson => written(b"{}".to_vec(), own),
        (_, None) => nothing,
    })
}

/// Writes an answer: status, headers, body.
pub(crate) fn encode_response(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    structure: &Structure,
    fields: &Fields,
    response: &mut Response,
) -> Result<(), EncodeError> {
    let dialect = Dialect::of(service);
    for member in structure.members.iter().filter(|member| member.location == Location::StatusCode) {
        if let Some(Value::Int(status)) = fields.get(member.name) {
            response.status = u16::try_from(*status).map_err(|_| EncodeError::new(member.name, "no HTTP status"))?;
        }
    }
    write_headers(service, structure, fields, &mut response.headers)?;
    let shape_name = operation.output.map(|root| service.shape(root.shape).name).unwrap_or_default();
    let modelled = operation.output.and_then(|root| root.location_name);
    let name = modelled.or_else(|| dialect.root(operation)).unwrap_or(shape_name);
    let namespace = operation.output.and_then(|root| root.xml_namespace).map(|uri| XmlNamespace { uri, prefix: None });
    let namespace = namespace.or(dialect.namespace(service).map(|uri| XmlNamespace { uri, prefix: None }));
    if dialect.unwrapped(operation) {
        let mut writer = xml::Writer::new(service, protocol);
        writer.out.push_str(xml::PROLOG);
        writer.open(name, namespace);
        if let Some(value) = structure.members.first().and_then(|member| fields.get(member.name)) {
            xml::escape(&mut writer.out, &text::write(value, TimestampFormat::Iso8601)?);
        }
        writer.close(name);
        http_parts::set(&mut response.headers, "content-type", content_type(service, protocol));
        response.body = writer.out.into_bytes();
        return Ok(());
    }
    let bodiless = matches!(response.status, 204 | 304);
    let written = write_body(service, protocol, structure, fields, Scope::Response, (name, namespace), !bodiless)?;
    if let (Some(kind), false) = (written.content_type, response.headers.contains_key("content-type")) {
        http_parts::set(&mut response.headers, "content-type", kind);
    }
    response.body = written.bytes;
    response.stream = written.stream;
    Ok(())
}

/// Reads an answer's members from its status, headers and body.
pub(crate) fn decode_response(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    structure: &Structure,
    status: u16,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Fields, DecodeError> {
    let mut in_body = if Dialect::of(service).unwrapped(operation) && !body.is_empty() {
        let element = xml::Element::read(body)?;
        let mut fields = Fields::default();
        if let Some(member) = structure.members.first().filter(|_| !element.text.is_empty()) {
            fields.set(member.name, text::parse(wire::kind(service, member), &element.text)?);
        }
        fields
    } else {
        body_fields(service, protocol, structure, Scope::Response, None, Body::Bytes(body))?
    };
    let mut fields = Fields::default();
    for member in &structure.members {
        let value = match member.location {
            Location::StatusCode => Some(Value::Int(status.into())),
            _ => headed(service, member, headers)?.or_else(|| in_body.take(member.name)),
        };
        if let Some(value) = value {
            fields.set(member.name, value);
        }
    }
    Ok(fields)
}

/// Writes a request: path with query string, headers, body.
pub(crate) fn encode_request(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    structure: &Structure,
    fields: &Fields,
    headers: &mut HeaderMap,
) -> Result<(String, Vec<u8>), EncodeError> {
    let (path, literals) = operation.uri.split_once('?').unwrap_or((operation.uri, ""));
    let mut uri = fill_path(service, path, structure, fields)?;
    let mut separator = '?';
    if !literals.is_empty() {
        uri.push('?');
        uri.push_str(literals);
        separator = '&';
    }
    for (name, value) in query_pairs(service, structure, fields)? {
        uri.push_str(&format!("{separator}{}={}", form::encode(&name), form::encode(&value)));
        separator = '&';
    }
    write_headers(service, structure, fields, headers)?;
    let root = operation.input;
    let shape_name = root.map(|root| service.shape(root.shape).name).unwrap_or_default();
    let name = root.and_then(|root| root.location_name).unwrap_or(shape_name);
    let namespace = root.and_then(|root| root.xml_namespace).map(|uri| XmlNamespace { uri, prefix: None });
    let written = write_body(service, protocol, structure, fields, Scope::Request, (name, namespace), false)?;
    if let (Some(kind), false) = (written.content_type, headers.contains_key("content-type")) {
        http_parts::set(headers, "content-type", kind);
    }
    Ok((uri, written.bytes))
}

fn fill_path(service: &Service, path: &str, structure: &Structure, fields: &Fields) -> Result<String, EncodeError> {
    let mut filled = String::new();
    let mut rest = path;
    while let Some((before, after)) = rest.split_once('{') {
        let (label, behind) = after.split_once('}').unwrap_or((after, ""));
        filled.push_str(before);
        let (name, greedy) = label.strip_suffix('+').map_or((label, false), |name| (name, true));
        let bound = |member: &&Member| member.location == Location::Uri && wire::name(member) == name;
        let member = structure.members.iter().find(bound);
        let found = member.and_then(|member| Some((member, fields.get(member.name)?)));
        let (member, value) = found.ok_or_else(|| EncodeError::new(name, "a label of the path is missing"))?;
        let format = wire::timestamp(member, wire::kind(service, member), TimestampFormat::Iso8601);
        let text = text::write(value, format).map_err(|error| error.within(name))?;
        if text.is_empty() {
            return Err(EncodeError::new(name, "a label of the path is empty"));
        }
        if greedy {
            filled.push_str(&form::encode_path(&text).to_string());
        } else {
            filled.push_str(&form::encode(&text).to_string());
        }
        rest = behind;
    }
    filled.push_str(rest);
    Ok(filled)
}

fn query_pairs(
    service: &Service,
    structure: &Structure,
    fields: &Fields,
) -> Result<Vec<(String, String)>, EncodeError> {
    let mut pairs: Vec<(String, String)> = Vec::new();
    let mut maps: Vec<(String, String)> = Vec::new();
    for member in structure.members.iter().filter(|member| member.location == Location::QueryString) {
        let Some(value) = fields.get(member.name) else { continue };
        let name = wire::name(member);
        let written = |member: &Member, value: &Value| {
            let format = wire::timestamp(member, wire::kind(service, member), TimestampFormat::Iso8601);
            text::write(value, format).map(|text| text.into_owned()).map_err(|error| error.within(name))
        };
        match (wire::kind(service, member), value) {
            (Kind::List(list), Value::List(values)) => {
                for value in values {
                    pairs.push((name.to_owned(), written(&list.element, value)?));
                }
            }
            (Kind::Map(map), Value::Map(entries)) => {
                for (key, value) in entries {
                    match value {
                        Value::List(values) => {
                            for value in values {
                                maps.push((key.clone(), written(&map.value, value)?));
                            }
                        }
                        value => maps.push((key.clone(), written(&map.value, value)?)),
                    }
                }
            }
            (_, value) => pairs.push((name.to_owned(), written(member, value)?)),
        }
    }
    // A member's own name wins over the same name in a map.
    maps.retain(|(name, _)| !pairs.iter().any(|(known, _)| known == name));
    pairs.extend(maps);
    Ok(pairs)
}
