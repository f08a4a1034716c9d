//! The request context: condition keys and their values.

use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// A condition key's name or one of its values. Literals cost nothing, the rest is owned.
pub type Text = Cow<'static, str>;

/// The value of one key. Whether a key has one value or several is a property of the key, not of the request ("Single-valued
/// vs. multivalued context keys"): `aws:TagKeys` is [`Values::Many`] even when one tag is sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Values {
    One(Text),
    Many(Vec<Text>),
}

impl Values {
    /// The values as a slice; never more than one for a single-valued key.
    pub fn as_slice(&self) -> &[Text] {
        match self {
            Values::One(value) => std::slice::from_ref(value),
            Values::Many(values) => values,
        }
    }

    /// Whether there is something to compare. A multivalued key with no value, or only empty ones, is a null data set,
    /// which counts as absent ("Set operators for multivalued context keys"); a single empty string is a value.
    pub(crate) fn is_null(&self) -> bool {
        match self {
            Values::One(_) => false,
            Values::Many(values) => values.iter().all(|value| value.is_empty()),
        }
    }
}

/// Condition keys and their values, all as text. Names are kept as given and compared without regard to case
/// ("IAM JSON policy elements: Condition": key names are not case-sensitive), tag keys in them included.
///
/// It holds some twenty keys, so it is a plain list: a look-up compares lengths first and is faster than hashing.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Context {
    keys: Vec<(Text, Values)>,
}

impl Context {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_capacity(keys: usize) -> Self {
        Context { keys: Vec::with_capacity(keys) }
    }

    /// Sets a single-valued key; a name that is there already (in any case) is replaced.
    pub fn set(&mut self, name: impl Into<Text>, value: impl Into<Text>) -> &mut Self {
        self.insert(name.into(), Values::One(value.into()))
    }

    /// Sets a multivalued key; a name that is there already (in any case) is replaced.
    pub fn set_many<V: Into<Text>>(&mut self, name: impl Into<Text>, values: impl IntoIterator<Item = V>) -> &mut Self {
        self.insert(name.into(), Values::Many(values.into_iter().map(Into::into).collect()))
    }

    pub fn insert(&mut self, name: Text, values: Values) -> &mut Self {
        match self.keys.iter_mut().find(|(key, _)| key.eq_ignore_ascii_case(&name)) {
            Some(slot) => slot.1 = values,
            None => self.keys.push((name, values)),
        }
        self
    }

    /// Adds every key of `other`, which wins over what is there.
    pub fn extend(&mut self, other: Context) {
        for (name, values) in other.keys {
            self.insert(name, values);
        }
    }

    pub fn remove(&mut self, name: &str) {
        self.keys.retain(|(key, _)| !key.eq_ignore_ascii_case(name));
    }

    pub fn get(&self, name: &str) -> Option<&Values> {
        self.keys.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, values)| values)
    }

    /// The value of a single-valued key; `None` where it is absent or multivalued.
    pub fn one(&self, name: &str) -> Option<&str> {
        match self.get(name) {
            Some(Values::One(value)) => Some(value),
            _ => None,
        }
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &Values)> {
        self.keys.iter().map(|(name, values)| (&**name, values))
    }

    pub fn len(&self) -> usize {
        self.keys.len()
    }

    pub fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_compared_without_case_and_the_last_value_stays() {
        let mut context = Context::new();
        context.set("aws:PrincipalTag/Team", "red").set("AWS:principaltag/TEAM", "blue");
        context.set_many("aws:TagKeys", ["a", "b"]);
        assert_eq!(context.len(), 2);
        assert_eq!(context.one("aws:principaltag/team"), Some("blue"));
        assert_eq!(context.one("aws:TagKeys"), None, "a multivalued key has no single value");
        assert_eq!(context.get("AWS:TAGKEYS").unwrap().as_slice(), ["a", "b"]);
    }
}
