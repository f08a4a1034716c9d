//! Numbers and strings in a packed section.

use std::collections::HashMap;
use std::fmt;
use std::io::{Read, Write};

/// A packed file that is not what [`super::write()`] makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Corrupt;

impl fmt::Display for Corrupt {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("packed model is damaged")
    }
}

impl std::error::Error for Corrupt {}

/// Collects one section: strings go into the table, numbers into the body.
#[derive(Default)]
pub struct Writer {
    table: HashMap<String, u64>,
    strings: Vec<String>,
    body: Vec<u8>,
}

impl Writer {
    pub fn number(&mut self, value: u64) {
        push_number(&mut self.body, value);
    }

    /// Zigzag, so that small negative numbers stay small.
    pub fn signed(&mut self, value: i64) {
        self.number(((value << 1) ^ (value >> 63)) as u64);
    }

    pub fn float(&mut self, value: f64) {
        self.body.extend_from_slice(&value.to_le_bytes());
    }

    pub fn flag(&mut self, value: bool) {
        self.number(u64::from(value));
    }

    pub fn string(&mut self, text: &str) {
        let id = match self.table.get(text) {
            Some(id) => *id,
            None => {
                let id = self.strings.len() as u64;
                self.table.insert(text.to_owned(), id);
                self.strings.push(text.to_owned());
                id
            }
        };
        self.number(id);
    }

    /// An absent value is 0; a present one is 1 and what `write` adds.
    pub fn option<T>(&mut self, value: Option<T>, write: impl FnOnce(&mut Self, T)) {
        self.flag(value.is_some());
        if let Some(value) = value {
            write(self, value);
        }
    }

    pub fn optional_string(&mut self, text: Option<&str>) {
        self.option(text, Self::string);
    }

    pub fn list<T>(&mut self, items: &[T], mut write: impl FnMut(&mut Self, &T)) {
        self.number(items.len() as u64);
        for item in items {
            write(self, item);
        }
    }

    /// String table, then body.
    pub fn finish(self) -> Vec<u8> {
        let mut out = Vec::new();
        push_number(&mut out, self.strings.len() as u64);
        for text in &self.strings {
            push_number(&mut out, text.len() as u64);
        }
        for text in &self.strings {
            out.extend_from_slice(text.as_bytes());
        }
        out.extend_from_slice(&self.body);
        out
    }
}

fn push_number(out: &mut Vec<u8>, mut value: u64) {
    while value >= 0x80 {
        out.push((value as u8 & 0x7f) | 0x80);
        value >>= 7;
    }
    out.push(value as u8);
}

/// Reads what [`Writer`] wrote. The text it hands out lives as long as the process.
pub(crate) struct Reader {
    strings: Vec<&'static str>,
    body: &'static [u8],
}

impl Reader {
    pub(crate) fn new(section: &'static [u8]) -> Result<Self, Corrupt> {
        let mut reader = Self { strings: Vec::new(), body: section };
        let count = reader.size()?;
        let mut lengths = Vec::with_capacity(count);
        for _ in 0..count {
            lengths.push(reader.size()?);
        }
        let (text, body) = reader.body.split_at_checked(lengths.iter().sum()).ok_or(Corrupt)?;
        let mut text = std::str::from_utf8(text).map_err(|_| Corrupt)?;
        for length in lengths {
            let (string, rest) = text.split_at_checked(length).ok_or(Corrupt)?;
            reader.strings.push(string);
            text = rest;
        }
        reader.body = body;
        Ok(reader)
    }

    pub(crate) fn number(&mut self) -> Result<u64, Corrupt> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.body.split_first().ok_or(Corrupt)?;
            self.body = rest;
            value |= u64::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(Corrupt)
    }

    pub(crate) fn signed(&mut self) -> Result<i64, Corrupt> {
        let value = self.number()?;
        Ok((value >> 1) as i64 ^ -((value & 1) as i64))
    }

    pub(crate) fn float(&mut self) -> Result<f64, Corrupt> {
        let (bytes, rest) = self.body.split_first_chunk::<8>().ok_or(Corrupt)?;
        self.body = rest;
        Ok(f64::from_le_bytes(*bytes))
    }

    pub(crate) fn flag(&mut self) -> Result<bool, Corrupt> {
        Ok(self.number()? != 0)
    }

    /// A count or a length. Nothing counted here can outnumber the bytes of its section.
    pub(crate) fn size(&mut self) -> Result<usize, Corrupt> {
        let value = usize::try_from(self.number()?).map_err(|_| Corrupt)?;
        if value > (1 << 28) { Err(Corrupt) } else { Ok(value) }
    }

    pub(crate) fn string(&mut self) -> Result<&'static str, Corrupt> {
        let id = self.size()?;
        self.strings.get(id).copied().ok_or(Corrupt)
    }

    pub(crate) fn option<T>(
        &mut self,
        read: impl FnOnce(&mut Self) -> Result<T, Corrupt>,
    ) -> Result<Option<T>, Corrupt> {
        if self.flag()? { read(self).map(Some) } else { Ok(None) }
    }

    pub(crate) fn optional_string(&mut self) -> Result<Option<&'static str>, Corrupt> {
        self.option(Self::string)
    }

    pub(crate) fn list<T>(&mut self, mut read: impl FnMut(&mut Self) -> Result<T, Corrupt>) -> Result<Vec<T>, Corrupt> {
        let count = self.size()?;
        let mut items = Vec::with_capacity(count);
        for _ in 0..count {
            items.push(read(self)?);
        }
        Ok(items)
    }

    pub(crate) fn at_end(&self) -> bool {
        self.body.is_empty()
    }
}

/// A packed file: what it is, its index, its sections.
pub(crate) fn file(magic: &[u8; 8], index: Writer, sections: &[u8]) -> Vec<u8> {
    let index = index.finish();
    [magic.as_slice(), &(index.len() as u32).to_le_bytes(), &index, sections].concat()
}

/// The index and the sections of a packed file.
pub(crate) fn open_file(magic: &[u8; 8], file: &'static [u8]) -> Result<(Reader, &'static [u8]), Corrupt> {
    let file = file.strip_prefix(magic).ok_or(Corrupt)?;
    let (length, file) = file.split_first_chunk::<4>().ok_or(Corrupt)?;
    let (index, sections) = file.split_at_checked(u32::from_le_bytes(*length) as usize).ok_or(Corrupt)?;
    Ok((Reader::new(index)?, sections))
}

/// Where a section lies among the sections, and how long it is when opened.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Section {
    packed: &'static [u8],
    raw_length: usize,
}

impl Section {
    /// Packs `raw` behind the sections there are, and says in the index where.
    pub(crate) fn write(index: &mut Writer, sections: &mut Vec<u8>, raw: &[u8]) {
        let packed = deflate(raw);
        index.number(sections.len() as u64);
        index.number(packed.len() as u64);
        index.number(raw.len() as u64);
        sections.extend_from_slice(&packed);
    }

    pub(crate) fn read(index: &mut Reader, sections: &'static [u8]) -> Result<Self, Corrupt> {
        let (offset, length, raw_length) = (index.size()?, index.size()?, index.size()?);
        Ok(Self { packed: sections.get(offset..offset + length).ok_or(Corrupt)?, raw_length })
    }

    /// The section's bytes, kept for the life of the process.
    pub(crate) fn open(&self) -> Result<&'static [u8], Corrupt> {
        Ok(inflate(self.packed, self.raw_length)?.leak())
    }
}

/// Raw DEFLATE at the highest level.
fn deflate(raw: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::DeflateEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(raw).and_then(|()| encoder.finish()).unwrap_or_default()
}

fn inflate(packed: &[u8], raw_length: usize) -> Result<Vec<u8>, Corrupt> {
    let mut raw = Vec::with_capacity(raw_length);
    let limit = raw_length as u64 + 1;
    flate2::read::DeflateDecoder::new(packed).take(limit).read_to_end(&mut raw).map_err(|_| Corrupt)?;
    if raw.len() == raw_length { Ok(raw) } else { Err(Corrupt) }
}
