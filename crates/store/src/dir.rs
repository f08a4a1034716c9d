//! The data directory.
//!
//! | file | what |
//! |---|---|
//! | `lock` | held by the server that writes; says which |
//! | `master.key` | 64 hexadecimal digits that everything secret hangs on; keep a copy elsewhere |
//! | `state.db`, `-wal`, `-shm` | the SQLite engine: state, records, documents, saved snapshots |
//! | `blobs/` | bodies, by the SHA-256 of their content ([`FileBlobs`](crate::FileBlobs)) |
//!
//! The directory is made with mode 0700 and every file in it with 0600.

use crate::{
    Commit, Engine, FileBlobs, MasterKey, Registry, Result, Saved, Settings, SqliteEngine, Step, Store, StoreError,
    engine, store::FORK,
};
use std::{
    ffi::OsStr,
    fs::{self, DirBuilder, File, OpenOptions, TryLockError},
    io::{Read, Seek, Write},
    os::unix::fs::{DirBuilderExt, OpenOptionsExt},
    path::{Path, PathBuf},
    sync::Arc,
};

const LOCK: &str = "lock";
const KEY: &str = "master.key";
const BLOBS: &str = "blobs";

/// Where the master key is.
#[derive(Clone, Default)]
pub enum KeySource {
    /// `master.key` in the data directory, made at the first start.
    #[default]
    InDir,
    /// A file elsewhere (a mounted secret), which must exist. Copies of the directory do not include it.
    File(PathBuf),
    /// Given by the program. Copies of the directory do not include it.
    Given(MasterKey),
}

/// A data directory: its path and whose key opens it.
#[derive(Clone)]
pub struct DataDir {
    path: PathBuf,
    key: KeySource,
}

impl std::fmt::Debug for DataDir {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("DataDir").field(&self.path).finish()
    }
}

impl DataDir {
    pub fn new(path: impl Into<PathBuf>) -> Self {
        DataDir { path: path.into(), key: KeySource::InDir }
    }

    pub fn with_key(mut self, key: KeySource) -> Self {
        self.key = key;
        self
    }

    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Opens it for this process alone, making it if it is not there. `holder` is what others are told when they find
    /// it in use (the process id is added).
    ///
    /// # Errors
    /// [`StoreError::Locked`], [`StoreError::MissingMasterKey`], [`StoreError::WrongMasterKey`], [`StoreError::Newer`]:
    /// none of them touches what is there.
    pub fn open(&self, tables: Registry, settings: Settings, holder: &str) -> Result<Store> {
        make_private_dir(&self.path)?;
        let lock = self.lock(holder)?;
        let (key, is_new) = match &self.key {
            KeySource::InDir => self.own_key()?,
            KeySource::File(path) => (MasterKey::read(path)?, false),
            KeySource::Given(key) => (key.clone(), false),
        };
        if is_new {
            write_private(&self.path.join(KEY), key.file_text().as_bytes())?;
        }
        let (state, log) = (self.path.join(engine::STATE_FILE), self.path.join(format!("{}-wal", engine::STATE_FILE)));
        if log.exists() && !state.exists() {
            return Err(StoreError::MissingState(state));
        }
        let engine = Arc::new(SqliteEngine::create(&self.path)?);
        if self.path.join(BLOBS).is_dir() {
            let path = self.path.join(BLOBS);
            self.blobs()?.clean().map_err(|why| StoreError::file("cleaning", &path, why))?;
        }
        sync(&self.path)?;
        Store::open_guarded(engine, tables, key, settings, Some(Box::new(lock)), false)
    }

    /// Opens what is durable now for reading, also while a server runs. It does not follow what happens afterwards.
    pub fn open_read_only(&self, tables: Registry) -> Result<Store> {
        let engine = Arc::new(SqliteEngine::open_read_only(&self.path)?);
        let key = match &self.key {
            KeySource::InDir => MasterKey::read(&self.path.join(KEY))?,
            KeySource::File(path) => MasterKey::read(path)?,
            KeySource::Given(key) => key.clone(),
        };
        Store::open_guarded(engine, tables, key, Settings::default(), None, true)
    }

    /// The blob store of this directory.
    pub fn blobs(&self) -> Result<FileBlobs> {
        FileBlobs::open(self.path.join(BLOBS))
    }

    /// Copies everything that is durable in `store` into `target`, which must not exist or be empty: state, records,
    /// saved snapshots, blobs, and the master key unless it is kept outside. The copy is there whole or not at all, and
    /// lives its own life. `as_of` puts its state back to a saved snapshot; its records are all there. Slow: not inside
    /// a bracket.
    pub fn fork(&self, store: &Store, target: &Path, as_of: Option<&Saved>) -> Result<DataDir> {
        let is_used = target.exists() && target.read_dir().map_or(true, |mut entries| entries.next().is_some());
        if is_used {
            return Err(StoreError::Engine(format!("{} is not empty", target.display())));
        }
        let mut part = target.as_os_str().to_owned();
        part.push(".part");
        let part = Path::new(&part);
        if part.exists() {
            fs::remove_dir_all(part).map_err(|why| StoreError::file("removing", part, why))?;
        }
        make_private_dir(part)?;
        let copied = self.copy_into(store, part, target.as_os_str(), as_of).and_then(|()| {
            fs::rename(part, target).map_err(|why| StoreError::file("naming", target, why))?;
            target.parent().filter(|parent| parent.is_dir()).map_or(Ok(()), sync)
        });
        if copied.is_err() {
            // What cannot be removed now is removed by the next fork of this name.
            let _ = fs::remove_dir_all(part);
        }
        copied.map(|()| DataDir { path: target.to_owned(), key: self.key.clone() })
    }

    fn copy_into(&self, store: &Store, target: &Path, name: &OsStr, as_of: Option<&Saved>) -> Result<()> {
        // The state before the blobs, so that every blob it speaks of is there; later ones are garbage in the copy.
        store.copy_engine_to(target)?;
        if let Some(Saved { version, .. }) = as_of {
            let copy = SqliteEngine::create(target)?;
            let restore = Commit { steps: vec![Step::Restore { version: *version }], records: Vec::new() };
            copy.append(copy.version()?, &[restore])?;
        }
        let at = store.position();
        let mark = format!("{} {} {}", name.to_string_lossy(), at.version, at.seq);
        SqliteEngine::create(target)?.set_property(FORK, mark.as_bytes())?;
        let from = self.path.join(BLOBS);
        if from.is_dir() {
            FileBlobs::open(from)?.copy_to(&target.join(BLOBS))?;
        }
        if matches!(self.key, KeySource::InDir) {
            write_private(&target.join(KEY), store.master_key().file_text().as_bytes())?;
        }
        sync(target)
    }

    fn own_key(&self) -> Result<(MasterKey, bool)> {
        let path = self.path.join(KEY);
        if path.exists() {
            return Ok((MasterKey::read(&path)?, false));
        }
        if self.path.join(engine::STATE_FILE).exists() {
            return Err(StoreError::MissingMasterKey(path));
        }
        Ok((MasterKey::generate()?, true))
    }

    /// The lock goes with the process, however that ends; the file stays and is taken over by the next.
    fn lock(&self, holder: &str) -> Result<File> {
        let path = self.path.join(LOCK);
        let failed = |why| StoreError::file("locking", &path, why);
        let mut file = private(OpenOptions::new().read(true).write(true).create(true).truncate(false))
            .open(&path)
            .map_err(failed)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut holder = String::new();
                let _ = file.take(1000).read_to_string(&mut holder);
                let holder = if holder.trim().is_empty() { "another process" } else { holder.trim() };
                return Err(StoreError::Locked { dir: self.path.clone(), holder: holder.to_owned() });
            }
            Err(TryLockError::Error(why)) => return Err(failed(why)),
        }
        file.set_len(0).and_then(|()| file.rewind()).map_err(failed)?;
        writeln!(file, "{holder} (process {})", std::process::id()).map_err(failed)?;
        Ok(file)
    }
}

fn private(options: &mut OpenOptions) -> &mut OpenOptions {
    options.mode(0o600)
}

pub(crate) fn make_private_dir(path: &Path) -> Result<()> {
    let made = DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.map_err(|why| StoreError::file("making", path, why))
}

/// Makes an empty file that only its owner can read, unless there is a file already.
pub(crate) fn create_private(path: &Path) -> Result<()> {
    let opened = private(OpenOptions::new().append(true).create(true)).open(path);
    opened.map(drop).map_err(|why| StoreError::file("making", path, why))
}

/// Writes a file that appears whole or not at all.
fn write_private(path: &Path, content: &[u8]) -> Result<()> {
    let failed = |why| StoreError::file("writing", path, why);
    let part = path.with_extension("part");
    let mut file = private(OpenOptions::new().write(true).create(true).truncate(true)).open(&part).map_err(failed)?;
    file.write_all(content).and_then(|()| file.sync_all()).map_err(failed)?;
    fs::rename(&part, path).map_err(failed)?;
    path.parent().map_or(Ok(()), sync)
}

/// Syncs a file's content, or a directory's names, to disk.
pub(crate) fn sync(path: &Path) -> Result<()> {
    File::open(path).and_then(|file| file.sync_all()).map_err(|why| StoreError::file("syncing", path, why))
}
