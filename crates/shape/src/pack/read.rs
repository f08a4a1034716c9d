use super::bytes::{Corrupt, Reader, Section, open_file};
use super::{LOCATIONS, MAGIC, PROTOCOLS, TIMESTAMPS, flag, tag};
use crate::{
    ErrorShape, Kind, List, Map, Member, Operation, Protocol, Root, Service, Shape, ShapeId, StringShape, Structure,
    TimestampFormat, XmlNamespace,
};

/// What routing needs to know of a service before its model is opened.
#[derive(Debug)]
pub struct Entry {
    /// Bastide's and botocore's name for the service (`elbv2`).
    pub name: &'static str,
    pub service_id: &'static str,
    /// The service name in a SigV4 credential scope.
    pub signing_name: &'static str,
    pub endpoint_prefix: &'static str,
    /// `Version` of the query protocols.
    pub api_version: &'static str,
    /// The part of `X-Amz-Target` before the dot, and the service name in rpc-v2-cbor's path.
    pub target_prefix: Option<&'static str>,
    pub protocols: Vec<Protocol>,
    section: Section,
}

/// Opens a packed file without opening any model in it.
pub(crate) fn read_index(file: &'static [u8]) -> Result<Vec<Entry>, Corrupt> {
    let (mut index, sections) = open_file(MAGIC, file)?;
    index.list(|from| {
        Ok(Entry {
            name: from.string()?,
            service_id: from.string()?,
            signing_name: from.string()?,
            endpoint_prefix: from.string()?,
            api_version: from.string()?,
            target_prefix: from.optional_string()?,
            protocols: protocols(from)?,
            section: Section::read(from, sections)?,
        })
    })
}

impl Entry {
    /// Opens the model. Its text is kept for the life of the process, so open each model once.
    pub fn open(&self) -> Result<Service, Corrupt> {
        let mut from = Reader::new(self.section.open()?)?;
        let service = Service {
            name: from.string()?,
            service_id: from.string()?,
            signing_name: from.string()?,
            endpoint_prefix: from.string()?,
            api_version: from.string()?,
            target_prefix: from.optional_string()?,
            protocols: protocols(&mut from)?,
            json_version: from.optional_string()?,
            xml_namespace: from.optional_string()?,
            query_compatible: from.flag()?,
            shapes: from.list(shape)?,
            operations: from.list(operation)?,
        };
        if from.at_end() { Ok(service) } else { Err(Corrupt) }
    }
}

fn pick<T: Copy>(table: &[T], at: u64) -> Result<T, Corrupt> {
    table.get(at as usize).copied().ok_or(Corrupt)
}

fn protocols(from: &mut Reader) -> Result<Vec<Protocol>, Corrupt> {
    from.list(|from| pick(&PROTOCOLS, from.number()?))
}

fn shape_id(from: &mut Reader) -> Result<ShapeId, Corrupt> {
    u32::try_from(from.number()?).map(ShapeId).map_err(|_| Corrupt)
}

fn status(from: &mut Reader) -> Result<u16, Corrupt> {
    u16::try_from(from.number()?).map_err(|_| Corrupt)
}

fn operation(from: &mut Reader) -> Result<Operation, Corrupt> {
    Ok(Operation {
        name: from.string()?,
        method: from.string()?,
        uri: from.string()?,
        status: status(from)?,
        input: from.option(root)?,
        output: from.option(root)?,
        errors: from.list(shape_id)?,
        result_wrapper: from.optional_string()?,
        unsigned: from.flag()?,
        unsigned_payload: from.flag()?,
        read_only: from.option(Reader::flag)?,
        host_prefix: from.optional_string()?,
        request_compression: from.flag()?,
        checksum_required: from.flag()?,
    })
}

fn root(from: &mut Reader) -> Result<Root, Corrupt> {
    Ok(Root { shape: shape_id(from)?, location_name: from.optional_string()?, xml_namespace: from.optional_string()? })
}

fn shape(from: &mut Reader) -> Result<Shape, Corrupt> {
    let (name, sensitive) = (from.string()?, from.flag()?);
    Ok(Shape { name, sensitive, kind: kind(from)? })
}

fn kind(from: &mut Reader) -> Result<Kind, Corrupt> {
    Ok(match from.number()? {
        tag::STRUCTURE => Kind::Structure(structure(from)?),
        tag::LIST => Kind::List(List {
            element: Box::new(member(from)?),
            flattened: from.flag()?,
            min: from.option(Reader::number)?,
            max: from.option(Reader::number)?,
        }),
        tag::MAP => Kind::Map(Map {
            key: Box::new(member(from)?),
            value: Box::new(member(from)?),
            flattened: from.flag()?,
            min: from.option(Reader::number)?,
            max: from.option(Reader::number)?,
        }),
        tag::STRING => Kind::String(StringShape {
            values: from.list(Reader::string)?,
            pattern: from.optional_string()?,
            min: from.option(Reader::number)?,
            max: from.option(Reader::number)?,
            media_type_json: from.flag()?,
        }),
        tag::BLOB => {
            Kind::Blob { min: from.option(Reader::number)?, max: from.option(Reader::number)?, streaming: from.flag()? }
        }
        tag::BOOLEAN => Kind::Boolean,
        tag::INTEGER => Kind::Integer { min: from.option(Reader::signed)?, max: from.option(Reader::signed)? },
        tag::LONG => Kind::Long { min: from.option(Reader::signed)?, max: from.option(Reader::signed)? },
        tag::FLOAT => Kind::Float { min: from.option(Reader::float)?, max: from.option(Reader::float)? },
        tag::DOUBLE => Kind::Double { min: from.option(Reader::float)?, max: from.option(Reader::float)? },
        tag::TIMESTAMP => Kind::Timestamp(timestamp(from.number()?)?),
        tag::DOCUMENT => Kind::Document,
        _ => return Err(Corrupt),
    })
}

fn structure(from: &mut Reader) -> Result<Structure, Corrupt> {
    Ok(Structure {
        members: from.list(member)?,
        payload: from.option(Reader::size)?,
        union: from.flag()?,
        error: from.option(|from| {
            Ok(ErrorShape {
                code: from.string()?,
                query_code: from.optional_string()?,
                status: status(from)?,
                sender: from.flag()?,
            })
        })?,
        event_stream: from.flag()?,
        event: from.flag()?,
    })
}

fn member(from: &mut Reader) -> Result<Member, Corrupt> {
    let (name, shape, flags) = (from.string()?, shape_id(from)?, from.number()?);
    let has = |flag: u64| flags & flag != 0;
    Ok(Member {
        name,
        shape,
        required: has(flag::REQUIRED),
        location: pick(&LOCATIONS, flags & flag::LOCATION)?,
        location_name: if has(flag::LOCATION_NAME) { Some(from.string()?) } else { None },
        query_name: if has(flag::QUERY_NAME) { Some(from.string()?) } else { None },
        flattened: has(flag::FLATTENED),
        xml_attribute: has(flag::XML_ATTRIBUTE),
        xml_namespace: if has(flag::XML_NAMESPACE) {
            Some(XmlNamespace { uri: from.string()?, prefix: from.optional_string()? })
        } else {
            None
        },
        json_value: has(flag::JSON_VALUE),
        timestamp_format: timestamp(flags >> flag::TIMESTAMP_SHIFT & flag::TIMESTAMP)?,
        sensitive: has(flag::SENSITIVE),
        streaming: has(flag::STREAMING),
        idempotency_token: has(flag::IDEMPOTENCY_TOKEN),
        host_label: has(flag::HOST_LABEL),
        event_payload: has(flag::EVENT_PAYLOAD),
        event_header: has(flag::EVENT_HEADER),
        deprecated: has(flag::DEPRECATED),
    })
}

fn timestamp(at: u64) -> Result<Option<TimestampFormat>, Corrupt> {
    pick(&TIMESTAMPS, at)
}
