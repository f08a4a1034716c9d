//! JSON bodies of the json and rest-json protocols.

use std::io::Write;

use bastide_base::Timestamp;
use bastide_shape::{Fields, Kind, Member, Service, Structure, TimestampFormat, Value};
use serde_json::Value as Json;

use crate::wire::Scope;
use crate::{DecodeError, EncodeError, text, wire};

/// Parses a body. An empty one is an empty object, as AWS takes it.
pub(crate) fn parse(body: &[u8]) -> Result<Json, DecodeError> {
    if body.iter().all(u8::is_ascii_whitespace) {
        return Ok(Json::Object(serde_json::Map::new()));
    }
    serde_json::from_slice(body).map_err(|error| DecodeError::new(syntax(&error)))
}

/// What is wrong with a document, without quoting it.
fn syntax(error: &serde_json::Error) -> String {
    let what = if error.is_eof() { "Unexpected end of input" } else { "Unexpected token or nesting" };
    format!("{what} at line {} column {}", error.line(), error.column())
}

/// Reads the members that live in the body.
pub(crate) fn read_structure(
    service: &Service,
    structure: &Structure,
    scope: Scope,
    json: &Json,
) -> Result<Fields, DecodeError> {
    let Json::Object(object) = json else {
        return Err(mismatch(json, "a Structure"));
    };
    let mut fields = Fields::default();
    for member in &structure.members {
        if !scope.holds(member) {
            continue;
        }
        match object.get(wire::name(member)) {
            None | Some(Json::Null) => {}
            Some(json) => fields.set(member.name, read(service, member, json)?),
        }
    }
    Ok(fields)
}

/// The words that AWS's JSON reader has for a value in the wrong place.
fn mismatch(json: &Json, wanted: &str) -> DecodeError {
    DecodeError::new(match json {
        Json::Object(_) => "Start of structure or map found where not expected.".to_owned(),
        Json::Array(_) => "Start of list found where not expected".to_owned(),
        _ if wanted == "a List" => "Expected list or null".to_owned(),
        _ if matches!(wanted, "a Map" | "a Structure") => "Expected structure or map or null".to_owned(),
        Json::String(_) => format!("STRING_VALUE can not be converted to {wanted}"),
        Json::Bool(true) => format!("TRUE_VALUE can not be converted to {wanted}"),
        Json::Bool(false) => format!("FALSE_VALUE can not be converted to {wanted}"),
        Json::Number(number) if number.is_f64() => format!("DECIMAL_VALUE can not be converted to {wanted}"),
        Json::Number(_) => format!("NUMBER_VALUE can not be converted to {wanted}"),
        Json::Null => format!("NULL can not be converted to {wanted}"),
    })
}

/// An element of a list or a value of a map, where null is a value.
fn read_sparse(service: &Service, member: &Member, json: &Json) -> Result<Value, DecodeError> {
    if json.is_null() { Ok(Value::Document(Json::Null)) } else { read(service, member, json) }
}

pub(crate) fn read(service: &Service, member: &Member, json: &Json) -> Result<Value, DecodeError> {
    let kind = wire::kind(service, member);
    let bad = || mismatch(json, wire::called(kind));
    Ok(match (kind, json) {
        (Kind::Structure(structure), Json::Object(_)) => {
            Value::Structure(read_structure(service, structure, Scope::Nested, json)?)
        }
        (Kind::List(list), Json::Array(items)) => {
            Value::List(items.iter().map(|item| read_sparse(service, &list.element, item)).collect::<Result<_, _>>()?)
        }
        (Kind::Map(map), Json::Object(object)) => Value::Map(
            object
                .iter()
                .map(|(key, json)| Ok((key.clone(), read_sparse(service, &map.value, json)?)))
                .collect::<Result<_, DecodeError>>()?,
        ),
        (Kind::String(_), Json::String(text)) => Value::String(text.clone()),
        (Kind::Boolean, Json::Bool(flag)) => Value::Bool(*flag),
        (Kind::Integer { .. }, Json::Number(number)) => {
            Value::Int(whole(number).filter(|number| i32::try_from(*number).is_ok()).ok_or_else(bad)?)
        }
        (Kind::Long { .. }, Json::Number(number)) => Value::Int(whole(number).ok_or_else(bad)?),
        (Kind::Float { .. } | Kind::Double { .. }, Json::Number(number)) => {
            Value::Float(number.as_f64().ok_or_else(bad)?)
        }
        (Kind::Float { .. } | Kind::Double { .. }, Json::String(word))
            if !word.ends_with(|c: char| c.is_ascii_digit()) =>
        {
            Value::Float(text::float(word).ok_or_else(bad)?)
        }
        (Kind::Blob { .. }, Json::String(text)) => Value::Blob(text::base64(text).ok_or_else(bad)?),
        (Kind::Timestamp(_), Json::Number(number)) => {
            let seconds = number.as_f64().filter(|seconds| seconds.abs() < 4e11).ok_or_else(bad)?;
            Value::Timestamp(Timestamp::from_secs_f64(seconds))
        }
        (Kind::Timestamp(_), Json::String(text)) => Value::Timestamp(Timestamp::parse(text).map_err(|_| bad())?),
        (Kind::Document, json) => Value::Document(json.clone()),
        _ => return Err(bad()),
    })
}

/// The whole number of a JSON number, also where a client writes `5.0`.
fn whole(number: &serde_json::Number) -> Option<i64> {
    number.as_i64().or_else(|| number.as_f64().filter(|n| n.fract() == 0.0 && n.abs() < 9e15).map(|n| n as i64))
}

/// Writes the members that live in the body as one object. Further pairs may be written first.
pub(crate) struct Writer<'s> {
    pub(crate) service: &'s Service,
    pub(crate) out: Vec<u8>,
}

impl<'s> Writer<'s> {
    pub(crate) fn new(service: &'s Service) -> Self {
        Writer { service, out: Vec::with_capacity(256) }
    }

    pub(crate) fn string(&mut self, text: &str) {
        // Writing JSON text to memory cannot fail.
        let _ = serde_json::to_writer(&mut self.out, text);
    }

    /// `"name":`, with a comma before all but the first.
    pub(crate) fn name(&mut self, name: &str, first: &mut bool) {
        if !std::mem::take(first) {
            self.out.push(b',');
        }
        self.string(name);
        self.out.push(b':');
    }

    pub(crate) fn structure(
        &mut self,
        structure: &Structure,
        scope: Scope,
        fields: &Fields,
    ) -> Result<(), EncodeError> {
        self.out.push(b'{');
        self.members(structure, scope, fields, &mut true)?;
        self.out.push(b'}');
        Ok(())
    }

    pub(crate) fn members(
        &mut self,
        structure: &Structure,
        scope: Scope,
        fields: &Fields,
        first: &mut bool,
    ) -> Result<(), EncodeError> {
        for member in &structure.members {
            if !scope.holds(member) {
                continue;
            }
            if let Some(value) = fields.get(member.name) {
                self.name(wire::name(member), first);
                self.value(member, value).map_err(|error| error.within(member.name))?;
            }
        }
        Ok(())
    }

    pub(crate) fn value(&mut self, member: &Member, value: &Value) -> Result<(), EncodeError> {
        let service = self.service;
        match (wire::kind(service, member), value) {
            (_, Value::Document(document)) => {
                let _ = serde_json::to_writer(&mut self.out, document);
            }
            (Kind::Structure(structure), Value::Structure(fields)) => {
                self.structure(structure, Scope::Nested, fields)?
            }
            (Kind::List(list), Value::List(values)) => {
                self.out.push(b'[');
                for (at, value) in values.iter().enumerate() {
                    if at > 0 {
                        self.out.push(b',');
                    }
                    self.value(&list.element, value)?;
                }
                self.out.push(b']');
            }
            (Kind::Map(map), Value::Map(entries)) => {
                self.out.push(b'{');
                let mut first = true;
                for (key, value) in entries {
                    self.name(key, &mut first);
                    self.value(&map.value, value)?;
                }
                self.out.push(b'}');
            }
            (kind, value) if text::fits(kind, value) => {
                let format = wire::timestamp(member, kind, TimestampFormat::UnixTimestamp);
                let quoted = match value {
                    Value::Bool(_) | Value::Int(_) => false,
                    Value::Float(number) => !number.is_finite(),
                    Value::Timestamp(_) => format != TimestampFormat::UnixTimestamp,
                    _ => true,
                };
                let text = text::write(value, format)?;
                if quoted {
                    self.string(&text);
                } else {
                    let _ = self.out.write_all(text.as_bytes());
                }
            }
            _ => return Err(EncodeError::new("", text::MISFIT)),
        }
        Ok(())
    }
}
