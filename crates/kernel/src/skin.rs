//! The typed skin over [`Value`]: a service writes small structs with the members it uses, spelled as AWS spells them,
//! and [`check`] holds them against the API model when the service registers.

use bastide_base::{AccountId, Arn, SecretString, Timestamp};
use bastide_shape::{Fields, Kind, Service, ShapeId, Value};
use std::collections::BTreeMap;

/// A Rust type that stands for a shape of the API model.
pub trait Shape: Sized {
    /// `None` when the value is of another kind than the model promised.
    fn from_value(value: Value) -> Option<Self>;
    /// `None` leaves the member out of the answer.
    fn into_value(self) -> Option<Value>;
    /// What stands for an absent member; `None` when the member cannot be absent.
    fn absent() -> Option<Self> {
        None
    }
    fn description() -> Description;
}

/// What a Rust type says about its shape, to be compared with the model.
pub enum Description {
    Boolean,
    Integer,
    Float,
    String,
    Blob,
    Timestamp,
    Document,
    Optional(Box<Description>),
    List(Box<Description>),
    Map(Box<Description>),
    Structure { name: &'static str, members: fn() -> Vec<(&'static str, Description)> },
}

macro_rules! plain {
    ($($type:ty, $kind:ident, $value:pat => $from:expr, $this:ident => $into:expr;)*) => {$(
        impl Shape for $type {
            fn from_value(value: Value) -> Option<Self> {
                match value { $value => $from, _ => None }
            }
            fn into_value(self) -> Option<Value> {
                let $this = self;
                Some($into)
            }
            fn description() -> Description { Description::$kind }
        }
    )*};
}

plain! {
    bool, Boolean, Value::Bool(x) => Some(x), this => Value::Bool(this);
    i64, Integer, Value::Int(x) => Some(x), this => Value::Int(this);
    i32, Integer, Value::Int(x) => x.try_into().ok(), this => Value::Int(this.into());
    u32, Integer, Value::Int(x) => x.try_into().ok(), this => Value::Int(this.into());
    u8, Integer, Value::Int(x) => x.try_into().ok(), this => Value::Int(this.into());
    f64, Float, Value::Float(x) => Some(x), this => Value::Float(this);
    String, String, Value::String(x) => Some(x), this => Value::String(this);
    Arn, String, Value::String(x) => x.parse().ok(), this => Value::String(this.into());
    AccountId, String, Value::String(x) => x.parse().ok(), this => Value::String(this.to_string());
    SecretString, String, Value::String(x) => Some(SecretString::new(x)), this => Value::String(this.expose().clone());
    Vec<u8>, Blob, Value::Blob(x) => Some(x), this => Value::Blob(this);
    Timestamp, Timestamp, Value::Timestamp(x) => Some(x), this => Value::Timestamp(this);
    serde_json::Value, Document, Value::Document(x) => Some(x), this => Value::Document(this);
}

/// For answers only: what is read is owned.
impl Shape for &'static str {
    fn from_value(_: Value) -> Option<Self> {
        None
    }
    fn into_value(self) -> Option<Value> {
        Some(Value::String(self.to_owned()))
    }
    fn description() -> Description {
        Description::String
    }
}

impl<T: Shape> Shape for Option<T> {
    fn from_value(value: Value) -> Option<Self> {
        T::from_value(value).map(Some)
    }
    fn into_value(self) -> Option<Value> {
        self.and_then(T::into_value)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn description() -> Description {
        Description::Optional(Box::new(T::description()))
    }
}

/// What lists are made of: everything but bytes, because a `Vec<u8>` is a blob.
pub trait Element: Shape {}

impl Element for String {}
impl Element for Arn {}
impl Element for i64 {}
impl Element for serde_json::Value {}

impl<T: Element> Shape for Vec<T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::List(values) => values.into_iter().map(T::from_value).collect(),
            _ => None,
        }
    }
    fn into_value(self) -> Option<Value> {
        Some(Value::List(self.into_iter().filter_map(T::into_value).collect()))
    }
    fn description() -> Description {
        Description::List(Box::new(T::description()))
    }
}

impl<T: Shape> Shape for BTreeMap<String, T> {
    fn from_value(value: Value) -> Option<Self> {
        match value {
            Value::Map(entries) => entries.into_iter().map(|(key, value)| Some((key, T::from_value(value)?))).collect(),
            _ => None,
        }
    }
    fn into_value(self) -> Option<Value> {
        Some(Value::Map(self.into_iter().filter_map(|(key, value)| Some((key, value.into_value()?))).collect()))
    }
    fn description() -> Description {
        Description::Map(Box::new(T::description()))
    }
}

/// The answer of an operation that answers nothing.
pub struct Nothing;

impl Shape for Nothing {
    fn from_value(_: Value) -> Option<Self> {
        Some(Nothing)
    }
    fn into_value(self) -> Option<Value> {
        Some(Value::Structure(Fields::default()))
    }
    fn description() -> Description {
        Description::Structure { name: "Nothing", members: Vec::new }
    }
}

/// Declares structs that stand for shapes of the model. Members keep AWS's spelling; an `Option` may be absent.
#[macro_export]
macro_rules! shape {
    ($($(#[$meta:meta])* pub struct $name:ident { $($(#[$mmeta:meta])* $member:ident : $type:ty),* $(,)? })*) => {$(
        $(#[$meta])*
        #[allow(non_snake_case)]
        pub struct $name { $($(#[$mmeta])* pub $member: $type),* }

        impl $crate::Shape for $name {
            #[allow(unused_mut, unused_variables)]
            fn from_value(value: $crate::Value) -> Option<Self> {
                let $crate::Value::Structure(mut fields) = value else { return None };
                Some($name { $($member: match fields.take(stringify!($member)) {
                    Some(value) => <$type as $crate::Shape>::from_value(value)?,
                    None => <$type as $crate::Shape>::absent()?,
                }),* })
            }
            fn into_value(self) -> Option<$crate::Value> {
                #[allow(unused_mut)]
                let mut fields = $crate::Fields::default();
                $(if let Some(value) = $crate::Shape::into_value(self.$member) {
                    fields.set(stringify!($member), value);
                })*
                Some($crate::Value::Structure(fields))
            }
            fn description() -> $crate::Description {
                $crate::Description::Structure {
                    name: stringify!($name),
                    members: || vec![$((stringify!($member), <$type as $crate::Shape>::description())),*],
                }
            }
        }

        impl $crate::skin::Element for $name {}
    )*};
}

/// Which way a structure travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Side {
    /// Clients leave optional members out, so they must be optional here.
    Input,
    Output,
}

/// Everything in which a typed struct and the model's shape disagree; empty when they agree.
pub fn check(service: &Service, shape: Option<ShapeId>, description: &Description, side: Side) -> Vec<String> {
    let mut problems = Vec::new();
    match (shape, description) {
        (Some(shape), description) => compare(service, shape, description, side, String::new(), &mut problems),
        (None, Description::Structure { members, .. }) if members().is_empty() => {}
        (None, _) => problems.push("the model has no such structure".to_owned()),
    }
    problems
}

fn compare(
    service: &Service,
    id: ShapeId,
    description: &Description,
    side: Side,
    path: String,
    problems: &mut Vec<String>,
) {
    if path.len() > 512 {
        return;
    }
    let shape = service.shape(id);
    match (description, &shape.kind) {
        (Description::Optional(inner), _) => compare(service, id, inner, side, path, problems),
        (Description::Boolean, Kind::Boolean)
        | (Description::Integer, Kind::Integer { .. } | Kind::Long { .. })
        | (Description::Float, Kind::Float { .. } | Kind::Double { .. })
        | (Description::String, Kind::String(_))
        | (Description::Blob, Kind::Blob { streaming: false, .. })
        | (Description::Timestamp, Kind::Timestamp(_))
        | (Description::Document, Kind::Document) => {}
        (Description::List(element), Kind::List(list)) => {
            compare(service, list.element.shape, element, side, format!("{path}[]"), problems);
        }
        (Description::Map(value), Kind::Map(map)) => {
            compare(service, map.value.shape, value, side, format!("{path}{{}}"), problems);
        }
        (Description::Structure { members, .. }, Kind::Structure(structure)) => {
            for (name, description) in members() {
                match structure.member(name) {
                    Some(member) => {
                        let optional = matches!(description, Description::Optional(_));
                        if side == Side::Input && !member.required && !optional {
                            problems.push(format!("{path}.{name}: may be absent, so it is an Option"));
                        }
                        compare(service, member.shape, &description, side, format!("{path}.{name}"), problems);
                    }
                    None => problems.push(format!("{path}.{name}: {} has no such member", shape.name)),
                }
            }
        }
        _ => problems.push(format!("{path}: the model's {} is of another kind", shape.name)),
    }
}
