//! Conditions, operator by operator as their page lists them.

use super::strings;
use super::text::Pattern;
use bastide_policy::{Context, Values};
use serde_json::Value;
use std::net::IpAddr;

pub fn holds(condition: &Value, variables: bool, context: &Context) -> bool {
    let Value::Object(operators) = condition else { return true };
    operators.iter().all(|(operator, keys)| {
        let Value::Object(keys) = keys else { panic!("condition block") };
        keys.iter().all(|(key, values)| one(operator, key, &strings(values), variables, context))
    })
}

fn one(operator: &str, key: &str, wanted: &[String], variables: bool, context: &Context) -> bool {
    let for_all = operator.starts_with("ForAllValues:");
    let for_any = operator.starts_with("ForAnyValue:");
    let operator = operator.rsplit(':').next().unwrap();
    let if_exists = operator.ends_with("IfExists");
    let operator = operator.trim_end_matches("IfExists");

    let found = context.iter().find(|(name, _)| name.to_lowercase() == key.to_lowercase()).map(|(_, values)| values);
    let values: Option<Vec<String>> = match found {
        None => None,
        Some(Values::One(value)) => Some(vec![value.to_string()]),
        Some(Values::Many(values)) if values.iter().all(|value| value.is_empty()) => None,
        Some(Values::Many(values)) => Some(values.iter().map(|value| value.to_string()).collect()),
    };
    if operator == "Null" {
        return wanted
            .iter()
            .any(|value| (value == "true") == values.is_none() && (value == "true" || value == "false"));
    }
    let negative = operator.contains("Not");
    let positive = operator.replace("Not", "");
    let Some(values) = values else {
        return if_exists || for_all || (!for_any && negative);
    };
    let match_one = |value: &String| {
        let hit = wanted.iter().any(|wanted| compare(&positive, value, wanted, variables, context));
        if negative { !hit } else { hit }
    };
    if for_all || (negative && !for_any) { values.iter().all(match_one) } else { values.iter().any(match_one) }
}

/// `operator` without its negation.
fn compare(operator: &str, value: &str, wanted: &str, variables: bool, context: &Context) -> bool {
    match operator {
        "StringEquals" => Pattern::literal(wanted, variables, context).is_some_and(|wanted| wanted == value),
        "StringEqualsIgnoreCase" => Pattern::literal(wanted, variables, context)
            .is_some_and(|wanted| wanted.to_lowercase() == value.to_lowercase()),
        "StringLike" => Pattern::like(wanted, variables, context).is_some_and(|pattern| pattern.matches(value)),
        "ArnEquals" | "ArnLike" => {
            Pattern::like(wanted, variables, context).is_some_and(|pattern| pattern.matches_arn(value))
        }
        "Bool" => Pattern::literal(wanted, variables, context).is_some_and(|wanted| {
            ["true", "false"].contains(&wanted.to_lowercase().as_str()) && wanted.to_lowercase() == value.to_lowercase()
        }),
        "BinaryEquals" => decode(wanted).is_some() && decode(wanted) == decode(value),
        "IpAddress" => in_range(value, wanted),
        _ => {
            let (kind, relation) = match operator.strip_prefix("Numeric") {
                Some(relation) => ("Numeric", relation),
                None => ("Date", operator.strip_prefix("Date").unwrap_or_else(|| panic!("{operator}"))),
            };
            let number = |text: &str| if kind == "Date" { seconds(text) } else { text.parse::<f64>().ok() };
            let (Some(value), Some(wanted)) = (number(value), number(wanted)) else { return false };
            match relation {
                "Equals" => value == wanted,
                "LessThan" => value < wanted,
                "LessThanEquals" => value <= wanted,
                "GreaterThan" => value > wanted,
                "GreaterThanEquals" => value >= wanted,
                other => panic!("{other}"),
            }
        }
    }
}

/// Of `YYYY-MM-DDTHH:MM:SSZ`, or epoch seconds.
fn seconds(text: &str) -> Option<f64> {
    if let Ok(number) = text.parse() {
        return Some(number);
    }
    let numbers: Vec<i64> = text
        .split(|c: char| !c.is_ascii_digit())
        .filter(|part| !part.is_empty())
        .map(|part| part.parse().unwrap())
        .collect();
    let [year, month, day, hour, minute, second] = numbers[..] else { return None };
    let leap = |year: i64| (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    let mut days = 0;
    for past in 1970..year {
        days += if leap(past) { 366 } else { 365 };
    }
    for past in 1..month {
        days += match past {
            2 if leap(year) => 29,
            2 => 28,
            4 | 6 | 9 | 11 => 30,
            _ => 31,
        };
    }
    Some((((days + day - 1) * 24 + hour) * 3600 + minute * 60 + second) as f64)
}

/// Base64 by table.
fn decode(text: &str) -> Option<Vec<u8>> {
    let table = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let bits: Option<String> =
        text.trim_end_matches('=').chars().map(|c| table.find(c).map(|at| format!("{at:06b}"))).collect();
    let bits = bits?;
    let whole = bits.len() / 8 * 8;
    if bits.len() - whole >= 6 || bits[whole..].contains('1') {
        return None;
    }
    let bytes = bits.as_bytes()[..whole].chunks(8).map(|byte| std::str::from_utf8(byte).unwrap());
    Some(bytes.map(|byte| u8::from_str_radix(byte, 2).unwrap()).collect())
}

/// Compares binary digits.
fn in_range(value: &str, range: &str) -> bool {
    let digits = |address: IpAddr| match address {
        IpAddr::V4(four) => four.octets().iter().map(|octet| format!("{octet:08b}")).collect::<String>(),
        IpAddr::V6(six) => six.octets().iter().map(|octet| format!("{octet:08b}")).collect::<String>(),
    };
    let (network, bits) = range.split_once('/').map_or((range, None), |(network, bits)| (network, Some(bits)));
    let (Ok(value), Ok(network)) = (value.parse::<IpAddr>(), network.parse::<IpAddr>()) else { return false };
    let (value, network) = (digits(value), digits(network));
    let Ok(bits) = bits.map_or(Ok(network.len()), str::parse::<usize>) else { return false };
    bits <= network.len() && value.len() == network.len() && value[..bits] == network[..bits]
}
