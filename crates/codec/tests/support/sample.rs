//! One value of every kind, for any operation of any model.
#![allow(clippy::unwrap_used)]

use bastide_base::Timestamp;
use bastide_codec::{Fields, Value};
use bastide_shape::{Kind, Location, Member, Root, Service, TimestampFormat};

/// Some value of a shape; `None` where nothing would be left of it on every wire.
fn sample(service: &Service, member: &Member, depth: usize) -> Option<Value> {
    Some(match &service.shape(member.shape).kind {
        _ if depth > 4 => return None,
        Kind::Structure(structure) if structure.event_stream => return None,
        Kind::Structure(structure) => {
            let members = structure.members.iter().filter_map(|m| Some((m.name, sample(service, m, depth + 1)?)));
            let fields: Vec<_> = members.take(if structure.union { 1 } else { usize::MAX }).collect();
            if fields.is_empty() {
                return None;
            }
            Value::Structure(Fields(fields))
        }
        Kind::List(list) => Value::List(vec![sample(service, &list.element, depth + 1)?]),
        Kind::Map(map) => Value::Map(vec![("key".to_owned(), sample(service, &map.value, depth + 1)?)]),
        Kind::String(_) if member.json_value => Value::String("{}".to_owned()),
        Kind::String(shape) => Value::String(shape.values.first().map_or("text", |value| value).to_owned()),
        Kind::Blob { .. } => Value::Blob(b"blob".to_vec()),
        Kind::Boolean => Value::Bool(true),
        Kind::Integer { .. } if member.location == Location::StatusCode => Value::Int(201),
        Kind::Integer { .. } | Kind::Long { .. } => Value::Int(7),
        Kind::Float { .. } | Kind::Double { .. } => Value::Float(1.5),
        Kind::Timestamp(format) => {
            let whole = member.location == Location::Header
                || member.timestamp_format.or(*format) == Some(TimestampFormat::Rfc822);
            Value::Timestamp(Timestamp::from_millis(if whole { 1_700_000_000_000 } else { 1_700_000_000_123 }))
        }
        Kind::Document => Value::Document(serde_json::json!({"a": [1]})),
    })
}

/// An input or output with all members that it can have.
pub fn structure(service: &Service, root: Option<Root>) -> Value {
    let Some(root) = root else { return Value::Structure(Fields::default()) };
    let members = service.structure(root.shape).unwrap().members.iter();
    Value::Structure(Fields(members.filter_map(|member| Some((member.name, sample(service, member, 0)?))).collect()))
}
