//! JSON as a policy needs it: keys in order, duplicates refused, depth and length bounded.

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;

/// No policy AWS accepts comes near: conditions end at depth six.
const DEPTH_MAX: usize = 24;
/// Above every quota (key policies: 32 KiB; the largest managed policies of AWS itself: under 64 KiB).
const LENGTH_MAX: usize = 256 * 1024;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    /// A boolean or number, as it was spelled: policies accept both unquoted as condition values.
    Bare(String),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
}

pub(crate) fn parse(text: &str) -> Option<Json> {
    if text.len() > LENGTH_MAX {
        return None;
    }
    let mut deserializer = serde_json::Deserializer::from_str(text);
    let json = Seed { depth: 0 }.deserialize(&mut deserializer).ok()?;
    deserializer.end().ok()?;
    Some(json)
}

struct Seed {
    depth: usize,
}

impl Seed {
    fn deeper<E: de::Error>(&self) -> Result<Seed, E> {
        if self.depth < DEPTH_MAX { Ok(Seed { depth: self.depth + 1 }) } else { Err(E::custom("too deep")) }
    }
}

impl<'de> DeserializeSeed<'de> for Seed {
    type Value = Json;
    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Seed {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a policy document")
    }
    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }
    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bare(value.to_string()))
    }
    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Bare(value.to_string()))
    }
    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Bare(value.to_string()))
    }
    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Bare(value.to_string()))
    }
    fn visit_str<E>(self, value: &str) -> Result<Json, E> {
        Ok(Json::Text(value.to_owned()))
    }
    fn visit_string<E>(self, value: String) -> Result<Json, E> {
        Ok(Json::Text(value))
    }
    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Json, A::Error> {
        let mut items = Vec::new();
        while let Some(item) = seq.next_element_seed(self.deeper()?)? {
            items.push(item);
        }
        Ok(Json::List(items))
    }
    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Json, A::Error> {
        let mut members: Vec<(String, Json)> = Vec::new();
        let mut seen = std::collections::HashSet::new();
        while let Some(name) = map.next_key::<String>()? {
            if !seen.insert(name.clone()) {
                return Err(de::Error::custom("duplicate key"));
            }
            let value = map.next_value_seed(self.deeper()?)?;
            members.push((name, value));
        }
        Ok(Json::Object(members))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn duplicates_depth_and_trailing_text_are_refused() {
        assert_eq!(parse(r#"{"a":1,"a":2}"#), None);
        assert!(parse(r#"{"a":{"b":1},"c":{"b":true}}"#).is_some());
        assert_eq!(parse(&format!("{}{}", "[".repeat(26), "]".repeat(26))), None);
        assert_eq!(parse("{} x"), None);
        assert_eq!(
            parse("[1.5, false, null]"),
            Some(Json::List(vec![Json::Bare("1.5".into()), Json::Bare("false".into()), Json::Null]))
        );
    }
}
