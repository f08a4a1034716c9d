//! Scalars as text: form fields, XML content, headers, labels and query strings all write them the same way.

use std::borrow::Cow;

use base64::{
    Engine, alphabet,
    engine::DecodePaddingMode,
    engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig},
};
use bastide_base::Timestamp;
use bastide_shape::{Kind, TimestampFormat, Value};

use crate::{DecodeError, EncodeError, wire};

/// Standard base64; written with padding, read with or without.
pub(crate) const BASE64: GeneralPurpose = GeneralPurpose::new(
    &alphabet::STANDARD,
    GeneralPurposeConfig::new()
        .with_decode_padding_mode(DecodePaddingMode::Indifferent)
        .with_decode_allow_trailing_bits(true),
);

fn unreadable(kind: &Kind) -> DecodeError {
    DecodeError::new(format!("STRING_VALUE can not be converted to {}", wire::called(kind)))
}

/// Reads a scalar. Lists, maps and structures are no scalars and are refused.
pub(crate) fn parse(kind: &Kind, text: &str) -> Result<Value, DecodeError> {
    let bad = || unreadable(kind);
    Ok(match kind {
        Kind::String(_) => Value::String(text.to_owned()),
        Kind::Boolean => Value::Bool(boolean(text).ok_or_else(bad)?),
        Kind::Integer { .. } => Value::Int(text.trim().parse::<i32>().map_err(|_| bad())?.into()),
        Kind::Long { .. } => Value::Int(text.trim().parse().map_err(|_| bad())?),
        Kind::Float { .. } | Kind::Double { .. } => Value::Float(float(text).ok_or_else(bad)?),
        Kind::Blob { .. } => Value::Blob(base64(text).ok_or_else(bad)?),
        Kind::Timestamp(_) => Value::Timestamp(Timestamp::parse(text).map_err(|_| bad())?),
        Kind::Document => Value::Document(serde_json::from_str(text).map_err(|_| bad())?),
        Kind::Structure(_) | Kind::List(_) | Kind::Map(_) => return Err(bad()),
    })
}

fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

/// A number, or one of the three words for what is none.
pub(crate) fn float(text: &str) -> Option<f64> {
    match text.trim() {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        number if number.ends_with(|last: char| last.is_ascii_digit() || last == '.') => number.parse().ok(),
        _ => None,
    }
}

/// Base64 with any white space in it, as line-wrapping clients send it.
pub(crate) fn base64(text: &str) -> Option<Vec<u8>> {
    let spaced = text.bytes().any(|byte| byte.is_ascii_whitespace());
    let text: Cow<'_, [u8]> = if spaced {
        text.bytes().filter(|byte| !byte.is_ascii_whitespace()).collect::<Vec<_>>().into()
    } else {
        text.as_bytes().into()
    };
    BASE64.decode(text).ok()
}

/// The three words, or the number.
pub(crate) fn float_text(number: f64) -> Cow<'static, str> {
    if number.is_nan() {
        "NaN".into()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".into() } else { "-Infinity".into() }
    } else {
        format!("{number:?}").into()
    }
}

/// A timestamp in one of the three formats.
pub(crate) fn timestamp_text(at: Timestamp, format: TimestampFormat) -> String {
    match format {
        TimestampFormat::Iso8601 => at.iso8601(),
        TimestampFormat::Rfc822 => at.http_date(),
        TimestampFormat::UnixTimestamp => epoch(at),
    }
}

/// Seconds since 1970, with three digits of fraction only where there is one.
pub(crate) fn epoch(at: Timestamp) -> String {
    match at.millis() {
        millis if millis % 1000 == 0 => (millis / 1000).to_string(),
        millis => {
            let sign = if millis < 0 { "-" } else { "" };
            format!("{sign}{}.{:03}", millis.unsigned_abs() / 1000, millis.unsigned_abs() % 1000)
        }
    }
}

/// Writes a scalar. `format` is for timestamps.
pub(crate) fn write(value: &Value, format: TimestampFormat) -> Result<Cow<'_, str>, EncodeError> {
    Ok(match value {
        Value::String(text) => text.as_str().into(),
        Value::Bool(true) => "true".into(),
        Value::Bool(false) => "false".into(),
        Value::Int(number) => number.to_string().into(),
        Value::Float(number) => float_text(*number),
        Value::Blob(bytes) => BASE64.encode(bytes).into(),
        Value::Timestamp(at) => timestamp_text(*at, format).into(),
        Value::Document(document) => document.to_string().into(),
        Value::List(_) | Value::Map(_) | Value::Structure(_) | Value::Stream => {
            return Err(EncodeError::new("", "a scalar is wanted here"));
        }
    })
}

/// Whether a value has the kind its place in the model demands (for encoders, which trust no caller).
pub(crate) fn fits(kind: &Kind, value: &Value) -> bool {
    matches!(
        (kind, value),
        (Kind::String(_), Value::String(_))
            | (Kind::Boolean, Value::Bool(_))
            | (Kind::Integer { .. } | Kind::Long { .. }, Value::Int(_))
            | (Kind::Float { .. } | Kind::Double { .. }, Value::Float(_))
            | (Kind::Blob { .. }, Value::Blob(_))
            | (Kind::Timestamp(_), Value::Timestamp(_))
            | (Kind::Document, Value::Document(_))
            | (Kind::Structure(_), Value::Structure(_))
            | (Kind::List(_), Value::List(_))
            | (Kind::Map(_), Value::Map(_))
    )
}

pub(crate) const MISFIT: &str = "the value is not of the kind that the model demands";
