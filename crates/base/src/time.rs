use serde::{Deserialize, Serialize};
use std::fmt;

/// A point in time in milliseconds since 1970-01-01T00:00:00Z. AWS's APIs speak in seconds or milliseconds, never finer.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, Default)]
#[serde(transparent)]
pub struct Timestamp(i64);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadTimestamp;

impl fmt::Display for BadTimestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("not a point in time that ISO 8601, RFC 822 or epoch seconds can express")
    }
}
impl std::error::Error for BadTimestamp {}

impl Timestamp {
    pub const fn from_millis(millis: i64) -> Self {
        Timestamp(millis)
    }

    pub const fn from_secs(secs: i64) -> Self {
        Timestamp(secs.saturating_mul(1000))
    }

    /// From seconds with a fraction, as JSON protocols carry them; rounded to milliseconds.
    pub fn from_secs_f64(secs: f64) -> Self {
        Timestamp((secs * 1000.0).round() as i64)
    }

    pub const fn millis(self) -> i64 {
        self.0
    }

    /// Whole seconds, rounded down.
    pub const fn secs(self) -> i64 {
        self.0.div_euclid(1000)
    }

    /// The same instant without its fraction of a second.
    pub const fn whole_seconds(self) -> Self {
        Timestamp(self.secs() * 1000)
    }

    pub const fn plus_millis(self, millis: i64) -> Self {
        Timestamp(self.0.saturating_add(millis))
    }

    pub const fn plus_secs(self, secs: i64) -> Self {
        Timestamp(self.0.saturating_add(secs.saturating_mul(1000)))
    }

    /// The wall clock of this machine. Only the binary's wiring and the clock itself may ask; operations get their time
    /// from the request context.
    pub fn wall() -> Self {
        let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
        Timestamp(since.as_millis() as i64)
    }

    fn jiff(self) -> jiff::Timestamp {
        jiff::Timestamp::from_millisecond(self.0).unwrap_or(if self.0 < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        })
    }

    /// `2026-11-24T01:02:03Z`, with `.250` only when there is a fraction.
    pub fn iso8601(self) -> String {
        let form = if self.0.rem_euclid(1000) == 0 { "%Y-%m-%dT%H:%M:%SZ" } else { "%Y-%m-%dT%H:%M:%S.%3fZ" };
        self.jiff().strftime(form).to_string()
    }

    /// `20261124T010203Z`, SigV4's form.
    pub fn iso8601_basic(self) -> String {
        self.jiff().strftime("%Y%m%dT%H%M%SZ").to_string()
    }

    /// `Tue, 24 Nov 2026 01:02:03 GMT`, HTTP's form.
    pub fn http_date(self) -> String {
        self.jiff().strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
    }

    /// ISO 8601 (extended or basic, any offset), RFC 822 dates, or epoch seconds, whichever it is.
    pub fn parse(text: &str) -> Result<Self, BadTimestamp> {
        let text = text.trim();
        if let Ok(at) = text.parse::<jiff::Timestamp>() {
            return Ok(Timestamp(at.as_millisecond()));
        }
        if let Ok(secs) = text.parse::<f64>() {
            return if secs.is_finite() && secs.abs() < 4e11 {
                Ok(Self::from_secs_f64(secs))
            } else {
                Err(BadTimestamp)
            };
        }
        if let Ok(at) = jiff::civil::DateTime::strptime("%Y%m%dT%H%M%SZ", text) {
            return at
                .to_zoned(jiff::tz::TimeZone::UTC)
                .map(|z| Timestamp(z.timestamp().as_millisecond()))
                .map_err(|_| BadTimestamp);
        }
        if let Ok(at) = text.parse::<jiff::civil::DateTime>() {
            return at
                .to_zoned(jiff::tz::TimeZone::UTC)
                .map(|z| Timestamp(z.timestamp().as_millisecond()))
                .map_err(|_| BadTimestamp);
        }
        jiff::fmt::rfc2822::parse(&text.replace("GMT", "+0000"))
            .map(|z| Timestamp(z.timestamp().as_millisecond()))
            .map_err(|_| BadTimestamp)
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.iso8601())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_names_the_same_instant() {
        let at = Timestamp::from_secs(1_440_938_160);
        for text in [
            "2015-08-30T12:36:00Z",
            "20150830T123600Z",
            "Sun, 30 Aug 2015 12:36:00 GMT",
            "1440938160",
            "2015-08-30T14:36:00+02:00",
        ] {
            assert_eq!(Timestamp::parse(text), Ok(at), "{text}");
        }
        assert_eq!(at.iso8601(), "2015-08-30T12:36:00Z");
        assert_eq!(at.plus_millis(250).iso8601(), "2015-08-30T12:36:00.250Z");
        assert_eq!(at.iso8601_basic(), "20150830T123600Z");
        assert_eq!(at.http_date(), "Sun, 30 Aug 2015 12:36:00 GMT");
        assert_eq!(Timestamp::parse("yesterday"), Err(BadTimestamp));
    }
}
