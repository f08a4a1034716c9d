use bastide_policy::{Policy, PolicyError, PolicyKind};
use bastide_store::Document;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// A policy as it was written, together with its compiled form, which is made at first use and lives as long as the row
/// that holds it: changing the row is what drops it.
#[derive(Clone)]
pub struct PolicyDocument(Arc<Inner>);

struct Inner {
    text: Arc<str>,
    kind: PolicyKind,
    compiled: OnceLock<Result<Policy, PolicyError>>,
    document: OnceLock<Document>,
}

impl PolicyDocument {
    /// Takes a document in, refusing what AWS refuses.
    pub fn parse(text: impl Into<String>, kind: PolicyKind) -> Result<Self, PolicyError> {
        let document = Self::stored(text, kind);
        document.compiled().map_err(Clone::clone)?;
        Ok(document)
    }

    /// A document that was accepted before.
    pub fn stored(text: impl Into<String>, kind: PolicyKind) -> Self {
        PolicyDocument(Arc::new(Inner {
            text: Arc::from(text.into()),
            kind,
            compiled: OnceLock::new(),
            document: OnceLock::new(),
        }))
    }

    pub fn text(&self) -> &str {
        &self.0.text
    }

    pub fn kind(&self) -> PolicyKind {
        self.0.kind
    }

    /// The compiled form, or why there is none. A document that does not compile grants nothing and denies the call.
    pub fn compiled(&self) -> Result<&Policy, &PolicyError> {
        self.0.compiled.get_or_init(|| Policy::parse(self.0.kind, &self.0.text)).as_ref()
    }

    /// The text under its hash: the name by which the record finds this version again.
    pub fn document(&self) -> &Document {
        self.0.document.get_or_init(|| Document::new(self.0.text.clone()))
    }
}

impl PartialEq for PolicyDocument {
    fn eq(&self, other: &Self) -> bool {
        self.0.text == other.0.text && self.0.kind == other.0.kind
    }
}

impl fmt::Debug for PolicyDocument {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("PolicyDocument").field(&self.0.text).finish()
    }
}

#[derive(Serialize, Deserialize)]
struct Row<'a> {
    text: std::borrow::Cow<'a, str>,
    kind: PolicyKind,
}

impl Serialize for PolicyDocument {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Row { text: self.text().into(), kind: self.kind() }.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for PolicyDocument {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let row = Row::deserialize(deserializer)?;
        Ok(PolicyDocument::stored(row.text.into_owned(), row.kind))
    }
}
