use bastide_shape::{Fields, Kind, List, Map, Member, Service, Structure, Value};

use super::Element;
use crate::wire::Scope;
use crate::{DecodeError, text, wire};

/// Reads the members that live in the body from the children of `element`.
pub(crate) fn structure(
    service: &Service,
    structure: &Structure,
    scope: Scope,
    element: &Element<'_>,
) -> Result<Fields, DecodeError> {
    let mut fields = Fields::default();
    for member in &structure.members {
        if !scope.holds(member) {
            continue;
        }
        if let Some(value) = member_value(service, member, element)? {
            fields.set(member.name, value);
        }
    }
    Ok(fields)
}

fn member_value(service: &Service, member: &Member, parent: &Element<'_>) -> Result<Option<Value>, DecodeError> {
    let name = match (wire::name(member), member.query_name) {
        (name, Some(own)) if parent.child(name).is_none() => own,
        (name, _) => name,
    };
    let kind = wire::kind(service, member);
    if member.xml_attribute {
        let local = |full: &str| full.rsplit(':').next().map(str::to_owned);
        let found = parent.attributes.iter().find(|(key, _)| key == name).or_else(|| {
            // Another prefix may stand for the same namespace.
            parent.attributes.iter().find(|(key, _)| local(key) == local(name))
        });
        return found.map(|(_, value)| text::parse(kind, value)).transpose();
    }
    match kind {
        Kind::List(list) if member.flattened => {
            let named = |name: &str| parent.children.iter().filter(|child| child.name == name).collect::<Vec<_>>();
            let mut found = named(name);
            if found.is_empty() {
                found = list.element.location_name.map(named).unwrap_or_default();
            }
            if found.is_empty() {
                return Ok(None);
            }
            found
                .into_iter()
                .map(|child| value(service, &list.element, child))
                .collect::<Result<_, _>>()
                .map(|values| Some(Value::List(values)))
        }
        Kind::Map(map) if member.flattened => {
            let found = parent.children.iter().filter(|child| child.name == name);
            let entries = found.map(|child| entry(service, map, child)).collect::<Result<Vec<_>, _>>()?;
            Ok(if entries.is_empty() { None } else { Some(Value::Map(entries)) })
        }
        _ => parent.child(name).map(|child| value(service, member, child)).transpose(),
    }
}

/// Reads one element as the value of a member, a list's element or a map's value.
pub(crate) fn value(service: &Service, member: &Member, element: &Element<'_>) -> Result<Value, DecodeError> {
    match wire::kind(service, member) {
        Kind::Structure(shape) => structure(service, shape, Scope::Nested, element).map(Value::Structure),
        Kind::List(list) => elements(service, list, element),
        Kind::Map(map) => element
            .children
            .iter()
            .filter(|child| child.name == "entry")
            .map(|child| entry(service, map, child))
            .collect::<Result<_, _>>()
            .map(Value::Map),
        kind => text::parse(kind, &element.text),
    }
}

fn elements(service: &Service, list: &List, element: &Element<'_>) -> Result<Value, DecodeError> {
    let name = wire::element(list);
    element
        .children
        .iter()
        .filter(|child| child.name == name)
        .map(|child| value(service, &list.element, child))
        .collect::<Result<_, _>>()
        .map(Value::List)
}

fn entry(service: &Service, map: &Map, element: &Element<'_>) -> Result<(String, Value), DecodeError> {
    let missing = || DecodeError::new("An entry of a map has no key or no value");
    let key = element.child(wire::key(map)).ok_or_else(missing)?;
    let found = element.child(wire::value(map)).ok_or_else(missing)?;
    Ok((key.text.clone().into_owned(), value(service, &map.value, found)?))
}
