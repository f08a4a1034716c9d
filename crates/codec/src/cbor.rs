//! CBOR bodies of rpc-v2-cbor. Nothing is allocated by a length that the sender claims, only by bytes that are there.

use bastide_base::Timestamp;
use bastide_shape::{Fields, Kind, Member, Service, Structure, Value};
use ciborium_ll::{Decoder, Header, simple};

use crate::limits::{MAX_DEPTH, MAX_ITEMS};
use crate::{DecodeError, EncodeError, text, wire};

const EPOCH: u64 = 1;

/// Reads a body as a structure. An empty body is an empty structure.
pub(crate) fn read(service: &Service, structure: &Structure, body: &[u8]) -> Result<Fields, DecodeError> {
    if body.is_empty() {
        return Ok(Fields::default());
    }
    let mut reader = Reader { decoder: Decoder::from(body), items: 0 };
    let header = reader.pull()?;
    let Header::Map(length) = header else { return Err(mismatch(header, "a Structure")) };
    let fields = reader.structure(service, structure, length, 0)?;
    if reader.decoder.offset() < body.len() {
        return Err(DecodeError::new("There is more after the end of the CBOR body"));
    }
    Ok(fields)
}

/// What an error body says beyond its structure: its type and message.
pub(crate) fn error_type(body: &[u8]) -> Result<(Option<String>, Option<String>), DecodeError> {
    let mut reader = Reader { decoder: Decoder::from(body), items: 0 };
    let header = reader.pull()?;
    let Header::Map(mut left) = header else { return Err(mismatch(header, "a Structure")) };
    let (mut code, mut message) = (None, None);
    while more(&mut left) {
        let header = reader.pull()?;
        let name = match header {
            Header::Break => break,
            Header::Text(length) => reader.text(length)?,
            header => return Err(mismatch(header, "a String")),
        };
        let header = reader.pull()?;
        match (name.as_str(), header) {
            ("__type", Header::Text(length)) => code = Some(reader.text(length)?),
            ("message" | "Message", Header::Text(length)) => message = Some(reader.text(length)?),
            _ => reader.skip(header, 0)?,
        }
    }
    Ok((code, message))
}

fn broken() -> DecodeError {
    DecodeError::new("The CBOR body is broken or ends too early")
}

fn mismatch(header: Header, wanted: &str) -> DecodeError {
    let found = match header {
        Header::Positive(_) | Header::Negative(_) => "NUMBER_VALUE",
        Header::Float(_) => "DECIMAL_VALUE",
        Header::Text(_) => "STRING_VALUE",
        Header::Bytes(_) => "BLOB_VALUE",
        Header::Simple(simple::TRUE) => "TRUE_VALUE",
        Header::Simple(simple::FALSE) => "FALSE_VALUE",
        Header::Array(_) => return DecodeError::new("Start of list found where not expected"),
        Header::Map(_) => return DecodeError::new("Start of structure or map found where not expected."),
        Header::Tag(_) | Header::Simple(_) | Header::Break => "VALUE",
    };
    DecodeError::new(format!("{found} can not be converted to {wanted}"))
}

/// Counts down a definite length; an indefinite one goes on until a break.
fn more(left: &mut Option<usize>) -> bool {
    match left {
        None => true,
        Some(0) => false,
        Some(left) => {
            *left -= 1;
            true
        }
    }
}

struct Reader<'a> {
    decoder: Decoder<&'a [u8]>,
    items: usize,
}

impl Reader<'_> {
    fn pull(&mut self) -> Result<Header, DecodeError> {
        self.items += 1;
        if self.items > MAX_ITEMS {
            return Err(DecodeError::new("The CBOR body has too many items"));
        }
        self.decoder.pull().map_err(|_| broken())
    }

    fn text(&mut self, length: Option<usize>) -> Result<String, DecodeError> {
        let mut text = String::new();
        let mut buffer = [0u8; 1024];
        let mut segments = self.decoder.text(length);
        while let Some(mut segment) = segments.pull().map_err(|_| broken())? {
            while let Some(chunk) = segment.pull(&mut buffer).map_err(|_| broken())? {
                text.push_str(chunk);
            }
        }
        Ok(text)
    }

    fn bytes(&mut self, length: Option<usize>) -> Result<Vec<u8>, DecodeError> {
        let mut bytes = Vec::new();
        let mut buffer = [0u8; 1024];
        let mut segments = self.decoder.bytes(length);
        while let Some(mut segment) = segments.pull().map_err(|_| broken())? {
            while let Some(chunk) = segment.pull(&mut buffer).map_err(|_| broken())? {
                bytes.extend_from_slice(chunk);
            }
        }
        Ok(bytes)
    }

    /// Passes over a value that nobody asked for.
    fn skip(&mut self, header: Header, depth: usize) -> Result<(), DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::new("The CBOR body is nested too deeply"));
        }
        match header {
            Header::Text(length) => self.text(length).map(drop),
            Header::Bytes(length) => self.bytes(length).map(drop),
            Header::Tag(_) => {
                let header = self.pull()?;
                self.skip(header, depth + 1)
            }
            Header::Array(length) | Header::Map(length) => {
                let twice = matches!(header, Header::Map(_));
                let mut left = length;
                while more(&mut left) {
                    let header = self.pull()?;
                    if matches!(header, Header::Break) {
                        break;
                    }
                    self.skip(header, depth + 1)?;
                    if twice {
                        let header = self.pull()?;
                        self.skip(header, depth + 1)?;
                    }
                }
                Ok(())
            }
            Header::Break => Err(broken()),
            Header::Positive(_) | Header::Negative(_) | Header::Float(_) | Header::Simple(_) => Ok(()),
        }
    }

    /// The members of a structure, in the model's order.
    fn structure(
        &mut self,
        service: &Service,
        structure: &Structure,
        mut left: Option<usize>,
        depth: usize,
    ) -> Result<Fields, DecodeError> {
        let mut found: Vec<(usize, &'static str, Value)> = Vec::new();
        while more(&mut left) {
            let name = match self.pull()? {
                Header::Break => break,
                Header::Text(length) => self.text(length)?,
                header => return Err(mismatch(header, "a String")),
            };
            let header = self.pull()?;
            let known = structure.members.iter().enumerate().find(|(_, member)| wire::name(member) == name);
            match known.filter(|(_, member)| !member.event_header) {
                Some((at, member)) => {
                    if let Some(value) = self.value(service, member, header, depth + 1)? {
                        found.push((at, member.name, value));
                    }
                }
                None => self.skip(header, depth + 1)?,
            }
        }
        // The last of two members with one name holds.
        found.reverse();
        found.sort_by_key(|(at, ..)| *at);
        found.dedup_by_key(|(at, ..)| *at);
        Ok(Fields(found.into_iter().map(|(_, name, value)| (name, value)).collect()))
    }

    /// A value by its model; `None` for null.
    fn value(
        &mut self,
        service: &Service,
        member: &Member,
        header: Header,
        depth: usize,
    ) -> Result<Option<Value>, DecodeError> {
        if depth > MAX_DEPTH {
            return Err(DecodeError::new("The CBOR body is nested too deeply"));
        }
        let kind = wire::kind(service, member);
        let bad = || mismatch(header, wire::called(kind));
        Ok(Some(match (kind, header) {
            (_, Header::Simple(simple::NULL | simple::UNDEFINED)) => return Ok(None),
            (Kind::Timestamp(_), Header::Tag(EPOCH)) => {
                let header = self.pull()?;
                Value::Timestamp(epoch(header).ok_or_else(bad)?)
            }
            (_, Header::Tag(_)) => {
                let header = self.pull()?;
                return self.value(service, member, header, depth + 1);
            }
            (Kind::Timestamp(_), header) => Value::Timestamp(epoch(header).ok_or_else(bad)?),
            (Kind::String(_), Header::Text(length)) => Value::String(self.text(length)?),
            (Kind::Blob { .. }, Header::Bytes(length)) => Value::Blob(self.bytes(length)?),
            (Kind::Boolean, Header::Simple(simple::TRUE)) => Value::Bool(true),
            (Kind::Boolean, Header::Simple(simple::FALSE)) => Value::Bool(false),
            (Kind::Integer { .. }, header) => {
                Value::Int(integer(header).filter(|number| i32::try_from(*number).is_ok()).ok_or_else(bad)?)
            }
            (Kind::Long { .. }, header) => Value::Int(integer(header).ok_or_else(bad)?),
            (Kind::Float { .. } | Kind::Double { .. }, Header::Float(number)) => Value::Float(number),
            (Kind::Float { .. } | Kind::Double { .. }, header) => Value::Float(integer(header).ok_or_else(bad)? as f64),
            (Kind::List(list), Header::Array(mut left)) => {
                let mut values = Vec::new();
                while more(&mut left) {
                    match self.pull()? {
                        Header::Break => break,
                        header => values.push(self.sparse(service, &list.element, header, depth + 1)?),
                    }
                }
                Value::List(values)
            }
            (Kind::Map(map), Header::Map(mut left)) => {
                let mut entries = Vec::new();
                while more(&mut left) {
                    let key = match self.pull()? {
                        Header::Break => break,
                        Header::Text(length) => self.text(length)?,
                        header => return Err(mismatch(header, "a String")),
                    };
                    let header = self.pull()?;
                    entries.push((key, self.sparse(service, &map.value, header, depth + 1)?));
                }
                Value::Map(entries)
            }
            (Kind::Structure(structure), Header::Map(left)) => {
                Value::Structure(self.structure(service, structure, left, depth)?)
            }
            _ => return Err(bad()),
        }))
    }

    /// An element of a list or a value of a map, where null is a value.
    fn sparse(
        &mut self,
        service: &Service,
        member: &Member,
        header: Header,
        depth: usize,
    ) -> Result<Value, DecodeError> {
        let value = self.value(service, member, header, depth)?;
        Ok(value.unwrap_or(Value::Document(serde_json::Value::Null)))
    }
}

fn integer(header: Header) -> Option<i64> {
    match header {
        Header::Positive(number) => i64::try_from(number).ok(),
        Header::Negative(number) => i64::try_from(number).ok().map(|number| -1 - number),
        _ => None,
    }
}

fn epoch(header: Header) -> Option<Timestamp> {
    match header {
        Header::Float(seconds) if seconds.abs() < 4e11 => Some(Timestamp::from_secs_f64(seconds)),
        header => integer(header).filter(|seconds| seconds.abs() < 400_000_000_000).map(Timestamp::from_secs),
    }
}

/// Major types as they stand in the first byte.
mod major {
    pub(super) const POSITIVE: u8 = 0x00;
    pub(super) const NEGATIVE: u8 = 0x20;
    pub(super) const BYTES: u8 = 0x40;
    pub(super) const TEXT: u8 = 0x60;
    pub(super) const ARRAY: u8 = 0x80;
    pub(super) const MAP: u8 = 0xa0;
    pub(super) const TAG: u8 = 0xc0;
}

/// Writes a structure as the whole body.
pub(crate) fn write(service: &Service, structure: &Structure, fields: &Fields) -> Result<Vec<u8>, EncodeError> {
    let mut writer = Writer { service, out: Vec::with_capacity(256) };
    writer.structure(structure, fields)?;
    Ok(writer.out)
}

/// The body of an error: its type, its message where the structure has none, its members.
pub(crate) fn error(
    service: &Service,
    code: &str,
    message: Option<(&str, &str)>,
    structure: Option<&Structure>,
    fields: &Fields,
) -> Vec<u8> {
    let pairs: Vec<(&str, &str)> = std::iter::once(("__type", code)).chain(message).collect();
    let mut writer = Writer { service, out: Vec::with_capacity(128) };
    let written = structure.map(|structure| writer.structure_after(&pairs, structure, fields));
    if !matches!(written, Some(Ok(()))) {
        writer.out.clear();
        writer.head(major::MAP, pairs.len() as u64);
        writer.text_pairs(&pairs);
    }
    writer.out
}

struct Writer<'s> {
    service: &'s Service,
    out: Vec<u8>,
}

impl Writer<'_> {
    /// A major type with its number, in as few bytes as carry it.
    fn head(&mut self, major: u8, number: u64) {
        match number {
            0..24 => self.out.push(major | number as u8),
            24..0x100 => self.out.extend([major | 24, number as u8]),
            0x100..0x1_0000 => {
                self.out.push(major | 25);
                self.out.extend((number as u16).to_be_bytes());
            }
            0x1_0000..0x1_0000_0000 => {
                self.out.push(major | 26);
                self.out.extend((number as u32).to_be_bytes());
            }
            _ => {
                self.out.push(major | 27);
                self.out.extend(number.to_be_bytes());
            }
        }
    }

    fn text(&mut self, text: &str) {
        self.head(major::TEXT, text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    fn integer(&mut self, number: i64) {
        match u64::try_from(number) {
            Ok(number) => self.head(major::POSITIVE, number),
            Err(_) => self.head(major::NEGATIVE, !number as u64),
        }
    }

    /// Eight bytes always: not every reader takes the shorter forms.
    fn double(&mut self, number: f64) {
        self.out.push(0xfb);
        self.out.extend(number.to_be_bytes());
    }

    fn text_pairs(&mut self, pairs: &[(&str, &str)]) {
        for (name, value) in pairs {
            self.text(name);
            self.text(value);
        }
    }

    fn structure(&mut self, structure: &Structure, fields: &Fields) -> Result<(), EncodeError> {
        self.structure_after(&[], structure, fields)
    }

    fn structure_after(
        &mut self,
        pairs: &[(&str, &str)],
        structure: &Structure,
        fields: &Fields,
    ) -> Result<(), EncodeError> {
        let members = || {
            let body = |member: &&Member| !member.event_header;
            structure.members.iter().filter(body).filter_map(|member| Some((member, fields.get(member.name)?)))
        };
        self.head(major::MAP, (pairs.len() + members().count()) as u64);
        self.text_pairs(pairs);
        for (member, value) in members() {
            self.text(wire::name(member));
            self.value(member, value).map_err(|error| error.within(member.name))?;
        }
        Ok(())
    }

    fn value(&mut self, member: &Member, value: &Value) -> Result<(), EncodeError> {
        let service = self.service;
        match (wire::kind(service, member), value) {
            (_, Value::Document(serde_json::Value::Null)) => self.out.push(0xe0 | simple::NULL),
            (Kind::Structure(structure), Value::Structure(fields)) => self.structure(structure, fields)?,
            (Kind::List(list), Value::List(values)) => {
                self.head(major::ARRAY, values.len() as u64);
                values.iter().try_for_each(|value| self.value(&list.element, value))?;
            }
            (Kind::Map(map), Value::Map(entries)) => {
                self.head(major::MAP, entries.len() as u64);
                for (key, value) in entries {
                    self.text(key);
                    self.value(&map.value, value)?;
                }
            }
            (Kind::String(_), Value::String(text)) => self.text(text),
            (Kind::Blob { .. }, Value::Blob(bytes)) => {
                self.head(major::BYTES, bytes.len() as u64);
                self.out.extend_from_slice(bytes);
            }
            (Kind::Boolean, Value::Bool(flag)) => {
                self.out.push(0xe0 | if *flag { simple::TRUE } else { simple::FALSE });
            }
            (Kind::Integer { .. } | Kind::Long { .. }, Value::Int(number)) => self.integer(*number),
            (Kind::Float { .. } | Kind::Double { .. }, Value::Float(number)) => self.double(*number),
            (Kind::Timestamp(_), Value::Timestamp(at)) => {
                self.head(major::TAG, EPOCH);
                match at.millis() {
                    millis if millis % 1000 == 0 => self.integer(millis / 1000),
                    millis => self.double(millis as f64 / 1000.0),
                }
            }
            _ => return Err(EncodeError::new("", text::MISFIT)),
        }
        Ok(())
    }
}
