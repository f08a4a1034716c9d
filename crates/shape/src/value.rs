//! What a request or an answer says, independent of the protocol that carried it.

use bastide_base::Timestamp;

/// One value of the API model. Structures keep only the members that are set, in the model's order.
#[derive(Debug, Clone, PartialEq)]
pub enum Value {
    Bool(bool),
    /// Integer and long.
    Int(i64),
    /// Float and double.
    Float(f64),
    String(String),
    Blob(Vec<u8>),
    Timestamp(Timestamp),
    List(Vec<Value>),
    /// In the order of arrival.
    Map(Vec<(String, Value)>),
    Structure(Fields),
    /// A document type, and JSON null inside a sparse list or map.
    Document(serde_json::Value),
    /// The body streams beside the value (S3): the gateway carries it, the value only says that it is there.
    Stream,
}

/// The set members of a structure by their AWS name.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Fields(pub Vec<(&'static str, Value)>);

impl Fields {
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.iter().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// Takes a member out, leaving the rest.
    pub fn take(&mut self, name: &str) -> Option<Value> {
        let at = self.0.iter().position(|(key, _)| *key == name)?;
        Some(self.0.swap_remove(at).1)
    }

    pub fn set(&mut self, name: &'static str, value: Value) {
        self.0.push((name, value));
    }
}
