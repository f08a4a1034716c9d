//! How much a body may ask of a decoder. A body's size in bytes is the caller's to bound, before it is read.

/// Nesting of JSON, XML and CBOR, and segments of a form key.
pub const MAX_DEPTH: usize = 128;
/// Parameters of a form body or a query string.
pub const MAX_FORM_PAIRS: usize = 50_000;
/// Elements, entries and nodes of one XML or CBOR body.
pub const MAX_ITEMS: usize = 1_000_000;
