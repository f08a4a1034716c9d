//! Values as plain JSON with AWS's member names, for tools, records and tests: blobs are base64, timestamps seconds
//! since 1970, the three floats that JSON lacks are their names, a stream is null.

use base64::Engine;
use bastide_base::Timestamp;
use bastide_shape::{Fields, Kind, Member, Service, Structure, Value};
use serde_json::{Map, Number, Value as Json};

use crate::{DecodeError, text, wire};

/// A value as JSON. Needs no model: the value's kinds say it all.
pub fn to_json(value: &Value) -> Json {
    match value {
        Value::Bool(flag) => Json::Bool(*flag),
        Value::Int(number) => Json::from(*number),
        Value::Float(number) => {
            Number::from_f64(*number).map_or_else(|| Json::from(text::float_text(*number)), Json::Number)
        }
        Value::String(text) => Json::from(text.as_str()),
        Value::Blob(bytes) => Json::from(text::BASE64.encode(bytes)),
        Value::Timestamp(at) => match at.millis() {
            millis if millis % 1000 == 0 => Json::from(millis / 1000),
            millis => Json::from(millis as f64 / 1000.0),
        },
        Value::List(values) => Json::Array(values.iter().map(to_json).collect()),
        Value::Map(entries) => Json::Object(entries.iter().map(|(key, value)| (key.clone(), to_json(value))).collect()),
        Value::Structure(fields) => {
            Json::Object(fields.0.iter().map(|(name, value)| ((*name).to_owned(), to_json(value))).collect())
        }
        Value::Document(document) => document.clone(),
        Value::Stream => Json::Null,
    }
}

/// A structure from JSON. Unlike the wire, an unknown member is an error: a tool's user has misspelled it.
///
/// # Errors
/// A member is unknown or has the wrong kind.
pub fn from_json(service: &Service, structure: &Structure, json: &Json) -> Result<Value, DecodeError> {
    fields(service, structure, json).map(Value::Structure)
}

fn fields(service: &Service, structure: &Structure, json: &Json) -> Result<Fields, DecodeError> {
    let empty = Map::new();
    let object = match json {
        Json::Object(object) => object,
        Json::Null => &empty,
        _ => return Err(DecodeError::new("An object is wanted for a structure")),
    };
    if let Some(unknown) = object.keys().find(|name| structure.member(name).is_none()) {
        return Err(DecodeError::new(format!("There is no member {unknown}")));
    }
    let mut fields = Fields::default();
    for member in &structure.members {
        if let Some(json) = object.get(member.name).filter(|json| !json.is_null()) {
            let value = value(service, member, json);
            fields.set(
                member.name,
                value.map_err(|error| DecodeError::new(format!("{}: {}", member.name, error.message)))?,
            );
        }
    }
    Ok(fields)
}

fn value(service: &Service, member: &Member, json: &Json) -> Result<Value, DecodeError> {
    let kind = wire::kind(service, member);
    let element = |member: &Member, json: &Json| match json {
        Json::Null => Ok(Value::Document(Json::Null)),
        json => value(service, member, json),
    };
    Ok(match (kind, json) {
        (Kind::Structure(structure), Json::Object(_)) => Value::Structure(fields(service, structure, json)?),
        (Kind::List(list), Json::Array(items)) => {
            Value::List(items.iter().map(|item| element(&list.element, item)).collect::<Result<_, _>>()?)
        }
        (Kind::Map(map), Json::Object(object)) => Value::Map(
            object
                .iter()
                .map(|(key, json)| Ok((key.clone(), element(&map.value, json)?)))
                .collect::<Result<_, DecodeError>>()?,
        ),
        (Kind::Document, json) => Value::Document(json.clone()),
        (Kind::String(_), Json::Object(_) | Json::Array(_)) if member.json_value => Value::String(json.to_string()),
        (Kind::Integer { .. } | Kind::Long { .. }, Json::Number(number)) => {
            Value::Int(number.as_i64().ok_or_else(|| DecodeError::new("A whole number is wanted"))?)
        }
        (Kind::Float { .. } | Kind::Double { .. }, Json::Number(number)) => {
            Value::Float(number.as_f64().ok_or_else(|| DecodeError::new("A number is wanted"))?)
        }
        (Kind::Timestamp(_), Json::Number(number)) => {
            Value::Timestamp(Timestamp::from_secs_f64(number.as_f64().unwrap_or_default()))
        }
        (Kind::Boolean, Json::Bool(flag)) => Value::Bool(*flag),
        (Kind::Structure(_) | Kind::List(_) | Kind::Map(_), _) => {
            return Err(DecodeError::new(format!("{} is wanted", wire::called(kind))));
        }
        (kind, Json::String(found)) => text::parse(kind, found)?,
        _ => return Err(DecodeError::new(format!("{} is wanted", wire::called(kind)))),
    })
}
