//! The query protocol's requests, and ec2's, which differ only in how names are spelled and that every list is
//! flattened. Their answers are XML: `xml.rs`.

use std::borrow::Cow;
use std::fmt::Write;

use bastide_shape::{Fields, Kind, List, Map, Member, Operation, Protocol, Service, Structure, TimestampFormat, Value};

use crate::{DecodeError, EncodeError, form, limits::MAX_DEPTH, text, wire};

/// A form body, sorted by name, so that everything under one name stands together.
#[derive(Debug)]
pub(crate) struct Form<'a> {
    pairs: form::Pairs<'a>,
}

impl<'a> Form<'a> {
    /// Reads a body; a name with more segments than any model has is refused.
    pub(crate) fn read(body: &'a str) -> Result<Self, DecodeError> {
        let mut pairs = form::pairs(body)?;
        if pairs.iter().any(|(name, _)| name.bytes().filter(|byte| *byte == b'.').count() > MAX_DEPTH) {
            return Err(DecodeError::new("A parameter name is nested too deeply"));
        }
        pairs.sort_by(|left, right| left.0.cmp(&right.0));
        Ok(Form { pairs })
    }

    /// The first value of this name.
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        let at = self.pairs.partition_point(|(known, _)| known.as_ref() < name);
        self.pairs.get(at).filter(|(known, _)| known == name).map(|(_, value)| value.as_ref())
    }

    /// The names that begin with `prefix`.
    fn under<'f>(&'f self, prefix: &'f str) -> impl Iterator<Item = &'f str> {
        let from = self.pairs.partition_point(|(name, _)| name.as_ref() < prefix);
        let names = self.pairs.get(from..).unwrap_or_default().iter().map(|(name, _)| name.as_ref());
        names.take_while(move |name| name.starts_with(prefix))
    }
}

/// Decodes the input structure of a form.
pub(crate) fn decode(
    service: &Service,
    protocol: Protocol,
    input: &Structure,
    form: &Form<'_>,
) -> Result<Fields, DecodeError> {
    Reader { service, ec2: protocol == Protocol::Ec2, form, path: String::with_capacity(64) }.structure(input)
}

/// The name of a member in a request: that of the query protocols where the member has one, else the one that all
/// protocols share, which ec2 capitalises.
fn request_name(member: &Member, ec2: bool) -> Cow<'static, str> {
    match (ec2, member.query_name) {
        (false, name) => name.unwrap_or(wire::name(member)).into(),
        (true, Some(name)) => name.into(),
        (true, None) => {
            let name = wire::name(member);
            let mut letters = name.chars();
            match letters.next() {
                Some(first) if first.is_ascii_lowercase() => {
                    format!("{}{}", first.to_ascii_uppercase(), letters.as_str()).into()
                }
                _ => name.into(),
            }
        }
    }
}

struct Reader<'s, 'f, 'a> {
    service: &'s Service,
    ec2: bool,
    form: &'f Form<'a>,
    /// Where in the form the reader stands (`Filter.1.Value`).
    path: String,
}

impl Reader<'_, '_, '_> {
    /// Runs `read` one segment further in.
    fn at<T>(&mut self, segment: &str, read: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(segment);
        let result = read(self);
        self.path.truncate(length);
        result
    }

    fn anything_below(&mut self) -> bool {
        self.path.push('.');
        let found = self.form.under(&self.path).next().is_some();
        self.path.pop();
        found
    }

    /// The numbers that stand directly under the path, in order.
    fn numbers(&mut self) -> Vec<u32> {
        self.path.push('.');
        let mut numbers: Vec<u32> = self
            .form
            .under(&self.path)
            .filter_map(|name| name.get(self.path.len()..)?.split('.').next()?.parse().ok())
            .collect();
        self.path.pop();
        numbers.sort_unstable();
        numbers.dedup();
        numbers
    }

    fn structure(&mut self, structure: &Structure) -> Result<Fields, DecodeError> {
        let mut fields = Fields::default();
        for member in &structure.members {
            let value = match wire::kind(self.service, member) {
                // SQS's way: the element's name stands in the list's place.
                Kind::List(list) if member.flattened && !self.ec2 && list.element.location_name.is_some() => {
                    match self.at(wire::element(list), |reader| reader.list(list, true))? {
                        None => self.at(&request_name(member, false), |reader| reader.value(member))?,
                        value => value,
                    }
                }
                _ => self.at(&request_name(member, self.ec2), |reader| reader.value(member))?,
            };
            if let Some(value) = value {
                fields.set(member.name, value);
            }
        }
        Ok(fields)
    }

    /// The value at the path, if anything is there.
    fn value(&mut self, member: &Member) -> Result<Option<Value>, DecodeError> {
        let service = self.service;
        match wire::kind(service, member) {
            Kind::Structure(structure) => {
                if !self.anything_below() {
                    return Ok(None);
                }
                self.structure(structure).map(|fields| Some(Value::Structure(fields)))
            }
            Kind::List(list) => self.list(list, member.flattened || self.ec2),
            Kind::Map(map) => self.map(map, member.flattened),
            kind => self.form.get(&self.path).map(|found| text::parse(kind, found)).transpose(),
        }
    }

    fn list(&mut self, list: &List, flattened: bool) -> Result<Option<Value>, DecodeError> {
        if self.form.get(&self.path) == Some("") {
            return Ok(Some(Value::List(Vec::new())));
        }
        if flattened {
            return self.elements(list);
        }
        self.at(wire::element(list), |reader| reader.elements(list))
    }

    fn elements(&mut self, list: &List) -> Result<Option<Value>, DecodeError> {
        let mut values = Vec::new();
        for number in self.numbers() {
            if let Some(value) = self.at(&number.to_string(), |reader| reader.value(&list.element))? {
                values.push(value);
            }
        }
        Ok(if values.is_empty() { None } else { Some(Value::List(values)) })
    }

    fn map(&mut self, map: &Map, flattened: bool) -> Result<Option<Value>, DecodeError> {
        if flattened { self.entries(map) } else { self.at("entry", |reader| reader.entries(map)) }
    }

    fn entries(&mut self, map: &Map) -> Result<Option<Value>, DecodeError> {
        let mut entries = Vec::new();
        for number in self.numbers() {
            let entry = self.at(&number.to_string(), |reader| {
                let key = reader.at(wire::key(map), |reader| reader.form.get(&reader.path).map(str::to_owned));
                let value = reader.at(wire::value(map), |reader| reader.value(&map.value))?;
                Ok(key.zip(value))
            })?;
            entries.extend(entry);
        }
        Ok(if entries.is_empty() { None } else { Some(Value::Map(entries)) })
    }
}

/// The form body of a request.
pub(crate) fn encode(
    service: &Service,
    protocol: Protocol,
    operation: &Operation,
    fields: &Fields,
) -> Result<String, EncodeError> {
    let mut body = format!("Action={}&Version={}", operation.name, service.api_version);
    if let Some(input) = operation.input.and_then(|root| service.structure(root.shape)) {
        let mut writer = Writer { service, ec2: protocol == Protocol::Ec2, body: &mut body, path: String::new() };
        writer.structure(input, fields)?;
    }
    Ok(body)
}

struct Writer<'s, 'b> {
    service: &'s Service,
    ec2: bool,
    body: &'b mut String,
    path: String,
}

impl Writer<'_, '_> {
    fn at<T>(&mut self, segment: &str, write: impl FnOnce(&mut Self) -> T) -> T {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(segment);
        let result = write(self);
        self.path.truncate(length);
        result
    }

    fn pair(&mut self, value: &str) {
        // Writing to a String cannot fail.
        let _ = write!(self.body, "&{}={}", form::encode(&self.path), form::encode(value));
    }

    fn structure(&mut self, structure: &Structure, fields: &Fields) -> Result<(), EncodeError> {
        for member in &structure.members {
            let Some(value) = fields.get(member.name) else { continue };
            let name = match wire::kind(self.service, member) {
                Kind::List(list) if member.flattened && !self.ec2 => {
                    let own = member.query_name.or(member.location_name).or(list.element.location_name);
                    own.map_or_else(|| request_name(member, false), Cow::from)
                }
                _ => request_name(member, self.ec2),
            };
            self.at(&name, |writer| writer.value(member, value)).map_err(|error| error.within(member.name))?;
        }
        Ok(())
    }

    fn value(&mut self, member: &Member, value: &Value) -> Result<(), EncodeError> {
        let service = self.service;
        let kind = wire::kind(service, member);
        match (kind, value) {
            (Kind::Structure(structure), Value::Structure(fields)) => self.structure(structure, fields),
            (Kind::List(_), Value::List(values)) if values.is_empty() => {
                if !self.ec2 {
                    self.pair("");
                }
                Ok(())
            }
            (Kind::List(list), Value::List(values)) if member.flattened || self.ec2 => self.elements(list, values),
            (Kind::List(list), Value::List(values)) => {
                self.at(wire::element(list), |writer| writer.elements(list, values))
            }
            (Kind::Map(map), Value::Map(entries)) if member.flattened => self.entries(map, entries),
            (Kind::Map(map), Value::Map(entries)) => self.at("entry", |writer| writer.entries(map, entries)),
            (kind, value) if text::fits(kind, value) => {
                let format = wire::timestamp(member, kind, TimestampFormat::Iso8601);
                self.pair(&text::write(value, format)?);
                Ok(())
            }
            _ => Err(EncodeError::new("", text::MISFIT)),
        }
    }

    fn elements(&mut self, list: &List, values: &[Value]) -> Result<(), EncodeError> {
        for (number, value) in (1u32..).zip(values) {
            self.at(&number.to_string(), |writer| writer.value(&list.element, value))?;
        }
        Ok(())
    }

    fn entries(&mut self, map: &Map, entries: &[(String, Value)]) -> Result<(), EncodeError> {
        for (number, (key, value)) in (1u32..).zip(entries) {
            self.at(&number.to_string(), |writer| {
                writer.at(wire::key(map), |writer| writer.pair(key));
                writer.at(wire::value(map), |writer| writer.value(&map.value, value))
            })?;
        }
        Ok(())
    }
}
