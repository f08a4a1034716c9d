//! The values a condition asks for, compiled for their operator.

use super::operator::{Comparison, Family};
use crate::arn::ArnTemplate;
use crate::budget::Budget;
use crate::context::Context;
use crate::template::{Reading, Template};
use base64::Engine as _;
use base64::engine::DecodePaddingMode;
use base64::engine::general_purpose::{GeneralPurpose, GeneralPurposeConfig};
use bastide_base::Timestamp;
use std::cmp::Ordering;
use std::net::IpAddr;

/// One value of a policy's condition. `None` inside: the text is no such value, and nothing equals it.
#[derive(Debug, Clone)]
pub(crate) enum Wanted {
    Equals(Template),
    EqualsIgnoreCase(Template),
    Like(Template),
    Number(Comparison, Option<Number>),
    Date(Comparison, Option<Timestamp>),
    Bool(Template),
    Binary(Option<Vec<u8>>),
    Ip(Option<Cidr>),
    Arn(ArnTemplate),
    /// Whether the key is to be absent.
    Null(Option<bool>),
}

impl Wanted {
    /// Policy variables work in string, ARN and Bool comparisons, not in numeric, date, binary and IP address ones
    /// ("IAM policy elements: Variables and tags", where you can use policy variables).
    pub(crate) fn parse(family: Family, text: &str, variables: bool) -> Self {
        let literal = Reading { wildcards: false, variables, resource: false };
        match family {
            Family::StringEquals => Wanted::Equals(Template::parse(text, literal)),
            Family::StringEqualsIgnoreCase => Wanted::EqualsIgnoreCase(Template::parse(text, literal)),
            Family::StringLike => Wanted::Like(Template::parse(text, Reading { wildcards: true, ..literal })),
            Family::Numeric(comparison) => Wanted::Number(comparison, Number::parse(text)),
            Family::Date(comparison) => Wanted::Date(comparison, date(text)),
            Family::Bool => Wanted::Bool(Template::parse(text, literal)),
            Family::Binary => Wanted::Binary(binary(text)),
            Family::IpAddress => Wanted::Ip(Cidr::parse(text)),
            Family::Arn => Wanted::Arn(ArnTemplate::parse(text, variables)),
            Family::Null => Wanted::Null(boolean(text)),
        }
    }

    /// Whether a value of the request matches, negation aside. Meaningless once the budget is spent.
    pub(crate) fn matches(&self, value: &str, context: &Context, budget: &Budget) -> bool {
        // Templates charge for what they walk; all else reads the value once.
        let own = if matches!(self, Wanted::Equals(_) | Wanted::Like(_)) { 1 } else { value.len() + 1 };
        if !budget.charge(own) {
            return false;
        }
        match self {
            Wanted::Equals(template) | Wanted::Like(template) => template.matches(value, context, budget) == Some(true),
            Wanted::EqualsIgnoreCase(template) => {
                template.text(context, budget).is_some_and(|text| same_letters(&text, value))
            }
            Wanted::Number(comparison, wanted) => {
                let order = wanted.zip(Number::parse(value)).and_then(|(wanted, have)| have.compare(wanted));
                order.is_some_and(|order| comparison.accepts(order))
            }
            Wanted::Date(comparison, wanted) => {
                wanted.zip(date(value)).is_some_and(|(wanted, have)| comparison.accepts(have.cmp(&wanted)))
            }
            Wanted::Bool(template) => template
                .text(context, budget)
                .and_then(|text| boolean(&text))
                .is_some_and(|wanted| boolean(value) == Some(wanted)),
            Wanted::Binary(wanted) => wanted.is_some() && binary(value) == *wanted,
            Wanted::Ip(wanted) => {
                wanted.zip(value.parse::<IpAddr>().ok()).is_some_and(|(cidr, address)| cidr.contains(address))
            }
            Wanted::Arn(template) => template.matches(value, context, budget) == Some(true),
            Wanted::Null(_) => false,
        }
    }

    /// The condition keys that its variables name.
    pub(crate) fn variables(&self) -> Vec<&str> {
        match self {
            Wanted::Equals(template)
            | Wanted::EqualsIgnoreCase(template)
            | Wanted::Like(template)
            | Wanted::Bool(template) => template.variables().collect(),
            Wanted::Arn(template) => template.variables().collect(),
            _ => Vec::new(),
        }
    }
}

fn same_letters(one: &str, other: &str) -> bool {
    one.eq_ignore_ascii_case(other)
        || one.chars().flat_map(char::to_lowercase).eq(other.chars().flat_map(char::to_lowercase))
}

fn boolean(text: &str) -> Option<bool> {
    if text.eq_ignore_ascii_case("true") {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") {
        Some(false)
    } else {
        None
    }
}

fn binary(text: &str) -> Option<Vec<u8>> {
    const ENGINE: GeneralPurpose = GeneralPurpose::new(
        &base64::alphabet::STANDARD,
        GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
    );
    ENGINE.decode(text).ok()
}

/// ISO 8601 as W3C profiles it (year and month alone too), or epoch seconds.
fn date(text: &str) -> Option<Timestamp> {
    let text = text.trim();
    if text.len() == 7 && text.as_bytes().get(4) == Some(&b'-') {
        return Timestamp::parse(&format!("{text}-01")).ok();
    }
    Timestamp::parse(text).ok()
}

/// An integer as it is, anything else as a float.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Number {
    Integer(i128),
    Decimal(f64),
}

impl Number {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Ok(integer) = text.parse() {
            return Some(Number::Integer(integer));
        }
        text.parse().ok().filter(|float: &f64| float.is_finite()).map(Number::Decimal)
    }

    fn compare(self, other: Number) -> Option<Ordering> {
        let float = |number| match number {
            Number::Integer(integer) => integer as f64,
            Number::Decimal(decimal) => decimal,
        };
        match (self, other) {
            (Number::Integer(one), Number::Integer(other)) => Some(one.cmp(&other)),
            _ => float(self).partial_cmp(&float(other)),
        }
    }
}

/// An address range; an address alone is the range of just itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cidr {
    network: IpAddr,
    bits: u32,
}

impl Cidr {
    pub(crate) fn parse(text: &str) -> Option<Self> {
        let (address, bits) = match text.trim().split_once('/') {
            Some((address, bits)) => (address, Some(bits.parse().ok()?)),
            None => (text.trim(), None),
        };
        let network: IpAddr = address.parse().ok()?;
        let width = if network.is_ipv4() { 32 } else { 128 };
        let bits = bits.unwrap_or(width);
        (bits <= width).then_some(Cidr { network, bits })
    }

    fn contains(self, address: IpAddr) -> bool {
        let shifted = |number: u128, width: u32| number.checked_shr(width - self.bits).unwrap_or(0);
        match (self.network, address.to_canonical()) {
            (IpAddr::V4(network), IpAddr::V4(address)) => {
                shifted(network.to_bits().into(), 32) == shifted(address.to_bits().into(), 32)
            }
            (IpAddr::V6(network), IpAddr::V6(address)) => {
                shifted(network.to_bits(), 128) == shifted(address.to_bits(), 128)
            }
            _ => false,
        }
    }
}
