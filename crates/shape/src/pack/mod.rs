//! The packed form of API models: small to carry, quick to open, the same bytes for the same input.
//!
//! ```text
//! file    := magic, length of index (u32, little endian), index, sections
//! index   := count, then per service what routing needs, and where its section lies
//! section := DEFLATE of: string table, service, shapes, operations
//! ```
//!
//! Numbers are LEB128. Every string of a section is in its string table once and referred to by number, so that opening
//! a section makes one allocation for all its text. [`write()`] is used by `cargo xtask models` alone; [`read`] by everyone.
//! Both go through a member's fields in the same order; a test packs and opens every service and compares.

mod bytes;
mod read;
mod write;

pub use bytes::Corrupt;
pub(crate) use bytes::{Reader, Section, Writer, file, open_file};
pub use read::Entry;
pub(crate) use read::read_index;
pub use write::write;

use crate::{Location, Protocol, TimestampFormat};

const MAGIC: &[u8; 8] = b"bstdapi1";

const PROTOCOLS: [Protocol; 6] =
    [Protocol::Query, Protocol::Ec2, Protocol::Json, Protocol::RestJson, Protocol::RestXml, Protocol::Cbor];

const LOCATIONS: [Location; 6] =
    [Location::Body, Location::Header, Location::Headers, Location::QueryString, Location::Uri, Location::StatusCode];

const TIMESTAMPS: [Option<TimestampFormat>; 4] =
    [None, Some(TimestampFormat::Iso8601), Some(TimestampFormat::UnixTimestamp), Some(TimestampFormat::Rfc822)];

/// What kind of shape follows.
mod tag {
    pub const STRUCTURE: u64 = 0;
    pub const LIST: u64 = 1;
    pub const MAP: u64 = 2;
    pub const STRING: u64 = 3;
    pub const BLOB: u64 = 4;
    pub const BOOLEAN: u64 = 5;
    pub const INTEGER: u64 = 6;
    pub const LONG: u64 = 7;
    pub const FLOAT: u64 = 8;
    pub const DOUBLE: u64 = 9;
    pub const TIMESTAMP: u64 = 10;
    pub const DOCUMENT: u64 = 11;
}

/// The place of a member's flags in its flag word; the low bits hold location and timestamp format.
mod flag {
    pub const LOCATION: u64 = 0b111;
    pub const TIMESTAMP_SHIFT: u32 = 3;
    pub const TIMESTAMP: u64 = 0b11;
    pub const REQUIRED: u64 = 1 << 5;
    pub const LOCATION_NAME: u64 = 1 << 6;
    pub const FLATTENED: u64 = 1 << 7;
    pub const SENSITIVE: u64 = 1 << 8;
    pub const QUERY_NAME: u64 = 1 << 9;
    pub const XML_NAMESPACE: u64 = 1 << 10;
    pub const XML_ATTRIBUTE: u64 = 1 << 11;
    pub const JSON_VALUE: u64 = 1 << 12;
    pub const STREAMING: u64 = 1 << 13;
    pub const IDEMPOTENCY_TOKEN: u64 = 1 << 14;
    pub const HOST_LABEL: u64 = 1 << 15;
    pub const EVENT_PAYLOAD: u64 = 1 << 16;
    pub const EVENT_HEADER: u64 = 1 << 17;
    pub const DEPRECATED: u64 = 1 << 18;
}
