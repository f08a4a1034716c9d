use super::{BlobEntry, BlobId, BlobReader, BlobRef, BlobWriter, Blobs};
use aws_lc_rs::digest;
use bytes::{Bytes, BytesMut};
use std::{
    collections::BTreeMap,
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::SystemTime,
};

type Kept = Mutex<BTreeMap<BlobId, (Bytes, SystemTime)>>;

/// Blobs that are gone with the process (`--ephemeral`).
#[derive(Default, Clone)]
pub struct MemoryBlobs(Arc<Kept>);

/// Every change is one map operation, so a panic elsewhere leaves a whole map.
fn lock(kept: &Kept) -> MutexGuard<'_, BTreeMap<BlobId, (Bytes, SystemTime)>> {
    kept.lock().unwrap_or_else(PoisonError::into_inner)
}

struct Part {
    kept: Arc<Kept>,
    body: BytesMut,
}

impl BlobWriter for Part {
    fn write(&mut self, part: &[u8]) -> io::Result<()> {
        self.body.extend_from_slice(part);
        Ok(())
    }

    fn finish(self: Box<Self>) -> io::Result<BlobRef> {
        let body = self.body.freeze();
        let mut id = [0; 32];
        id.copy_from_slice(digest::digest(&digest::SHA256, &body).as_ref());
        let blob = BlobRef { id: BlobId(id), bytes: body.len() as u64 };
        lock(&self.kept).insert(blob.id, (body, SystemTime::now()));
        Ok(blob)
    }
}

struct Reader(Bytes);

impl BlobReader for Reader {
    fn len(&self) -> u64 {
        self.0.len() as u64
    }

    fn read_at(&self, offset: u64, bytes_max: usize) -> io::Result<Bytes> {
        let from = usize::try_from(offset).unwrap_or(usize::MAX).min(self.0.len());
        Ok(self.0.slice(from..from.saturating_add(bytes_max).min(self.0.len())))
    }
}

impl Blobs for MemoryBlobs {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        Ok(Box::new(Part { kept: self.0.clone(), body: BytesMut::new() }))
    }

    fn open(&self, id: &BlobId) -> io::Result<Box<dyn BlobReader>> {
        let found = lock(&self.0).get(id).map(|(body, _)| body.clone());
        found.map(|body| Box::new(Reader(body)) as _).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn delete(&self, id: &BlobId) -> io::Result<bool> {
        Ok(lock(&self.0).remove(id).is_some())
    }

    fn list(&self, visit: &mut dyn FnMut(BlobEntry) -> io::Result<()>) -> io::Result<()> {
        let all: Vec<_> = lock(&self.0).iter().map(|(id, (body, put))| (*id, body.len() as u64, *put)).collect();
        all.into_iter().try_for_each(|(id, bytes, put)| visit(BlobEntry { blob: BlobRef { id, bytes }, put }))
    }
}
