//! The state of the cloud and the record of every call.
//!
//! Control-plane state is held in memory as persistent maps: a [`Snapshot`] is a pointer, reading it takes nanoseconds,
//! and it never changes under its reader. Changes are made in a [`Bracket`], one at a time, and become durable together
//! with the records of the calls that made them, in the order in which they were decided, through an [`Engine`]. Bodies
//! are kept by [`Blobs`].
//!
//! ```text
//! begin() ─ Bracket ─ commit(records) ─┐                       ┌─ snapshot() shows it
//!           refuse(records) ───────────┤ queue → writer thread ├─ the Ticket answers
//! append_record(record, Wait | Queue) ─┘   (one sync a batch)  └─ tail() and watch() see it
//! ```
//!
//! Two heads: brackets build on the *pending* one, readers see the *durable* one. If the disk fails, everything that
//! waits fails, the pending head goes back to the durable one, and only records of calls that were answered already
//! stay queued.
//!
//! Never here: what a row or a record means, AWS's names, the network, a clock of its own (times come with the calls;
//! only the writer's 20 ms and the age of a blob are the machine's).
//!
//! Start at [`Store`], then [`Table`] and [`Tx`]. The data directory is described at [`DataDir`].

mod blob;
pub mod conformance;
mod dir;
mod engine;
mod error;
mod key;
mod record;
mod seal;
mod snapshot;
mod store;
mod table;
mod ticket;
mod tx;
mod writer;

pub use blob::{BlobEntry, BlobId, BlobReader, BlobRef, BlobWriter, Blobs, FileBlobs, MemoryBlobs};
pub use dir::{DataDir, KeySource};
pub use engine::{Commit, Engine, KeyRange, MemoryEngine, Position, Saved, SqliteEngine, Step, VisitRow};
pub use error::{Result, StoreError};
pub use key::{Encodes, Key, Prefix, Starts};
pub use record::{Document, DocumentHash, Record, RecordPage, RecordQuery, Recorded, Text};
pub use seal::{MasterKey, Sealing};
pub use snapshot::{Scan, Snapshot};
pub use store::{Bracket, Durability, Settings, Store};
pub use table::{Registry, Table};
pub use ticket::{Receipt, Ticket};
pub use tx::{SavedState, Savepoint, Tx};
