//! The packed form of the authorisation reference; its file is laid out as [`crate::pack`] says.

use super::{AccessLevel, Action, ActionResource, ConditionKey, KeyKind, ResourceType, ServiceReference};
use crate::pack::{Corrupt, Reader, Section, Writer, file, open_file};

const MAGIC: &[u8; 8] = b"bstdref1";

const LEVELS: [AccessLevel; 5] = [
    AccessLevel::List,
    AccessLevel::Read,
    AccessLevel::Write,
    AccessLevel::PermissionsManagement,
    AccessLevel::Tagging,
];

const KINDS: [KeyKind; 6] =
    [KeyKind::String, KeyKind::Arn, KeyKind::Bool, KeyKind::Numeric, KeyKind::Date, KeyKind::IpAddress];

/// One service in the index.
pub(super) struct Entry {
    pub prefix: &'static str,
    pub resource_control: bool,
    name: &'static str,
    section: Section,
}

/// Packs services into one file. They must come sorted by prefix, and each one's lists as [`ServiceReference`] says.
pub fn write(services: &[ServiceReference]) -> Vec<u8> {
    let mut index = Writer::default();
    let mut sections = Vec::new();
    index.list(services, |out, service| {
        out.string(service.prefix);
        out.string(service.name);
        out.flag(service.resource_control);
        Section::write(out, &mut sections, &section(service));
    });
    file(MAGIC, index, &sections)
}

fn section(service: &ServiceReference) -> Vec<u8> {
    let mut out = Writer::default();
    out.list(&service.actions, |out, action| {
        out.string(action.name);
        out.number(place(&LEVELS, &action.access_level));
        out.list(&action.resource_types, |out, kind| {
            out.string(kind.name);
            out.flag(kind.required);
            strings(out, &kind.condition_keys);
        });
        strings(out, &action.condition_keys);
        strings(out, &action.dependent_actions);
    });
    out.list(&service.resource_types, |out, kind| {
        out.string(kind.name);
        out.string(kind.arn);
        strings(out, &kind.condition_keys);
    });
    out.list(&service.condition_keys, |out, key| {
        out.string(key.key);
        out.number(place(&KINDS, &key.kind));
        out.flag(key.many);
    });
    out.finish()
}

fn strings(out: &mut Writer, texts: &[&'static str]) {
    out.list(texts, |out, text| out.string(text));
}

fn place<T: PartialEq>(table: &[T], value: &T) -> u64 {
    table.iter().position(|known| known == value).unwrap_or_default() as u64
}

pub(super) fn read_index(packed: &'static [u8]) -> Result<Vec<Entry>, Corrupt> {
    let (mut index, sections) = open_file(MAGIC, packed)?;
    index.list(|from| {
        Ok(Entry {
            prefix: from.string()?,
            name: from.string()?,
            resource_control: from.flag()?,
            section: Section::read(from, sections)?,
        })
    })
}

impl Entry {
    pub fn open(&self) -> Result<ServiceReference, Corrupt> {
        let mut from = Reader::new(self.section.open()?)?;
        let reference = ServiceReference {
            prefix: self.prefix,
            name: self.name,
            resource_control: self.resource_control,
            actions: from.list(|from| {
                Ok(Action {
                    name: from.string()?,
                    access_level: pick(&LEVELS, from.size()?)?,
                    resource_types: from.list(|from| {
                        Ok(ActionResource {
                            name: from.string()?,
                            required: from.flag()?,
                            condition_keys: from.list(Reader::string)?,
                        })
                    })?,
                    condition_keys: from.list(Reader::string)?,
                    dependent_actions: from.list(Reader::string)?,
                })
            })?,
            resource_types: from.list(|from| {
                Ok(ResourceType {
                    name: from.string()?,
                    arn: from.string()?,
                    condition_keys: from.list(Reader::string)?,
                })
            })?,
            condition_keys: from.list(|from| {
                Ok(ConditionKey { key: from.string()?, kind: pick(&KINDS, from.size()?)?, many: from.flag()? })
            })?,
        };
        if from.at_end() { Ok(reference) } else { Err(Corrupt) }
    }
}

fn pick<T: Copy>(table: &[T], at: usize) -> Result<T, Corrupt> {
    table.get(at).copied().ok_or(Corrupt)
}
