use crate::{
    Commit, Document, DocumentHash, Engine, MasterKey, MemoryEngine, Position, Receipt, Record, RecordPage,
    RecordQuery, Recorded, Registry, Result, Saved, SavedState, Snapshot, StoreError, Ticket, Tx,
    seal::Sealing,
    snapshot::{Loader, State},
    table::Tables,
    writer::Writer,
};
use std::{
    cell::Cell,
    collections::BTreeSet,
    ops::{Deref, DerefMut},
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    thread::JoinHandle,
};
use tokio::sync::watch;

/// Engine property that tells a copy from what it was copied from.
pub(crate) const FORK: &str = "fork";
/// Engine property that recognises the master key.
const KEY_CHECK: &str = "master-key-check";

/// When the record of a call counts as kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Durability {
    /// When it is on disk: calls that changed state, were denied or failed.
    Wait,
    /// When it is in the queue, which is on disk within 50 ms: allowed reads. If the queue is full or the disk fails,
    /// this is [`Wait`](Durability::Wait).
    Queue,
}

/// How a store behaves.
#[derive(Debug, Clone)]
pub struct Settings {
    /// Makes every record wait: allowed reads, too, are on disk before they are answered.
    pub reads_wait: bool,
    /// How many calls' records may wait for the disk before callers do.
    pub queue_max: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Settings { reads_wait: false, queue_max: 16_384 }
    }
}

/// The state of the cloud and the record of every call. Clones are handles to the same store; when the last one is
/// dropped, what is queued is written and the engine is closed.
#[derive(Clone)]
pub struct Store(Arc<Inner>);

struct Inner {
    writer: Arc<Writer>,
    tables: Arc<Tables>,
    rows: Sealing,
    master: MasterKey,
    unknown: BTreeSet<String>,
    settings: Settings,
    thread: Mutex<Option<JoinHandle<()>>>,
    /// What must outlive the writer: the data directory's lock.
    _guard: Option<Box<dyn Send + Sync>>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Store").field(&self.snapshot()).finish()
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.stop();
    }
}

impl Inner {
    /// Queues records that change no state.
    fn push(&self, records: Vec<Record>) -> Ticket {
        let queued = self.writer.push(Commit { steps: Vec::new(), records }, None);
        queued.unwrap_or_else(|why| Ticket::ready(Err(why)))
    }

    fn stop(&self) {
        self.writer.close();
        let thread = self.thread.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(thread) = thread {
            // An Err is the panic of the thread, whose callers have been told.
            let _ = thread.join();
        }
    }
}

impl Store {
    /// Opens what `engine` holds.
    ///
    /// # Errors
    /// [`StoreError::WrongMasterKey`] before anything is touched; [`StoreError::Row`] if rows do not fit their tables.
    pub fn open(engine: Arc<dyn Engine>, tables: Registry, master: MasterKey, settings: Settings) -> Result<Store> {
        Self::open_guarded(engine, tables, master, settings, None, false)
    }

    /// A store that keeps nothing, under a key that is as short-lived.
    pub fn ephemeral(tables: Registry) -> Result<Store> {
        Self::open(Arc::new(MemoryEngine::new()), tables, MasterKey::generate()?, Settings::default())
    }

    pub(crate) fn open_guarded(
        engine: Arc<dyn Engine>,
        tables: Registry,
        master: MasterKey,
        settings: Settings,
        guard: Option<Box<dyn Send + Sync>>,
        read_only: bool,
    ) -> Result<Store> {
        let tables = Arc::new(tables.finish()?);
        let check = master.check_value();
        match engine.property(KEY_CHECK)? {
            Some(found) if found == check => {}
            Some(_) => return Err(StoreError::WrongMasterKey),
            None if read_only => {}
            None => engine.set_property(KEY_CHECK, &check)?,
        }
        let rows = master.sealing(b"rows");
        let mut loader = Loader::new(&tables);
        let position = loader.run(&rows, |visit| engine.load(visit))?;
        let unknown = std::mem::take(&mut loader.unknown);
        let state = State { version: position.version, rows: loader.rows(), saved: engine.saved()? };
        let head = Snapshot { tables: tables.clone(), state: Arc::new(state) };

        let writer = Writer::new(engine, head, position, settings.queue_max)?;
        let thread = if read_only {
            writer.close();
            None
        } else {
            let writer = writer.clone();
            let spawned = std::thread::Builder::new().name("store-writer".into()).spawn(move || writer.run());
            Some(spawned.map_err(|why| StoreError::Engine(format!("no thread to write with: {why}")))?)
        };
        let thread = Mutex::new(thread);
        Ok(Store(Arc::new(Inner { writer, tables, rows, master, unknown, settings, thread, _guard: guard })))
    }

    /// The newest durable state.
    pub fn snapshot(&self) -> Snapshot {
        Snapshot::clone(&self.0.writer.durable.load())
    }

    /// Opens the bracket: until it is committed, refused or dropped, nobody else changes state, and what is read through
    /// it is what the commit will be based on. Brackets are short and never wait for anything.
    ///
    /// # Panics
    /// Inside a bracket of the same thread, and so do [`Ticket::wait`] and all that blocks: it would wait for itself.
    #[track_caller]
    pub fn begin(&self) -> Bracket<'_> {
        outside_bracket();
        let pending = self.0.writer.pending();
        let tx = Tx::new(pending.clone());
        Bracket { store: self, pending, tx, _open: Open::new() }
    }

    /// Records a call that did not change state. See [`Bracket::refuse`] for one that was decided in a bracket.
    pub fn append_record(&self, record: Record, durability: Durability) -> Ticket {
        if let Err(why) = check(std::slice::from_ref(&record)) {
            return Ticket::ready(Err(why));
        }
        match durability {
            Durability::Queue if !self.0.settings.reads_wait => self.0.writer.push_queued(record),
            _ => self.0.push(vec![record]),
        }
    }

    /// Answers when everything queued before is durable.
    pub fn flush(&self) -> Ticket {
        self.0.push(Vec::new())
    }

    /// Writes what is queued and stops; every later write fails, reads go on.
    pub fn close(&self) -> Result<Receipt> {
        let flushed = self.flush().wait();
        self.0.stop();
        flushed
    }

    /// What queries of the record must not miss: calls that were just answered.
    fn flushed(&self) -> Result<&dyn Engine> {
        match self.flush().wait() {
            Ok(_) | Err(StoreError::ReadOnly) => Ok(&*self.0.writer.engine),
            Err(why) => Err(why),
        }
    }

    /// Records that match, newest first, including every call answered before. Blocks; never inside a bracket.
    pub fn records(&self, query: &RecordQuery) -> Result<RecordPage> {
        self.flushed()?.records(query)
    }

    /// The records of one request, oldest first. Blocks; never inside a bracket.
    pub fn records_by_request(&self, request_id: &str) -> Result<Vec<Recorded>> {
        self.flushed()?.records_by_request(request_id)
    }

    /// Durable records behind `after`, oldest first, for those who follow the log with a cursor.
    pub fn tail(&self, after: u64, limit: usize) -> Result<Vec<Recorded>> {
        self.0.writer.engine.tail(after, limit)
    }

    /// Changes whenever something has become durable: wait on it, then [`tail`](Self::tail).
    pub fn watch(&self) -> watch::Receiver<Position> {
        self.0.writer.position.subscribe()
    }

    /// How far the durable state is.
    pub fn position(&self) -> Position {
        *self.0.writer.position.borrow()
    }

    /// A text that records refer to.
    pub fn document(&self, hash: &DocumentHash) -> Result<Option<Document>> {
        self.0.writer.engine.document(hash)
    }

    /// Whether the text is stored, so that a record need not carry it. (Carrying a known one costs nothing on disk.)
    pub fn knows_document(&self, hash: &DocumentHash) -> bool {
        self.0.writer.documents.read().unwrap_or_else(PoisonError::into_inner).contains(hash)
    }

    /// Reads the rows of a saved snapshot, to [`restore`](Tx::restore) them in a bracket. Slow: do it before.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSnapshot`].
    pub fn load_saved(&self, name: &str) -> Result<SavedState> {
        let no_such = || StoreError::NoSuchSnapshot(name.to_owned());
        let saved = self.snapshot().saved().iter().find(|saved| saved.name == name).cloned().ok_or_else(no_such)?;
        let mut loader = Loader::new(&self.0.tables);
        let found = loader.run(&self.0.rows, |visit| self.0.writer.engine.load_saved(saved.version, visit))?;
        if found { Ok(SavedState { saved, rows: loader.rows() }) } else { Err(no_such()) }
    }

    /// What distinguishes this store from the one it was forked from, until [`Store::settle_fork`].
    ///
    /// # Errors
    /// When the engine cannot be read.
    pub fn fork_mark(&self) -> Result<Option<Vec<u8>>> {
        Ok(self.0.writer.engine.property(FORK)?.filter(|mark| !mark.is_empty()))
    }

    /// The fork has become a house of its own.
    ///
    /// # Errors
    /// When the engine cannot be written.
    pub fn settle_fork(&self) -> Result<()> {
        self.0.writer.engine.set_property(FORK, b"")
    }

    /// Tables that are stored but that this program does not know. They are kept untouched.
    pub fn unknown_tables(&self) -> impl Iterator<Item = &str> {
        self.0.unknown.iter().map(String::as_str)
    }

    /// The key of this store, for the subkeys of others (session tokens).
    pub fn master_key(&self) -> &MasterKey {
        &self.0.master
    }

    /// Writes everything that is durable now into the existing directory `dir`, in the SQLite engine's form.
    pub(crate) fn copy_engine_to(&self, dir: &Path) -> Result<()> {
        self.flushed()?.copy_to(dir)
    }
}

/// The largest body of a record.
const BODY_BYTES_MAX: usize = 16 << 20;

fn check(records: &[Record]) -> Result<()> {
    match records.iter().map(|record| record.body.len()).max() {
        Some(bytes) if bytes > BODY_BYTES_MAX => {
            Err(StoreError::TooLarge { what: "a record", bytes, bytes_max: BODY_BYTES_MAX })
        }
        _ => Ok(()),
    }
}

/// One transaction on the newest state, alone. Dropped, it leaves no trace.
pub struct Bracket<'a> {
    store: &'a Store,
    pending: MutexGuard<'a, Snapshot>,
    tx: Tx,
    _open: Open,
}

thread_local! {
    static IN_BRACKET: Cell<bool> = const { Cell::new(false) };
}

/// Marks this thread as being inside a bracket, which cannot leave it.
struct Open;

impl Open {
    fn new() -> Self {
        IN_BRACKET.set(true);
        Open
    }
}
impl Drop for Open {
    fn drop(&mut self) {
        IN_BRACKET.set(false);
    }
}

/// Turns what would hang when the disk fails (or at once) into a message in the first test that does it.
#[track_caller]
pub(crate) fn outside_bracket() {
    assert!(!IN_BRACKET.get(), "nothing waits inside a bracket: it holds what it would wait for");
}

impl Deref for Bracket<'_> {
    type Target = Tx;
    fn deref(&self) -> &Tx {
        &self.tx
    }
}
impl DerefMut for Bracket<'_> {
    fn deref_mut(&mut self) -> &mut Tx {
        &mut self.tx
    }
}

impl Bracket<'_> {
    pub fn tx(&mut self) -> &mut Tx {
        &mut self.tx
    }

    /// Closes the bracket and hands the changes and their records, which become durable together, to the disk. The next
    /// bracket builds on them at once; readers see them, and the ticket answers, when they are durable.
    ///
    /// # Errors
    /// If a row cannot be encoded; then nothing happened, and the call that failed is still to be recorded.
    pub fn commit(self, records: Vec<Record>) -> Result<Ticket> {
        let Bracket { store, mut pending, tx, _open } = self;
        check(&records)?;
        let (steps, after) = tx.finish(&store.0.rows)?;
        if steps.is_empty() {
            return Ok(store.0.push(records));
        }
        let ticket = store.0.writer.push(Commit { steps, records }, Some(after.clone()))?;
        // A batch that fails puts the pending head back under this lock, so it cannot do so before this line.
        *pending = after;
        Ok(ticket)
    }

    /// Closes the bracket, throws its changes away and records the calls that were denied or failed, in the order in
    /// which they were decided.
    pub fn refuse(self, records: Vec<Record>) -> Ticket {
        let Bracket { store, pending, tx: _, _open } = self;
        let ticket = match check(&records) {
            Ok(()) => store.0.push(records),
            Err(why) => Ticket::ready(Err(why)),
        };
        drop(pending);
        ticket
    }
}

/// A saved snapshot in a list.
impl std::fmt::Display for Saved {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} {} (version {})", self.time, self.name, self.version)
    }
}
