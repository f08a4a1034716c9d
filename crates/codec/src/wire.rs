//! How places in a structure, a list or a map are spelled, where the protocols agree.

use bastide_shape::{Kind, List, Location, Map, Member, Service, TimestampFormat};

/// The name of a member in bodies, headers and query strings.
pub(crate) fn name(member: &Member) -> &'static str {
    member.location_name.unwrap_or(member.name)
}

/// The name of a list's elements.
pub(crate) fn element(list: &List) -> &'static str {
    list.element.location_name.unwrap_or("member")
}

pub(crate) fn key(map: &Map) -> &'static str {
    map.key.location_name.unwrap_or("key")
}

pub(crate) fn value(map: &Map) -> &'static str {
    map.value.location_name.unwrap_or("value")
}

pub(crate) fn kind<'s>(service: &'s Service, member: &Member) -> &'s Kind {
    &service.shape(member.shape).kind
}

/// The timestamp format of a member: its own, its shape's, or what the protocol does where the model is silent.
pub(crate) fn timestamp(member: &Member, kind: &Kind, default: TimestampFormat) -> TimestampFormat {
    match kind {
        Kind::Timestamp(shape) => member.timestamp_format.or(*shape).unwrap_or(default),
        _ => default,
    }
}

/// What a kind is called in AWS's messages, with its article.
pub(crate) fn called(kind: &Kind) -> &'static str {
    match kind {
        Kind::Structure(_) => "a Structure",
        Kind::List(_) => "a List",
        Kind::Map(_) => "a Map",
        Kind::String(_) => "a String",
        Kind::Blob { .. } => "a Blob",
        Kind::Boolean => "a Boolean",
        Kind::Integer { .. } => "an Integer",
        Kind::Long { .. } => "a Long",
        Kind::Float { .. } => "a Float",
        Kind::Double { .. } => "a Double",
        Kind::Timestamp(_) => "a Timestamp",
        Kind::Document => "a Document",
    }
}

/// Which members of a structure stand in the body. Only the outermost structure of a request or an answer binds members
/// to anything else; further in, and in payloads, a binding means nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    Request,
    /// An answer or an error: it has no path and no query string.
    Response,
    Event,
    Nested,
}

impl Scope {
    pub(crate) fn holds(self, member: &Member) -> bool {
        match self {
            Scope::Nested => true,
            Scope::Event => !member.event_header,
            Scope::Request => member.location == Location::Body,
            Scope::Response => matches!(member.location, Location::Body | Location::Uri | Location::QueryString),
        }
    }
}
