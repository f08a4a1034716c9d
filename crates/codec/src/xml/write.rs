use std::fmt::Write;

use bastide_shape::{
    Fields, Kind, List, Map, Member, Protocol, Service, Structure, TimestampFormat, Value, XmlNamespace,
};

use crate::dialect::Dialect;
use crate::wire::Scope;
use crate::{EncodeError, text, wire};

pub(crate) const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Appends text so that a reader sees exactly it: carriage returns and control characters would not survive as such.
pub(crate) fn escape(out: &mut String, text: &str) {
    let special =
        |letter: char| matches!(letter, '&' | '<' | '>' | '"') || letter < ' ' && !matches!(letter, '\n' | '\t');
    let mut rest = text;
    while let Some(at) = rest.find(special) {
        let (plain, tail) = rest.split_at(at);
        out.push_str(plain);
        let mut letters = tail.chars();
        match letters.next() {
            Some('&') => out.push_str("&amp;"),
            Some('<') => out.push_str("&lt;"),
            Some('>') => out.push_str("&gt;"),
            Some('"') => out.push_str("&quot;"),
            Some(control) => {
                let _ = write!(out, "&#x{:X};", control as u32);
            }
            None => {}
        }
        rest = letters.as_str();
    }
    out.push_str(rest);
}

/// Writes values as XML in the order of the model.
pub(crate) struct Writer<'s> {
    service: &'s Service,
    pub(crate) out: String,
    /// Whether ISO 8601 times carry milliseconds even when they are zero.
    millis: bool,
    protocol: Protocol,
}

impl<'s> Writer<'s> {
    pub(crate) fn new(service: &'s Service, protocol: Protocol) -> Self {
        Writer { service, out: String::with_capacity(512), millis: Dialect::of(service).millis, protocol }
    }

    fn name(&self, member: &Member) -> &'static str {
        let own = member.query_name.filter(|_| self.protocol == Protocol::Query);
        own.unwrap_or(wire::name(member))
    }

    /// In the query protocols a flattened list is named as its elements where it has no name of its own on the wire.
    fn flattened_name<'n>(&self, member: &Member, list: &List, name: &'n str) -> &'n str {
        let own = member.location_name.or(member.query_name.filter(|_| self.protocol == Protocol::Query));
        match (own, list.element.location_name) {
            (None, Some(element)) if self.protocol != Protocol::RestXml => element,
            _ => name,
        }
    }

    pub(crate) fn open(&mut self, name: &str, namespace: Option<XmlNamespace>) {
        self.start(name, namespace);
        self.out.push('>');
    }

    fn start(&mut self, name: &str, namespace: Option<XmlNamespace>) {
        self.out.push('<');
        self.out.push_str(name);
        if let Some(namespace) = namespace {
            self.out.push_str(" xmlns");
            if let Some(prefix) = namespace.prefix.filter(|prefix| !prefix.is_empty()) {
                self.out.push(':');
                self.out.push_str(prefix);
            }
            self.attribute_value(namespace.uri);
        }
    }

    fn attribute_value(&mut self, value: &str) {
        self.out.push_str("=\"");
        let from = self.out.len();
        escape(&mut self.out, value);
        // Attribute values lose line ends and tabs unless they are written as references.
        if self.out.get(from..).is_some_and(|written| written.contains(['\n', '\t'])) {
            let written = self.out.split_off(from);
            self.out.push_str(&written.replace('\n', "&#xA;").replace('\t', "&#x9;"));
        }
        self.out.push('"');
    }

    pub(crate) fn close(&mut self, name: &str) {
        self.out.push_str("</");
        self.out.push_str(name);
        self.out.push('>');
    }

    /// An element with text.
    pub(crate) fn element(&mut self, name: &str, content: &str) {
        self.open(name, None);
        escape(&mut self.out, content);
        self.close(name);
    }

    /// A structure under the given name, with its attributes and the members that live in the body.
    pub(crate) fn structure(
        &mut self,
        name: &str,
        namespace: Option<XmlNamespace>,
        structure: &Structure,
        scope: Scope,
        fields: &Fields,
    ) -> Result<(), EncodeError> {
        self.start(name, namespace);
        for member in structure.members.iter().filter(|member| member.xml_attribute) {
            if let Some(value) = fields.get(member.name) {
                self.out.push(' ');
                self.out.push_str(wire::name(member));
                let value = text::write(value, TimestampFormat::Iso8601).map_err(|error| error.within(member.name))?;
                self.attribute_value(&value);
            }
        }
        self.out.push('>');
        self.members(structure, scope, fields)?;
        self.close(name);
        Ok(())
    }

    /// The members that live in the body, as elements.
    pub(crate) fn members(&mut self, structure: &Structure, scope: Scope, fields: &Fields) -> Result<(), EncodeError> {
        for member in &structure.members {
            if member.xml_attribute || !scope.holds(member) {
                continue;
            }
            if let Some(value) = fields.get(member.name) {
                self.member(member, self.name(member), value).map_err(|error| error.within(member.name))?;
            }
        }
        Ok(())
    }

    pub(crate) fn member(&mut self, member: &Member, name: &str, value: &Value) -> Result<(), EncodeError> {
        let service = self.service;
        match (wire::kind(service, member), value) {
            (Kind::Structure(structure), Value::Structure(fields)) => {
                self.structure(name, member.xml_namespace, structure, Scope::Nested, fields)
            }
            (Kind::List(list), Value::List(values)) if member.flattened => {
                let name = self.flattened_name(member, list, name);
                values.iter().try_for_each(|value| self.member(&list.element, name, value))
            }
            (Kind::List(list), Value::List(values)) => {
                self.open(name, member.xml_namespace);
                values.iter().try_for_each(|value| self.member(&list.element, wire::element(list), value))?;
                self.close(name);
                Ok(())
            }
            (Kind::Map(map), Value::Map(entries)) if member.flattened => {
                entries.iter().try_for_each(|(key, value)| self.entry(name, map, key, value))
            }
            (Kind::Map(map), Value::Map(entries)) => {
                self.open(name, member.xml_namespace);
                entries.iter().try_for_each(|(key, value)| self.entry("entry", map, key, value))?;
                self.close(name);
                Ok(())
            }
            (kind, value) if text::fits(kind, value) => {
                self.open(name, member.xml_namespace);
                match (wire::timestamp(member, kind, TimestampFormat::Iso8601), value) {
                    (TimestampFormat::Iso8601, Value::Timestamp(at)) if self.millis && at.millis() % 1000 == 0 => {
                        let whole = at.iso8601();
                        self.out.push_str(whole.strip_suffix('Z').unwrap_or(&whole));
                        self.out.push_str(".000Z");
                    }
                    (format, value) => escape(&mut self.out, &text::write(value, format)?),
                }
                self.close(name);
                Ok(())
            }
            _ => Err(EncodeError::new("", text::MISFIT)),
        }
    }

    fn entry(&mut self, name: &str, map: &Map, key: &str, value: &Value) -> Result<(), EncodeError> {
        self.open(name, None);
        self.open(wire::key(map), map.key.xml_namespace);
        escape(&mut self.out, key);
        self.close(wire::key(map));
        self.member(&map.value, wire::value(map), value)?;
        self.close(name);
        Ok(())
    }
}
