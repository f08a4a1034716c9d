//! The model's constraints, and AWS's words for their violation.

use std::fmt;

use bastide_shape::{Fields, Kind, Member, Protocol, Service, ShapeId, StringShape, Structure, Value};

use crate::{ErrorOut, pattern};

/// One constraint that a value does not satisfy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Violation {
    /// `userName`, `tags.1.member.key`.
    pub path: String,
    /// The value as AWS prints it; `None` where the model calls it sensitive.
    pub value: Option<String>,
    /// `Member must have length greater than or equal to 1`.
    pub constraint: String,
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.value.as_deref() {
            Some(NULL) => write!(f, "Value null at '{}'", self.path)?,
            Some(value) => write!(f, "Value '{value}' at '{}'", self.path)?,
            None => write!(f, "Value at '{}'", self.path)?,
        }
        write!(f, " failed to satisfy constraint: {}", self.constraint)
    }
}

/// Stands for a value that is missing: no text of a request has this character in it unescaped.
const NULL: &str = "\u{0}null";

/// Checks an input against its shape: what is required, lengths, ranges, patterns and enumerations, all the way down.
///
/// # Errors
/// Everything that does not hold, in the model's order.
pub fn validate(service: &Service, shape: ShapeId, value: &Value) -> Result<(), Vec<Violation>> {
    let mut checker = Checker { service, path: String::new(), found: Vec::new() };
    if let (Some(structure), Value::Structure(fields)) = (service.structure(shape), value) {
        checker.structure(structure, fields);
    }
    if checker.found.is_empty() { Ok(()) } else { Err(checker.found) }
}

/// The violations as the one error that AWS answers. ec2 names only the first, in words of its own.
pub fn validation_error(protocol: Protocol, violations: &[Violation]) -> ErrorOut {
    let code = match (protocol, violations.first()) {
        (Protocol::Ec2, Some(first)) => return first.in_ec2_words(),
        (Protocol::Query | Protocol::Ec2, _) => "ValidationError",
        (Protocol::RestXml, _) => "InvalidInput",
        (Protocol::Json | Protocol::RestJson | Protocol::Cbor, _) => "ValidationException",
    };
    let count = violations.len();
    let errors = if count == 1 { "error" } else { "errors" };
    let all: Vec<String> = violations.iter().map(Violation::to_string).collect();
    ErrorOut::new(code, format!("{count} validation {errors} detected: {}", all.join("; ")), 400)
}

impl Violation {
    fn in_ec2_words(&self) -> ErrorOut {
        let parameter = self.path.as_str();
        match self.value.as_deref() {
            Some(NULL) => {
                let message = format!("The request must contain the parameter {parameter}");
                ErrorOut::new("MissingParameter", message, 400)
            }
            value => {
                let message = format!("Value ({}) for parameter {parameter} is invalid.", value.unwrap_or_default());
                ErrorOut::new("InvalidParameterValue", message, 400)
            }
        }
    }
}

/// What is told of an input at most; one that breaks its constraints in a million places is refused all the same.
const VIOLATIONS_MAX: usize = 100;

struct Checker<'s> {
    service: &'s Service,
    path: String,
    found: Vec<Violation>,
}

impl<'s> Checker<'s> {
    fn at(&mut self, segment: &str, check: impl FnOnce(&mut Self)) {
        let length = self.path.len();
        if length > 0 {
            self.path.push('.');
        }
        self.path.push_str(segment);
        check(self);
        self.path.truncate(length);
    }

    /// Enough is known to refuse the input.
    fn is_full(&self) -> bool {
        self.found.len() >= VIOLATIONS_MAX
    }

    fn report(&mut self, sensitive: bool, value: String, constraint: String) {
        if self.is_full() {
            return;
        }
        let value = (!sensitive).then_some(value);
        self.found.push(Violation { path: self.path.clone(), value, constraint });
    }

    fn structure(&mut self, structure: &Structure, fields: &Fields) {
        for member in &structure.members {
            match fields.get(member.name) {
                Some(value) => self.at(&camel(member.name), |checker| checker.value(member, value)),
                None if member.required => self.at(&camel(member.name), |checker| {
                    checker.report(false, NULL.to_owned(), "Member must not be null".to_owned());
                }),
                None => {}
            }
        }
    }

    fn value(&mut self, member: &Member, value: &Value) {
        if self.is_full() {
            return;
        }
        let service = self.service;
        let shape = service.shape(member.shape);
        let sensitive = member.sensitive || shape.sensitive;
        for constraint in broken(&shape.kind, value) {
            self.report(sensitive, print(value), constraint);
        }
        match (&shape.kind, value) {
            (Kind::Structure(structure), Value::Structure(fields)) => self.structure(structure, fields),
            (Kind::List(list), Value::List(values)) => {
                if self.scalar(&list.element) {
                    self.each(sensitive, &list.element, values.iter(), value, "Member must satisfy constraint");
                } else {
                    for (number, value) in (1usize..).zip(values) {
                        self.at(&format!("{number}.member"), |checker| checker.value(&list.element, value));
                    }
                }
            }
            (Kind::Map(map), Value::Map(entries)) => {
                let key_kind = &service.shape(map.key.shape).kind;
                if entries.iter().any(|(key, _)| !broken_text(key_kind, key).is_empty()) {
                    let all = all(key_kind).join(", ");
                    self.report(sensitive, print(value), format!("Map keys must satisfy constraint: [{all}]"));
                }
                if self.scalar(&map.value) {
                    let values = entries.iter().map(|(_, value)| value);
                    self.each(sensitive, &map.value, values, value, "Map value must satisfy constraint");
                } else {
                    for (key, value) in entries {
                        self.at(&format!("{key}.member"), |checker| checker.value(&map.value, value));
                    }
                }
            }
            _ => {}
        }
    }

    fn scalar(&self, member: &Member) -> bool {
        !matches!(self.service.shape(member.shape).kind, Kind::Structure(_) | Kind::List(_) | Kind::Map(_))
    }

    /// Scalars in a list or a map are blamed on the whole, with all constraints they are under.
    fn each<'v>(
        &mut self,
        sensitive: bool,
        element: &Member,
        mut values: impl Iterator<Item = &'v Value>,
        whole: &Value,
        words: &str,
    ) {
        let shape = self.service.shape(element.shape);
        if values.any(|value| !broken(&shape.kind, value).is_empty()) {
            let constraints = all(&shape.kind).join(", ");
            self.report(sensitive || shape.sensitive, print(whole), format!("{words}: [{constraints}]"));
        }
    }
}

/// AWS names members in its messages as Java properties.
fn camel(name: &str) -> String {
    let mut letters = name.chars();
    letters.next().map(|first| first.to_lowercase().chain(letters).collect()).unwrap_or_default()
}

/// The constraints that a value breaks.
fn broken(kind: &Kind, value: &Value) -> Vec<String> {
    let mut broken = Vec::new();
    let mut length = |length: usize, min: Option<u64>, max: Option<u64>| {
        if max.is_some_and(|max| length as u64 > max) {
            broken.push(at_most(max));
        }
        if min.is_some_and(|min| (length as u64) < min) {
            broken.push(at_least(min));
        }
    };
    match (kind, value) {
        (Kind::String(_), Value::String(text)) => return broken_text(kind, text),
        (Kind::List(list), Value::List(values)) => length(values.len(), list.min, list.max),
        (Kind::Map(map), Value::Map(entries)) => length(entries.len(), map.min, map.max),
        (Kind::Blob { min, max, .. }, Value::Blob(bytes)) => length(bytes.len(), *min, *max),
        (Kind::Integer { min, max } | Kind::Long { min, max }, Value::Int(number)) => {
            broken.extend(max.filter(|max| number > max).map(|max| value_at_most(&max)));
            broken.extend(min.filter(|min| number < min).map(|min| value_at_least(&min)));
        }
        (Kind::Float { min, max } | Kind::Double { min, max }, Value::Float(number)) => {
            broken.extend(max.filter(|max| number > max).map(|max| value_at_most(&max)));
            broken.extend(min.filter(|min| number < min).map(|min| value_at_least(&min)));
        }
        _ => {}
    }
    broken
}

fn broken_text(kind: &Kind, text: &str) -> Vec<String> {
    let Kind::String(shape) = kind else { return Vec::new() };
    let mut broken = Vec::new();
    if !shape.values.is_empty() {
        if !shape.values.contains(&text) {
            broken.push(enumeration(shape));
        }
        return broken;
    }
    if shape.max.is_some() || shape.min.is_some() {
        // Java counts UTF-16 units.
        let length = text.encode_utf16().count() as u64;
        if shape.max.is_some_and(|max| length > max) {
            broken.push(at_most(shape.max));
        }
        if shape.min.is_some_and(|min| length < min) {
            broken.push(at_least(shape.min));
        }
    }
    if let Some(known) = shape.pattern
        && !pattern::matches(known, text)
    {
        broken.push(format!("{PATTERN}{known}"));
    }
    broken
}

/// All constraints of a scalar, broken or not.
fn all(kind: &Kind) -> Vec<String> {
    let lengths = |min: &Option<u64>, max: &Option<u64>| {
        let most = max.map(|max| at_most(Some(max)));
        most.into_iter().chain(min.map(|min| at_least(Some(min)))).collect::<Vec<_>>()
    };
    match kind {
        Kind::String(shape) if !shape.values.is_empty() => vec![enumeration(shape)],
        Kind::String(shape) => {
            let mut all = lengths(&shape.min, &shape.max);
            all.extend(shape.pattern.map(|pattern| format!("{PATTERN}{pattern}")));
            all
        }
        Kind::Blob { min, max, .. } => lengths(min, max),
        Kind::Integer { min, max } | Kind::Long { min, max } => {
            max.map(|max| value_at_most(&max)).into_iter().chain(min.map(|min| value_at_least(&min))).collect()
        }
        Kind::Float { min, max } | Kind::Double { min, max } => {
            max.map(|max| value_at_most(&max)).into_iter().chain(min.map(|min| value_at_least(&min))).collect()
        }
        _ => Vec::new(),
    }
}

const PATTERN: &str = "Member must satisfy regular expression pattern: ";

fn at_most(max: Option<u64>) -> String {
    format!("Member must have length less than or equal to {}", max.unwrap_or_default())
}

fn at_least(min: Option<u64>) -> String {
    format!("Member must have length greater than or equal to {}", min.unwrap_or_default())
}

fn value_at_most(max: &dyn fmt::Display) -> String {
    format!("Member must have value less than or equal to {max}")
}

fn value_at_least(min: &dyn fmt::Display) -> String {
    format!("Member must have value greater than or equal to {min}")
}

/// An enumeration in the order AWS prints it. Its services keep the values in a Java hash set; the recorded messages
/// agree with a table of 32 buckets by `hashCode` in which a newcomer stands before those already there.
fn enumeration(shape: &StringShape) -> String {
    let mut buckets = 32u32;
    while (shape.values.len() as u64) * 4 > u64::from(buckets) * 3 {
        buckets *= 2;
    }
    let bucket = |value: &str| hash_code(value) & (buckets - 1);
    let mut values: Vec<&str> = shape.values.iter().rev().copied().collect();
    values.sort_by_key(|value| bucket(value));
    format!("Member must satisfy enum value set: [{}]", values.join(", "))
}

/// `java.lang.String.hashCode`.
fn hash_code(text: &str) -> u32 {
    text.encode_utf16().fold(0u32, |hash, unit| hash.wrapping_mul(31).wrapping_add(unit.into()))
}

/// A value as Java prints it.
fn print(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Bool(flag) => flag.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Float(number) => format!("{number:?}"),
        Value::Timestamp(at) => at.iso8601(),
        Value::Blob(bytes) => format!("java.nio.HeapByteBuffer[pos=0 lim={0} cap={0}]", bytes.len()),
        Value::List(values) => {
            format!("[{}]", values.iter().map(print).collect::<Vec<_>>().join(", "))
        }
        Value::Map(entries) => {
            let entries: Vec<String> = entries.iter().map(|(key, value)| format!("{key}={}", print(value))).collect();
            format!("{{{}}}", entries.join(", "))
        }
        Value::Structure(fields) => {
            let fields: Vec<String> =
                fields.0.iter().map(|(name, value)| format!("{}={}", camel(name), print(value))).collect();
            format!("{{{}}}", fields.join(", "))
        }
        Value::Document(document) => document.to_string(),
        Value::Stream => String::new(),
    }
}
