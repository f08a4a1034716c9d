//! Bodies: large, immutable, found by the SHA-256 of their content. Naming by content means that a blob is never
//! overwritten, that the same calls give the same names, and that a saved snapshot's blobs cannot change below it.
//! Who refers to a blob is the state's business; what nobody refers to is swept.

mod file;
mod memory;

pub use file::FileBlobs;
pub use memory::MemoryBlobs;

use bytes::Bytes;
use std::{fmt, io, str::FromStr, time::SystemTime};

/// SHA-256 of a blob's content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BlobId(pub [u8; 32]);

impl fmt::Display for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&hex::encode(self.0))
    }
}
impl fmt::Debug for BlobId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl FromStr for BlobId {
    type Err = hex::FromHexError;
    fn from_str(text: &str) -> Result<Self, hex::FromHexError> {
        let mut id = [0; 32];
        hex::decode_to_slice(text, &mut id)?;
        Ok(BlobId(id))
    }
}
impl serde::Serialize for BlobId {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}
impl<'de> serde::Deserialize<'de> for BlobId {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// A stored blob: put it into the state's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct BlobRef {
    pub id: BlobId,
    pub bytes: u64,
}

/// A blob in the list for sweeping.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BlobEntry {
    pub blob: BlobRef,
    /// When it was last put. A sweep leaves alone what is younger than the longest call.
    pub put: SystemTime,
}

/// Keeps bodies. All calls block; the gateway makes them off its own threads.
pub trait Blobs: Send + Sync + 'static {
    /// Begins a blob. Dropped without [`finish`](BlobWriter::finish) it leaves nothing.
    fn create(&self) -> io::Result<Box<dyn BlobWriter>>;
    /// Opens a blob; it can be read to its end even if it is deleted meanwhile.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`].
    fn open(&self, id: &BlobId) -> io::Result<Box<dyn BlobReader>>;
    /// Deletes a blob; says whether it was there.
    fn delete(&self, id: &BlobId) -> io::Result<bool>;
    /// Shows every blob there is, in no order.
    fn list(&self, visit: &mut dyn FnMut(BlobEntry) -> io::Result<()>) -> io::Result<()>;
}

/// A blob that is being streamed in.
pub trait BlobWriter: Send {
    fn write(&mut self, part: &[u8]) -> io::Result<()>;
    /// Makes the blob durable and findable.
    fn finish(self: Box<Self>) -> io::Result<BlobRef>;
}

/// A blob that is being read.
pub trait BlobReader: Send + Sync {
    fn len(&self) -> u64;
    fn is_empty(&self) -> bool {
        self.len() == 0
    }
    /// The bytes from `offset` on, at most `bytes_max`, fewer only at the end.
    fn read_at(&self, offset: u64, bytes_max: usize) -> io::Result<Bytes>;
}
