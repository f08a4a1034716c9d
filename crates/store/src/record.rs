use aws_lc_rs::digest;
use bastide_base::Timestamp;
use std::{borrow::Cow, fmt, sync::Arc};

/// Summary text of a record: mostly a service's constants, so borrowing costs nothing.
pub type Text = Cow<'static, str>;

/// What is kept of one call. The store filters by the summary and does not interpret the body.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Record {
    pub time: Timestamp,
    /// The id that the answer carried. Calls made on behalf of a call have their own.
    pub request_id: String,
    /// The account that was called, twelve digits; empty when nobody was recognised.
    pub account: Text,
    /// ARN of the principal; empty when nobody was recognised.
    pub principal: Text,
    pub service: Text,
    /// The operation or IAM action, as the kernel names it.
    pub action: Text,
    /// `allowed`, `denied`, …: the kernel's word.
    pub verdict: Text,
    /// AWS's error code; empty when the call succeeded.
    pub error: Text,
    /// The whole record in the kernel's own form.
    pub body: Vec<u8>,
    /// Texts that the body refers to by hash (policy versions). Stored once each; empty on records that were read back.
    pub documents: Vec<Document>,
}

/// A record with its place in the one order of calls: 1, 2, 3 … without gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    pub seq: u64,
    pub record: Record,
}

/// Which records to read. Empty members do not filter.
#[derive(Debug, Clone, Default)]
pub struct RecordQuery {
    pub account: Option<String>,
    pub principal: Option<String>,
    pub service: Option<String>,
    pub action: Option<String>,
    pub verdict: Option<String>,
    pub error: Option<String>,
    pub since: Option<Timestamp>,
    pub until: Option<Timestamp>,
    /// Newest first: only records before this one (the `next` of the page before). `None` starts at the newest.
    pub before: Option<u64>,
    /// At most so many; bounded by [`RecordQuery::LIMIT_MAX`].
    pub limit: usize,
}

impl RecordQuery {
    pub const LIMIT_MAX: usize = 1000;
    /// How many records one page looks at: a filter that matches little gives short pages, never a long wait.
    pub const SCANNED_MAX: u64 = 50_000;

    /// The newest `limit` records.
    pub fn newest(limit: usize) -> Self {
        RecordQuery { limit, ..Default::default() }
    }

    pub(crate) fn matches(&self, record: &Record) -> bool {
        let is = |wanted: &Option<String>, found: &Text| wanted.as_ref().is_none_or(|wanted| wanted == found);
        is(&self.account, &record.account)
            && is(&self.principal, &record.principal)
            && is(&self.service, &record.service)
            && is(&self.action, &record.action)
            && is(&self.verdict, &record.verdict)
            && is(&self.error, &record.error)
            && self.since.is_none_or(|since| record.time >= since)
            && self.until.is_none_or(|until| record.time < until)
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RecordPage {
    /// Newest first.
    pub records: Vec<Recorded>,
    /// Give it as `before` for the page that follows; `None` when everything has been looked at.
    pub next: Option<u64>,
}

/// SHA-256 of a document's text.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DocumentHash(pub [u8; 32]);

impl fmt::Display for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
impl fmt::Debug for DocumentHash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl std::str::FromStr for DocumentHash {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut hash = [0; 32];
        hex::decode_to_slice(text, &mut hash)?;
        Ok(DocumentHash(hash))
    }
}

/// A text that records refer to by its hash, so that a decision stays explainable after the policy has changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    hash: DocumentHash,
    text: Arc<str>,
}

impl Document {
    pub fn new(text: impl Into<Arc<str>>) -> Self {
        let text = text.into();
        let mut hash = [0; 32];
        hash.copy_from_slice(digest::digest(&digest::SHA256, text.as_bytes()).as_ref());
        Document { hash: DocumentHash(hash), text }
    }

    pub fn hash(&self) -> DocumentHash {
        self.hash
    }

    pub fn text(&self) -> &str {
        &self.text
    }
}
