use super::{BlobEntry, BlobId, BlobReader, BlobRef, BlobWriter, Blobs};
use crate::{Result, StoreError, dir};
use aws_lc_rs::digest;
use bytes::Bytes;
use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    os::unix::fs::{FileExt, OpenOptionsExt},
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU64, Ordering},
    time::SystemTime,
};

/// Where bodies are written before they have a name.
const PARTS: &str = "parts";

/// Blobs as files: `blobs/ab/abcdef…`. A blob is written to `blobs/parts/`, synced, and renamed.
pub struct FileBlobs {
    path: PathBuf,
    parts: AtomicU64,
}

impl FileBlobs {
    /// Opens the blobs in `path`, making it if needed. Parts that a crash left behind stay until
    /// [`clean`](Self::clean): another handle may be writing them.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self> {
        let path = path.into();
        dir::make_private_dir(&path.join(PARTS))?;
        Ok(FileBlobs { path, parts: AtomicU64::new(0) })
    }

    /// Removes unfinished parts. [`DataDir::open`](crate::DataDir::open) does so, holding the directory's lock.
    pub fn clean(&self) -> io::Result<u64> {
        let mut removed = 0;
        for entry in fs::read_dir(self.path.join(PARTS))? {
            fs::remove_file(entry?.path())?;
            removed += 1;
        }
        Ok(removed)
    }

    fn path_of(&self, id: &BlobId) -> PathBuf {
        let name = id.to_string();
        self.path.join(&name[..2]).join(name)
    }

    /// Copies every blob to `target`: by hard links where the file system has them, since blobs never change.
    pub(crate) fn copy_to(&self, target: &Path) -> Result<()> {
        let copy = FileBlobs::open(target)?;
        let mut dirs = std::collections::BTreeSet::new();
        let copied = self.list(&mut |entry| {
            let (from, to) = (self.path_of(&entry.blob.id), copy.path_of(&entry.blob.id));
            let parent = to.parent().unwrap_or(target).to_owned();
            fs::create_dir_all(&parent)?;
            dirs.insert(parent);
            match fs::hard_link(&from, &to) {
                Ok(()) => Ok(()),
                // Swept since it was listed: nobody needs it.
                Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
                Err(_) => {
                    fs::copy(&from, &to)?;
                    File::open(&to)?.sync_all()
                }
            }
        });
        copied.map_err(|why| StoreError::file("copying blobs to", target, why))?;
        dirs.iter().try_for_each(|parent| dir::sync(parent))?;
        dir::sync(target)
    }
}

struct Part {
    file: File,
    path: PathBuf,
    blobs: PathBuf,
    hash: digest::Context,
    bytes: u64,
    is_finished: bool,
}

impl Drop for Part {
    fn drop(&mut self) {
        if !self.is_finished {
            // What cannot be removed now is removed by `clean` at the next start.
            let _ = fs::remove_file(&self.path);
        }
    }
}

impl BlobWriter for Part {
    fn write(&mut self, part: &[u8]) -> io::Result<()> {
        self.file.write_all(part)?;
        self.hash.update(part);
        self.bytes += part.len() as u64;
        Ok(())
    }

    fn finish(mut self: Box<Self>) -> io::Result<BlobRef> {
        self.file.sync_all()?;
        let mut id = [0; 32];
        id.copy_from_slice(self.hash.clone().finish().as_ref());
        let id = BlobId(id);
        let name = id.to_string();
        let parent = self.blobs.join(&name[..2]);
        if !parent.is_dir() {
            fs::create_dir_all(&parent)?;
            File::open(&self.blobs)?.sync_all()?;
        }
        // An equal blob that is there already is replaced by itself, only younger, which keeps a sweep off it.
        fs::rename(&self.path, parent.join(name))?;
        self.is_finished = true;
        File::open(&parent)?.sync_all()?;
        Ok(BlobRef { id, bytes: self.bytes })
    }
}

struct Reader {
    file: File,
    bytes: u64,
}

impl BlobReader for Reader {
    fn len(&self) -> u64 {
        self.bytes
    }

    fn read_at(&self, offset: u64, bytes_max: usize) -> io::Result<Bytes> {
        let left = usize::try_from(self.bytes.saturating_sub(offset)).unwrap_or(usize::MAX);
        let mut part = vec![0; left.min(bytes_max)];
        self.file.read_exact_at(&mut part, offset)?;
        Ok(part.into())
    }
}

impl Blobs for FileBlobs {
    fn create(&self) -> io::Result<Box<dyn BlobWriter>> {
        let number = self.parts.fetch_add(1, Ordering::Relaxed);
        // The address tells two handles of one process apart.
        let path = self.path.join(PARTS).join(format!("{}-{:p}-{number}", process::id(), self));
        let file = OpenOptions::new().write(true).create_new(true).mode(0o600).open(&path)?;
        let hash = digest::Context::new(&digest::SHA256);
        Ok(Box::new(Part { file, path, blobs: self.path.clone(), hash, bytes: 0, is_finished: false }))
    }

    fn open(&self, id: &BlobId) -> io::Result<Box<dyn BlobReader>> {
        let file = File::open(self.path_of(id))?;
        let bytes = file.metadata()?.len();
        Ok(Box::new(Reader { file, bytes }))
    }

    fn delete(&self, id: &BlobId) -> io::Result<bool> {
        match fs::remove_file(self.path_of(id)) {
            Ok(()) => Ok(true),
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(why) => Err(why),
        }
    }

    fn list(&self, visit: &mut dyn FnMut(BlobEntry) -> io::Result<()>) -> io::Result<()> {
        for shelf in fs::read_dir(&self.path)? {
            let shelf = shelf?;
            if shelf.file_name() == PARTS {
                continue;
            }
            for entry in fs::read_dir(shelf.path())? {
                let entry = entry?;
                let Some(id) = entry.file_name().to_str().and_then(|name| name.parse().ok()) else { continue };
                let about = match entry.metadata() {
                    Ok(about) => about,
                    Err(why) if why.kind() == io::ErrorKind::NotFound => continue,
                    Err(why) => return Err(why),
                };
                let put = about.modified().unwrap_or(SystemTime::UNIX_EPOCH);
                visit(BlobEntry { blob: BlobRef { id, bytes: about.len() }, put })?;
            }
        }
        Ok(())
    }
}
