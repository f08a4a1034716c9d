//! Every AWS wire protocol, driven at run time by the API model: bytes become one [`Value`], a [`Value`] becomes bytes.
//!
//! A server asks [`find`] which service and protocol a request speaks, [`Found::route`] which operation it calls,
//! [`decode`] what it says, [`validate()`] whether the model's constraints hold, and answers with [`encode`] or
//! [`encode_error`]. A client does the mirror image with [`encode_request`] and [`decode_response`]. Bodies that stream
//! never pass through here: the value says [`Value::Stream`] and the caller carries the bytes.
//!
//! Never here: a service's meaning, I/O, a clock, credentials. What the models do not say about the wire (which
//! service answers errors without a wrapper, whose root elements differ) is data in `dialect.rs`.
//!
//! Start reading at [`find`] and then at the file of a protocol (`query.rs`, `json.rs`, `rest.rs`, `cbor.rs`).
#![deny(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod cbor;
mod client;
mod dialect;
mod error;
pub mod eventstream;
mod fault;
mod form;
pub mod gzip;
mod http_parts;
mod json;
mod limits;
mod pattern;
pub mod plain;
mod query;
mod rest;
mod route;
mod server;
mod template;
mod text;
mod validate;
mod wire;
mod xml;

pub use bastide_shape::{Fields, Value};
pub use client::{Failure, Reply, Request, decode_response, encode_request, fill_idempotency_token};
pub use error::{DecodeError, EncodeError, ErrorOut, RouteError};
pub use fault::encode_error;
pub use limits::{MAX_DEPTH, MAX_FORM_PAIRS, MAX_ITEMS};
pub use pattern::{Unsupported, supported as supported_pattern};
pub use route::{Found, RequestHead, Route, find, find_in};
pub use server::{Body, Response, decode, encode};
pub use validate::{Violation, validate, validation_error};
