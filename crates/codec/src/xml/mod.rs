//! XML bodies: a small tree that refuses what XML can do to a server, the shape-driven reader over it, and the writer.

mod read;
mod tree;
mod write;

pub(crate) use read::structure as read_structure;
pub(crate) use read::value as read_value;
pub(crate) use tree::Element;
pub(crate) use write::{PROLOG, Writer, escape};
