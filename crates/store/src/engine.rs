//! What an engine is: the durable half of the store. It knows bytes, not types, and one order of commits.

mod memory;
mod sqlite;

pub use memory::MemoryEngine;
pub(crate) use sqlite::FILE as STATE_FILE;
pub use sqlite::SqliteEngine;

use crate::{Document, DocumentHash, Record, RecordPage, RecordQuery, Recorded, Result, Text};
use bastide_base::Timestamp;
use std::{path::Path, sync::Arc};

/// How far the engine is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Position {
    /// Counts the commits that changed state.
    pub version: u64,
    /// The number of the newest record.
    pub seq: u64,
}

/// One step of a commit, applied in order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Step {
    Put {
        table: Text,
        key: Arc<[u8]>,
        row: Vec<u8>,
    },
    Delete {
        table: Text,
        key: Arc<[u8]>,
    },
    /// Empties every table, also those the program does not know. Records, documents and saved snapshots stay.
    Clear,
    /// Replaces every table by what the snapshot saved at this version holds.
    Restore {
        version: u64,
    },
    /// Keeps the state as of here under a name.
    Save(Saved),
    /// Drops a saved snapshot.
    Forget {
        version: u64,
    },
}

/// A saved snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Saved {
    /// The version of the state that it holds: the version that the commit which saved it made, so no two share it.
    pub version: u64,
    pub name: String,
    pub time: Timestamp,
}

/// What becomes durable together: state steps and the records of the calls that made them.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Commit {
    pub steps: Vec<Step>,
    pub records: Vec<Record>,
}

impl Commit {
    pub fn is_empty(&self) -> bool {
        self.steps.is_empty() && self.records.is_empty()
    }

    /// How far `commits` move an engine that stands at `from`.
    pub fn position_after(commits: &[Commit], from: Position) -> Position {
        commits.iter().fold(from, |at, commit| Position {
            version: at.version + u64::from(!commit.steps.is_empty()),
            seq: at.seq + commit.records.len() as u64,
        })
    }
}

/// A row as an engine hands it over: table, key, bytes.
pub type VisitRow<'a> = dyn FnMut(&str, &[u8], &[u8]) -> Result<()> + 'a;

/// Which keys of a bulk table to read: from `start` up to and without `end`.
#[derive(Debug, Clone, Default)]
pub struct KeyRange {
    pub start: Vec<u8>,
    /// `None`: to the last key.
    pub end: Option<Vec<u8>>,
}

/// The durable half of the store.
///
/// Everything an `append` carries is durable when it returns, or nothing of it ever is. Reads see whole appends only.
/// One thread appends; any may read meanwhile. Every engine passes [`conformance::run`](crate::conformance::run).
pub trait Engine: Send + Sync + 'static {
    /// Shows every row to `visit`, and says which position they are of.
    fn load(&self, visit: &mut VisitRow<'_>) -> Result<Position>;

    /// Applies `commits` in order if the state is still at version `expected`; numbers their records on from the newest.
    ///
    /// # Errors
    /// [`Conflict`](crate::StoreError::Conflict) if the state is elsewhere; then, as after every error, nothing happened.
    fn append(&self, expected: u64, commits: &[Commit]) -> Result<Position>;

    /// One row.
    fn get(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>>;
    /// At most `limit` rows of a table in the order of their keys.
    fn scan(&self, table: &str, range: &KeyRange, limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>>;

    /// Records that match, newest first.
    fn records(&self, query: &RecordQuery) -> Result<RecordPage>;
    /// The records with this request id, oldest first.
    fn records_by_request(&self, request_id: &str) -> Result<Vec<Recorded>>;
    /// Records behind `after`, oldest first: what followers of the log read.
    fn tail(&self, after: u64, limit: usize) -> Result<Vec<Recorded>>;

    fn document(&self, hash: &DocumentHash) -> Result<Option<Document>>;
    fn document_hashes(&self) -> Result<Vec<DocumentHash>>;

    /// The saved snapshots in the order they were made.
    fn saved(&self) -> Result<Vec<Saved>>;
    /// The rows of the snapshot saved at `version`; `false` if there is none.
    fn load_saved(&self, version: u64, visit: &mut VisitRow<'_>) -> Result<bool>;

    /// A small value beside the state, untouched by everything above (the check value of the master key).
    fn property(&self, name: &str) -> Result<Option<Vec<u8>>>;
    fn set_property(&self, name: &str, value: &[u8]) -> Result<()>;

    /// Writes everything as of now into `dir`, which exists, for the SQLite engine to open.
    fn copy_to(&self, dir: &Path) -> Result<()>;
}
