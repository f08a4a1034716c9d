use super::bytes::{Section, Writer, file};
use super::{LOCATIONS, MAGIC, PROTOCOLS, TIMESTAMPS, flag, tag};
use crate::{Kind, Member, Operation, Root, Service, Shape, Structure, TimestampFormat};

/// Packs services into one file, in the order given.
pub fn write(services: &[Service]) -> Vec<u8> {
    let mut index = Writer::default();
    let mut sections = Vec::new();
    index.list(services, |out, service| {
        routing(out, service);
        Section::write(out, &mut sections, &section(service));
    });
    file(MAGIC, index, &sections)
}

/// What the index and the section both say.
fn routing(out: &mut Writer, service: &Service) {
    out.string(service.name);
    out.string(service.service_id);
    out.string(service.signing_name);
    out.string(service.endpoint_prefix);
    out.string(service.api_version);
    out.optional_string(service.target_prefix);
    protocols(out, service);
}

fn protocols(out: &mut Writer, service: &Service) {
    out.list(&service.protocols, |out, protocol| {
        out.number(PROTOCOLS.iter().position(|known| known == protocol).unwrap_or_default() as u64);
    });
}

fn section(service: &Service) -> Vec<u8> {
    let mut out = Writer::default();
    routing(&mut out, service);
    out.optional_string(service.json_version);
    out.optional_string(service.xml_namespace);
    out.flag(service.query_compatible);
    out.list(&service.shapes, shape);
    out.list(&service.operations, operation);
    out.finish()
}

fn operation(out: &mut Writer, operation: &Operation) {
    out.string(operation.name);
    out.string(operation.method);
    out.string(operation.uri);
    out.number(u64::from(operation.status));
    out.option(operation.input.as_ref(), root);
    out.option(operation.output.as_ref(), root);
    out.list(&operation.errors, |out, id| out.number(u64::from(id.0)));
    out.optional_string(operation.result_wrapper);
    out.flag(operation.unsigned);
    out.flag(operation.unsigned_payload);
    out.option(operation.read_only, Writer::flag);
    out.optional_string(operation.host_prefix);
    out.flag(operation.request_compression);
    out.flag(operation.checksum_required);
}

fn root(out: &mut Writer, root: &Root) {
    out.number(u64::from(root.shape.0));
    out.optional_string(root.location_name);
    out.optional_string(root.xml_namespace);
}

fn shape(out: &mut Writer, shape: &Shape) {
    out.string(shape.name);
    out.flag(shape.sensitive);
    match &shape.kind {
        Kind::Structure(body) => {
            out.number(tag::STRUCTURE);
            structure(out, body);
        }
        Kind::List(list) => {
            out.number(tag::LIST);
            member(out, &list.element);
            out.flag(list.flattened);
            sizes(out, list.min, list.max);
        }
        Kind::Map(map) => {
            out.number(tag::MAP);
            member(out, &map.key);
            member(out, &map.value);
            out.flag(map.flattened);
            sizes(out, map.min, map.max);
        }
        Kind::String(string) => {
            out.number(tag::STRING);
            out.list(&string.values, |out, value| out.string(value));
            out.optional_string(string.pattern);
            sizes(out, string.min, string.max);
            out.flag(string.media_type_json);
        }
        Kind::Blob { min, max, streaming } => {
            out.number(tag::BLOB);
            sizes(out, *min, *max);
            out.flag(*streaming);
        }
        Kind::Boolean => out.number(tag::BOOLEAN),
        Kind::Integer { min, max } => range(out, tag::INTEGER, *min, *max, Writer::signed),
        Kind::Long { min, max } => range(out, tag::LONG, *min, *max, Writer::signed),
        Kind::Float { min, max } => range(out, tag::FLOAT, *min, *max, Writer::float),
        Kind::Double { min, max } => range(out, tag::DOUBLE, *min, *max, Writer::float),
        Kind::Timestamp(format) => {
            out.number(tag::TIMESTAMP);
            out.number(timestamp(*format));
        }
        Kind::Document => out.number(tag::DOCUMENT),
    }
}

fn structure(out: &mut Writer, structure: &Structure) {
    out.list(&structure.members, member);
    out.option(structure.payload, |out, at| out.number(at as u64));
    out.flag(structure.union);
    out.option(structure.error, |out, error| {
        out.string(error.code);
        out.optional_string(error.query_code);
        out.number(u64::from(error.status));
        out.flag(error.sender);
    });
    out.flag(structure.event_stream);
    out.flag(structure.event);
}

fn member(out: &mut Writer, member: &Member) {
    let location = LOCATIONS.iter().position(|known| *known == member.location).unwrap_or_default() as u64;
    let set = |flag: u64, on: bool| if on { flag } else { 0 };
    let flags = location
        | timestamp(member.timestamp_format) << flag::TIMESTAMP_SHIFT
        | set(flag::REQUIRED, member.required)
        | set(flag::LOCATION_NAME, member.location_name.is_some())
        | set(flag::FLATTENED, member.flattened)
        | set(flag::SENSITIVE, member.sensitive)
        | set(flag::QUERY_NAME, member.query_name.is_some())
        | set(flag::XML_NAMESPACE, member.xml_namespace.is_some())
        | set(flag::XML_ATTRIBUTE, member.xml_attribute)
        | set(flag::JSON_VALUE, member.json_value)
        | set(flag::STREAMING, member.streaming)
        | set(flag::IDEMPOTENCY_TOKEN, member.idempotency_token)
        | set(flag::HOST_LABEL, member.host_label)
        | set(flag::EVENT_PAYLOAD, member.event_payload)
        | set(flag::EVENT_HEADER, member.event_header)
        | set(flag::DEPRECATED, member.deprecated);
    out.string(member.name);
    out.number(u64::from(member.shape.0));
    out.number(flags);
    for text in [member.location_name, member.query_name].into_iter().flatten() {
        out.string(text);
    }
    if let Some(namespace) = member.xml_namespace {
        out.string(namespace.uri);
        out.optional_string(namespace.prefix);
    }
}

fn timestamp(format: Option<TimestampFormat>) -> u64 {
    TIMESTAMPS.iter().position(|known| *known == format).unwrap_or_default() as u64
}

fn sizes(out: &mut Writer, min: Option<u64>, max: Option<u64>) {
    out.option(min, Writer::number);
    out.option(max, Writer::number);
}

fn range<T>(out: &mut Writer, tag: u64, min: Option<T>, max: Option<T>, write: impl Fn(&mut Writer, T)) {
    out.number(tag);
    out.option(min, &write);
    out.option(max, &write);
}
