//! Reads one botocore service model (`service-2.json`) into [`bastide_shape::Service`], documentation left behind.
//!
//! What botocore decides when it merges a member with the shape it refers to is decided here, once, so that the
//! codec sees only the outcome: a member's own `locationName`, `xmlNamespace`, `flattened` or `timestampFormat` wins
//! over its shape's. Not carried: retry and endpoint rules, context parameters, examples, the `box` trait, and the two
//! members of API Gateway v2 that repeat an `enum` beside their shape.

use std::collections::HashMap;

use bastide_shape::{
    ErrorShape, Kind, List, Location, Map, Member, Operation, Protocol, Root, Service, Shape, ShapeId, StringShape,
    Structure, TimestampFormat, XmlNamespace,
};
use serde_json::Value;

use crate::Result;

type Object = serde_json::Map<String, Value>;

pub fn parse(name: &str, model: &Value) -> Result<Service> {
    let metadata = object(model, "metadata")?;
    let query_compatible = metadata.contains_key("awsQueryCompatible");
    let mut names: Vec<(&str, &Object)> = Vec::new();
    for (name, shape) in object(model, "shapes")? {
        names.push((name, shape.as_object().ok_or("a shape is not an object")?));
    }
    names.sort_by_key(|(name, _)| *name);
    let reader = Reader {
        ids: names.iter().enumerate().map(|(at, (name, _))| (*name, ShapeId(at as u32))).collect(),
        shapes: names.iter().map(|(_, shape)| *shape).collect(),
        query_compatible,
    };
    let mut operations = Vec::new();
    for (name, operation) in object(model, "operations")? {
        operations.push(reader.operation(name, operation).map_err(|error| format!("{name}: {error}"))?);
    }
    operations.sort_by_key(|operation| operation.name);
    let endpoint_prefix = required(metadata, "endpointPrefix")?;
    Ok(Service {
        name: keep(name),
        service_id: required(metadata, "serviceId")?,
        signing_name: text(metadata, "signingName").unwrap_or(endpoint_prefix),
        endpoint_prefix,
        api_version: required(metadata, "apiVersion")?,
        target_prefix: text(metadata, "targetPrefix"),
        json_version: text(metadata, "jsonVersion"),
        xml_namespace: metadata.get("xmlNamespace").and_then(namespace).map(|namespace| namespace.uri),
        protocols: protocols(metadata)?,
        query_compatible,
        operations,
        shapes: names
            .iter()
            .map(|(name, shape)| reader.shape(name, shape).map_err(|error| format!("{name}: {error}").into()))
            .collect::<Result<_>>()?,
    })
}

fn protocols(metadata: &Object) -> Result<Vec<Protocol>> {
    let one = metadata.get("protocol").cloned().into_iter().collect();
    let names = metadata.get("protocols").and_then(Value::as_array).cloned().unwrap_or(one);
    names
        .iter()
        .map(|name| match name.as_str() {
            Some("query") => Ok(Protocol::Query),
            Some("ec2") => Ok(Protocol::Ec2),
            Some("json") => Ok(Protocol::Json),
            Some("rest-json") => Ok(Protocol::RestJson),
            Some("rest-xml") => Ok(Protocol::RestXml),
            Some("smithy-rpc-v2-cbor") => Ok(Protocol::Cbor),
            _ => Err(format!("unknown protocol {name}").into()),
        })
        .collect()
}

struct Reader<'a> {
    ids: HashMap<&'a str, ShapeId>,
    shapes: Vec<&'a Object>,
    query_compatible: bool,
}

impl Reader<'_> {
    /// The shape that `reference` names: its id and its own traits.
    fn target(&self, reference: &Object) -> Result<(ShapeId, &Object)> {
        let name = reference.get("shape").and_then(Value::as_str).ok_or("a reference without a shape")?;
        let id = *self.ids.get(name).ok_or_else(|| format!("no shape is called {name}"))?;
        Ok((id, self.shapes[id.0 as usize]))
    }

    fn operation(&self, name: &str, operation: &Value) -> Result<Operation> {
        let operation = operation.as_object().ok_or("not an object")?;
        let nothing = Object::new();
        let part = |key: &str| operation.get(key).and_then(Value::as_object).unwrap_or(&nothing);
        let http = part("http");
        let open = operation
            .get("auth")
            .and_then(Value::as_array)
            .is_some_and(|schemes| schemes.iter().all(|scheme| scheme.as_str() == Some("smithy.api#noAuth")));
        let authtype = text(operation, "authtype");
        Ok(Operation {
            name: keep(name),
            method: text(http, "method").unwrap_or("POST"),
            uri: text(http, "requestUri").unwrap_or("/"),
            status: http.get("responseCode").and_then(Value::as_u64).map_or(Ok(200), u16::try_from)?,
            input: self.root(operation.get("input"))?,
            output: self.root(operation.get("output"))?,
            errors: operation
                .get("errors")
                .and_then(Value::as_array)
                .into_iter()
                .flatten()
                .map(|error| Ok(self.target(error.as_object().ok_or("an error is not an object")?)?.0))
                .collect::<Result<_>>()?,
            result_wrapper: text(part("output"), "resultWrapper"),
            unsigned: authtype == Some("none") || open,
            unsigned_payload: authtype == Some("v4-unsigned-body") || on(operation, "unsignedPayload"),
            read_only: operation.get("readonly").and_then(Value::as_bool),
            host_prefix: text(part("endpoint"), "hostPrefix"),
            request_compression: operation.contains_key("requestcompression"),
            checksum_required: on(operation, "httpChecksumRequired")
                || on(part("httpChecksum"), "requestChecksumRequired"),
        })
    }

    fn root(&self, reference: Option<&Value>) -> Result<Option<Root>> {
        let Some(reference) = reference.and_then(Value::as_object) else { return Ok(None) };
        let (shape, traits) = self.target(reference)?;
        let either = |key| reference.get(key).or_else(|| traits.get(key));
        Ok(Some(Root {
            shape,
            location_name: either("locationName").and_then(Value::as_str).map(keep),
            xml_namespace: either("xmlNamespace").and_then(namespace).map(|namespace| namespace.uri),
        }))
    }

    fn shape(&self, name: &str, shape: &Object) -> Result<Shape> {
        let (min, max) = (shape.get("min"), shape.get("max"));
        let size = |bound: Option<&Value>| bound.and_then(whole).and_then(|bound| u64::try_from(bound).ok());
        let integer = |bound: Option<&Value>| bound.and_then(whole);
        let float = |bound: Option<&Value>| bound.and_then(Value::as_f64);
        let flattened = on(shape, "flattened");
        let kind = match shape.get("type").and_then(Value::as_str) {
            _ if on(shape, "document") => Kind::Document,
            Some("structure") => Kind::Structure(self.structure(name, shape)?),
            Some("list") => Kind::List(List {
                element: Box::new(self.member("", object_in(shape, "member")?)?),
                flattened,
                min: size(min),
                max: size(max),
            }),
            Some("map") => Kind::Map(Map {
                key: Box::new(self.member("", object_in(shape, "key")?)?),
                value: Box::new(self.member("", object_in(shape, "value")?)?),
                flattened,
                min: size(min),
                max: size(max),
            }),
            Some("string" | "character") => Kind::String(StringShape {
                values: shape.get("enum").and_then(Value::as_array).into_iter().flatten().map(as_text).collect(),
                pattern: text(shape, "pattern"),
                min: size(min),
                max: size(max),
                media_type_json: text(shape, "mediaType") == Some("application/json"),
            }),
            Some("blob") => Kind::Blob { min: size(min), max: size(max), streaming: on(shape, "streaming") },
            Some("boolean") => Kind::Boolean,
            Some("integer") => Kind::Integer { min: integer(min), max: integer(max) },
            Some("long") => Kind::Long { min: integer(min), max: integer(max) },
            Some("float") => Kind::Float { min: float(min), max: float(max) },
            Some("double") => Kind::Double { min: float(min), max: float(max) },
            Some("timestamp") => Kind::Timestamp(timestamp(shape)?),
            other => return Err(format!("unknown shape type {other:?}").into()),
        };
        Ok(Shape { name: keep(name), kind, sensitive: on(shape, "sensitive") })
    }

    fn structure(&self, name: &str, shape: &Object) -> Result<Structure> {
        let required: Vec<&str> =
            shape.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members = Vec::new();
        for (name, member) in object_in(shape, "members")? {
            let member = member.as_object().ok_or("a member is not an object")?;
            let mut member = self.member(name, member)?;
            member.required = required.contains(&name.as_str());
            members.push(member);
        }
        let payload = match shape.get("payload").and_then(Value::as_str) {
            None => None,
            Some(payload) => {
                let at = members.iter().position(|member| member.name == payload);
                Some(at.ok_or_else(|| format!("the payload {payload} is no member"))?)
            }
        };
        Ok(Structure {
            members,
            payload,
            union: on(shape, "union"),
            error: self.error(name, shape)?,
            event_stream: on(shape, "eventstream"),
            event: on(shape, "event"),
        })
    }

    /// A model may give an error a code, a status and whose fault it is. Where it does not: the shape's name, 400 or
    /// (with `fault`) 500, and the caller's fault below 500.
    ///
    /// In a service that once spoke query, the code is the old one, and json and cbor answer with the shape's name.
    fn error(&self, name: &str, shape: &Object) -> Result<Option<ErrorShape>> {
        let nothing = Object::new();
        let traits = shape.get("error").and_then(Value::as_object);
        if traits.is_none() && !on(shape, "exception") {
            return Ok(None);
        }
        let traits = traits.unwrap_or(&nothing);
        let fault = on(shape, "fault");
        let usual = if fault { 500 } else { 400 };
        let status = traits.get("httpStatusCode").and_then(Value::as_u64).map_or(Ok(usual), u16::try_from)?;
        let sender = traits.get("senderFault").and_then(Value::as_bool).unwrap_or(status < 500 && !fault);
        let code = text(traits, "code");
        let name = keep(name);
        Ok(Some(match self.query_compatible {
            true => ErrorShape { code: name, query_code: code, status, sender },
            false => ErrorShape { code: code.unwrap_or(name), query_code: None, status, sender },
        }))
    }

    fn member(&self, name: &str, member: &Object) -> Result<Member> {
        let (shape, traits) = self.target(member)?;
        let either = |key| member.get(key).or_else(|| traits.get(key));
        let either_on = |key| either(key).and_then(Value::as_bool).unwrap_or(false);
        Ok(Member {
            name: keep(name),
            shape,
            required: false,
            location: match either("location").and_then(Value::as_str) {
                None => Location::Body,
                Some("header") => Location::Header,
                Some("headers") => Location::Headers,
                Some("querystring") => Location::QueryString,
                Some("uri") => Location::Uri,
                Some("statusCode") => Location::StatusCode,
                Some(other) => return Err(format!("{name}: unknown location {other}").into()),
            },
            location_name: either("locationName").and_then(Value::as_str).map(keep),
            query_name: text(member, "queryName"),
            flattened: either_on("flattened"),
            xml_attribute: either_on("xmlAttribute"),
            xml_namespace: either("xmlNamespace").and_then(namespace),
            json_value: either_on("jsonvalue") || either_on("jsonValue"),
            timestamp_format: match timestamp(member)? {
                None => timestamp(traits)?,
                format => format,
            },
            sensitive: either_on("sensitive"),
            streaming: either_on("streaming"),
            idempotency_token: on(member, "idempotencyToken"),
            host_label: on(member, "hostLabel"),
            event_payload: on(member, "eventpayload"),
            event_header: on(member, "eventheader"),
            deprecated: either_on("deprecated"),
        })
    }
}

fn timestamp(traits: &Object) -> Result<Option<TimestampFormat>> {
    match traits.get("timestampFormat").and_then(Value::as_str) {
        None => Ok(None),
        Some("iso8601") => Ok(Some(TimestampFormat::Iso8601)),
        Some("unixTimestamp") => Ok(Some(TimestampFormat::UnixTimestamp)),
        Some("rfc822") => Ok(Some(TimestampFormat::Rfc822)),
        Some(other) => Err(format!("unknown timestamp format {other}").into()),
    }
}

/// `xmlNamespace` is a URI, or an object of a URI and perhaps a prefix.
fn namespace(value: &Value) -> Option<XmlNamespace> {
    let uri = value.as_str().or_else(|| value.get("uri")?.as_str()).map(keep)?;
    Some(XmlNamespace { uri, prefix: value.get("prefix").and_then(Value::as_str).map(keep) })
}

/// A bound that may be written as `1000`, `1000.0` or `1e3`.
fn whole(value: &Value) -> Option<i64> {
    value.as_i64().or_else(|| value.as_f64().map(|value| value as i64))
}

/// The tool runs once and ends: text it read may stay.
fn keep(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn as_text(value: &Value) -> &'static str {
    value.as_str().map_or("", keep)
}

fn text(object: &Object, key: &str) -> Option<&'static str> {
    object.get(key).and_then(Value::as_str).map(keep)
}

fn required(object: &Object, key: &str) -> Result<&'static str> {
    text(object, key).ok_or_else(|| format!("{key} is missing").into())
}

fn on(object: &Object, key: &str) -> bool {
    object.get(key).and_then(Value::as_bool).unwrap_or(false)
}

fn object<'a>(model: &'a Value, key: &str) -> Result<&'a Object> {
    model.get(key).and_then(Value::as_object).ok_or_else(|| format!("{key} is missing").into())
}

fn object_in<'a>(object: &'a Object, key: &str) -> Result<&'a Object> {
    object.get(key).and_then(Value::as_object).ok_or_else(|| format!("{key} is missing").into())
}
