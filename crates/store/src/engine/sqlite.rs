//! The embedded engine: one SQLite file in WAL mode, synced to disk at every commit. Users may open it with the tools
//! they know while a server runs; `records` is made to be read by people, rows and secrets are not.

mod read;
mod schema;
#[cfg(test)]
mod tests;

use super::{Commit, Engine, KeyRange, Position, Saved, Step, VisitRow, memory::no_such};
use crate::{Document, DocumentHash, Record, RecordPage, RecordQuery, Recorded, Result, StoreError, dir};
use rusqlite::{CachedStatement, Connection, OptionalExtension, Transaction, TransactionBehavior, params};
use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::{Mutex, MutexGuard, PoisonError},
};

pub(crate) const FILE: &str = "state.db";

/// An engine on `state.db` in a data directory.
pub struct SqliteEngine {
    path: PathBuf,
    /// `None` when opened for reading only.
    writer: Mutex<Option<Writer>>,
    /// Connections for reading that nobody uses at the moment.
    readers: Mutex<Vec<Connection>>,
}

struct Writer {
    conn: Connection,
    /// Numbers that stand for table names in rows.
    tables: HashMap<String, i64>,
}

fn failed(why: rusqlite::Error) -> StoreError {
    StoreError::Engine(why.to_string())
}

impl SqliteEngine {
    /// Opens the state in `dir`, or makes an empty one there.
    ///
    /// # Errors
    /// [`StoreError::Newer`] if a newer Bastide wrote it; [`StoreError::Engine`] if it is no state of Bastide's.
    pub fn create(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        dir::create_private(&path)?;
        let mut conn = Connection::open(&path).map_err(failed)?;
        schema::check(&conn, &path)?;
        schema::prepare_writer(&mut conn)?;
        let tables = read::table_ids(&conn).map_err(failed)?;
        Ok(SqliteEngine { path, writer: Mutex::new(Some(Writer { conn, tables })), readers: Mutex::default() })
    }

    /// Opens the state in `dir` for reading, also while a server writes it.
    pub fn open_read_only(dir: &Path) -> Result<Self> {
        let path = dir.join(FILE);
        if !path.exists() {
            return Err(StoreError::Engine(format!("there is no state in {}", dir.display())));
        }
        let engine = SqliteEngine { path, writer: Mutex::new(None), readers: Mutex::default() };
        engine.read(|conn| schema::check(conn, &engine.path))?;
        Ok(engine)
    }

    fn writer(&self) -> MutexGuard<'_, Option<Writer>> {
        self.writer.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs `work` on a connection of its own for reading.
    fn read<R>(&self, work: impl FnOnce(&Connection) -> Result<R>) -> Result<R> {
        let pool = || self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        let idle = pool().pop();
        let conn = match idle {
            Some(conn) => conn,
            None => schema::open_reader(&self.path).map_err(failed)?,
        };
        let result = work(&conn)?;
        pool().push(conn);
        Ok(result)
    }

    pub(crate) fn version(&self) -> Result<u64> {
        self.read(|conn| read::position(conn).map(|at| at.version).map_err(failed))
    }

    /// Where numbering goes on, for a copy of an engine that is not SQLite.
    pub(super) fn set_position(&self, to: Position) -> Result<()> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(StoreError::ReadOnly)?;
        write_position(&writer.conn, to).map_err(failed)
    }
}

fn write_position(conn: &Connection, to: Position) -> rusqlite::Result<()> {
    conn.prepare_cached("UPDATE position SET version = ?1, seq = ?2")?.execute(params![to.version, to.seq])?;
    Ok(())
}

impl Writer {
    fn append(&mut self, expected: u64, commits: &[Commit]) -> Result<Position> {
        let Writer { conn, tables } = self;
        let tx = conn.transaction_with_behavior(TransactionBehavior::Immediate).map_err(failed)?;
        let from = read::position(&tx).map_err(failed)?;
        if from.version != expected {
            return Err(StoreError::Conflict { expected, found: from.version });
        }
        let mut seq = from.seq;
        let mut records = RecordInserter::new(&tx).map_err(failed)?;
        for commit in commits {
            for step in &commit.steps {
                apply(&tx, tables, step)?;
            }
            for record in &commit.records {
                seq += 1;
                records.insert(seq, record).map_err(failed)?;
            }
        }
        drop(records);
        let to = Commit::position_after(commits, from);
        write_position(&tx, to).map_err(failed)?;
        tx.commit().map_err(failed)?;
        Ok(to)
    }
}

fn table_id(tx: &Transaction<'_>, tables: &mut HashMap<String, i64>, name: &str) -> rusqlite::Result<i64> {
    if let Some(id) = tables.get(name) {
        return Ok(*id);
    }
    tx.execute("INSERT INTO tables (name) VALUES (?1)", [name])?;
    let id = tx.last_insert_rowid();
    tables.insert(name.to_owned(), id);
    Ok(id)
}

fn apply(tx: &Transaction<'_>, tables: &mut HashMap<String, i64>, step: &Step) -> Result<()> {
    let run = |sql: &str, values: &[&dyn rusqlite::ToSql]| -> Result<usize> {
        tx.prepare_cached(sql).and_then(|mut statement| statement.execute(values)).map_err(failed)
    };
    match step {
        Step::Put { table, key, row } => {
            let id = table_id(tx, tables, table).map_err(failed)?;
            let sql = "INSERT INTO rows (tbl, key, row) VALUES (?1, ?2, ?3)
                       ON CONFLICT (tbl, key) DO UPDATE SET row = excluded.row";
            run(sql, &[&id, &&key[..], row])?;
        }
        Step::Delete { table, key } => {
            let id = table_id(tx, tables, table).map_err(failed)?;
            run("DELETE FROM rows WHERE tbl = ?1 AND key = ?2", &[&id, &&key[..]])?;
        }
        Step::Clear => {
            run("DELETE FROM rows", &[])?;
        }
        Step::Restore { version } => {
            if run("UPDATE saved SET version = version WHERE version = ?1", &[version])? == 0 {
                return Err(no_such(*version));
            }
            run("DELETE FROM rows", &[])?;
            run("INSERT INTO rows SELECT tbl, key, row FROM saved_rows WHERE version = ?1", &[version])?;
        }
        Step::Save(Saved { version, name, time }) => {
            run("INSERT INTO saved (version, name, time) VALUES (?1, ?2, ?3)", &[version, name, &time.millis()])?;
            run("INSERT INTO saved_rows SELECT ?1, tbl, key, row FROM rows", &[version])?;
        }
        Step::Forget { version } => {
            if run("DELETE FROM saved WHERE version = ?1", &[version])? == 0 {
                return Err(no_such(*version));
            }
            run("DELETE FROM saved_rows WHERE version = ?1", &[version])?;
        }
    }
    Ok(())
}

/// Records are indexed by request id in segments, by a hash of the id: the random inserts of one moment all hit the
/// same few pages, however long the record is, and a look-up asks each segment.
pub(super) const SEGMENT_BITS: u32 = 16;

/// FNV-1a: stable across builds, unlike the standard hasher. Collisions are told apart by the record itself.
fn request_hash(request_id: &str) -> i64 {
    let hash = request_id
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    hash.cast_signed()
}

/// Records are most of what is written: their statements are at hand for a whole batch.
struct RecordInserter<'a> {
    record: CachedStatement<'a>,
    request: CachedStatement<'a>,
    document: CachedStatement<'a>,
}

impl<'a> RecordInserter<'a> {
    fn new(conn: &'a Connection) -> rusqlite::Result<Self> {
        Ok(RecordInserter {
            record: conn.prepare_cached(
                "INSERT INTO records (seq, time, request_id, account, principal, service, action, verdict, error, body)
                 VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)",
            )?,
            request: conn.prepare_cached("INSERT INTO requests (segment, hash, seq) VALUES (?1, ?2, ?3)")?,
            document: conn
                .prepare_cached("INSERT INTO documents (hash, text) VALUES (?1, ?2) ON CONFLICT DO NOTHING")?,
        })
    }

    fn insert(&mut self, seq: u64, record: &Record) -> rusqlite::Result<()> {
        self.record.execute(params![
            seq,
            record.time.millis(),
            record.request_id,
            record.account,
            record.principal,
            record.service,
            record.action,
            record.verdict,
            record.error,
            record.body,
        ])?;
        self.request.execute(params![seq >> SEGMENT_BITS, request_hash(&record.request_id), seq])?;
        for document in &record.documents {
            self.document.execute(params![&document.hash().0[..], document.text()])?;
        }
        Ok(())
    }
}

impl Engine for SqliteEngine {
    fn load(&self, visit: &mut VisitRow<'_>) -> Result<Position> {
        self.read(|conn| read::load(conn, visit))
    }

    fn append(&self, expected: u64, commits: &[Commit]) -> Result<Position> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(StoreError::ReadOnly)?;
        let known = writer.tables.len();
        let appended = writer.append(expected, commits);
        if appended.is_err() && writer.tables.len() != known {
            // Numbers given out in the transaction went away with it.
            writer.tables = read::table_ids(&writer.conn).map_err(failed)?;
        }
        appended
    }

    fn get(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>> {
        let sql = "SELECT row FROM rows WHERE tbl = (SELECT id FROM tables WHERE name = ?1) AND key = ?2";
        self.read(|conn| {
            let mut statement = conn.prepare_cached(sql).map_err(failed)?;
            statement.query_row(params![table, key], |row| row.get(0)).optional().map_err(failed)
        })
    }

    fn scan(&self, table: &str, range: &KeyRange, limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let sql = "SELECT key, row FROM rows WHERE tbl = (SELECT id FROM tables WHERE name = ?1)
                   AND key >= ?2 AND (?3 IS NULL OR key < ?3) ORDER BY key LIMIT ?4";
        self.read(|conn| {
            let mut statement = conn.prepare_cached(sql).map_err(failed)?;
            let values = params![table, range.start, range.end, i64::try_from(limit).unwrap_or(i64::MAX)];
            let rows = statement.query_map(values, |row| Ok((row.get(0)?, row.get(1)?))).map_err(failed)?;
            rows.collect::<rusqlite::Result<_>>().map_err(failed)
        })
    }

    fn records(&self, query: &RecordQuery) -> Result<RecordPage> {
        self.read(|conn| read::records(conn, query).map_err(failed))
    }

    fn records_by_request(&self, request_id: &str) -> Result<Vec<Recorded>> {
        let hash = request_hash(request_id);
        self.read(|conn| read::records_by_request(conn, request_id, hash).map_err(failed))
    }

    fn tail(&self, after: u64, limit: usize) -> Result<Vec<Recorded>> {
        self.read(|conn| read::tail(conn, after, limit).map_err(failed))
    }

    fn document(&self, hash: &DocumentHash) -> Result<Option<Document>> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT text FROM documents WHERE hash = ?1").map_err(failed)?;
            let text = statement.query_row([&hash.0[..]], |row| row.get::<_, String>(0)).optional().map_err(failed)?;
            Ok(text.map(Document::new))
        })
    }

    fn document_hashes(&self) -> Result<Vec<DocumentHash>> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT hash FROM documents").map_err(failed)?;
            let hashes = statement.query_map([], |row| row.get(0).map(DocumentHash)).map_err(failed)?;
            hashes.collect::<rusqlite::Result<_>>().map_err(failed)
        })
    }

    fn saved(&self) -> Result<Vec<Saved>> {
        self.read(|conn| read::saved(conn).map_err(failed))
    }

    fn load_saved(&self, version: u64, visit: &mut VisitRow<'_>) -> Result<bool> {
        self.read(|conn| read::load_saved(conn, version, visit))
    }

    fn property(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.read(|conn| {
            let mut statement = conn.prepare_cached("SELECT value FROM properties WHERE name = ?1").map_err(failed)?;
            statement.query_row([name], |row| row.get(0)).optional().map_err(failed)
        })
    }

    fn set_property(&self, name: &str, value: &[u8]) -> Result<()> {
        let mut guard = self.writer();
        let writer = guard.as_mut().ok_or(StoreError::ReadOnly)?;
        let sql = "INSERT INTO properties (name, value) VALUES (?1, ?2)
                   ON CONFLICT (name) DO UPDATE SET value = excluded.value";
        writer.conn.execute(sql, params![name, value]).map_err(failed)?;
        Ok(())
    }

    fn copy_to(&self, dir: &Path) -> Result<()> {
        let path = dir.join(FILE);
        dir::create_private(&path)?;
        let target = path.to_str().ok_or_else(|| StoreError::Engine(format!("{} is not UTF-8", path.display())))?;
        self.read(|conn| conn.execute("VACUUM INTO ?1", [target]).map_err(failed))?;
        dir::sync(&path)?;
        dir::sync(dir)
    }
}
