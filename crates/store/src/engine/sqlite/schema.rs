use super::failed;
use crate::{Result, StoreError};
use rusqlite::{Connection, OpenFlags};
use std::{path::Path, time::Duration};

/// `BSTD`, in the header of the file.
const APPLICATION: i32 = 0x4253_5444;
/// The form of the tables below. A Bastide that finds a higher number refuses.
const FORMAT: u32 = 1;

const TABLES: &str = "
    CREATE TABLE position (one INTEGER PRIMARY KEY CHECK (one = 1), version INTEGER NOT NULL, seq INTEGER NOT NULL) STRICT;
    INSERT INTO position VALUES (1, 0, 0);
    CREATE TABLE properties (name TEXT PRIMARY KEY, value BLOB NOT NULL) STRICT;
    CREATE TABLE tables (id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE) STRICT;
    CREATE TABLE rows (tbl INTEGER NOT NULL, key BLOB NOT NULL, row BLOB NOT NULL, PRIMARY KEY (tbl, key))
        STRICT, WITHOUT ROWID;
    CREATE TABLE saved (version INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE, time INTEGER NOT NULL) STRICT;
    CREATE TABLE saved_rows (version INTEGER NOT NULL, tbl INTEGER NOT NULL, key BLOB NOT NULL, row BLOB NOT NULL,
        PRIMARY KEY (version, tbl, key)) STRICT, WITHOUT ROWID;
    CREATE TABLE records (seq INTEGER PRIMARY KEY, time INTEGER NOT NULL, request_id TEXT NOT NULL,
        account TEXT NOT NULL, principal TEXT NOT NULL, service TEXT NOT NULL, action TEXT NOT NULL,
        verdict TEXT NOT NULL, error TEXT NOT NULL, body BLOB NOT NULL) STRICT;
    CREATE TABLE requests (segment INTEGER NOT NULL, hash INTEGER NOT NULL, seq INTEGER NOT NULL,
        PRIMARY KEY (segment, hash, seq)) STRICT, WITHOUT ROWID;
    CREATE TABLE documents (hash BLOB PRIMARY KEY, text TEXT NOT NULL) STRICT, WITHOUT ROWID;
";

/// Whether the file is ours (or still empty) and of a form that we know. Touches nothing.
pub fn check(conn: &Connection, path: &Path) -> Result<()> {
    conn.busy_timeout(Duration::from_secs(10)).map_err(failed)?;
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i32>(0)).map_err(failed);
    let objects: i64 = conn.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if objects == 0 {
        return Ok(());
    }
    if pragma("application_id")? != APPLICATION {
        return Err(StoreError::Engine(format!("{} is not a state of Bastide", path.display())));
    }
    let found = pragma("user_version")?.cast_unsigned();
    if found > FORMAT {
        return Err(StoreError::Newer { found, known: FORMAT });
    }
    Ok(())
}

pub fn prepare_writer(conn: &mut Connection) -> Result<()> {
    let settings = [
        ("journal_mode", "WAL"),
        // Every commit is synced before it is acknowledged; where the system knows a stronger sync, that one.
        ("synchronous", "FULL"),
        ("fullfsync", "ON"),
        // What is deleted is overwritten where that needs no extra write.
        ("secure_delete", "FAST"),
        ("wal_autocheckpoint", "2000"),
        ("journal_size_limit", "67108864"),
        ("temp_store", "MEMORY"),
        ("cache_size", "-8192"),
    ];
    for (name, value) in settings {
        conn.pragma_update(None, name, value).map_err(failed)?;
    }
    conn.set_prepared_statement_cache_capacity(64);
    let tx = conn.transaction().map_err(failed)?;
    let objects: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |row| row.get(0)).map_err(failed)?;
    if objects == 0 {
        tx.execute_batch(TABLES).map_err(failed)?;
        tx.pragma_update(None, "application_id", APPLICATION).map_err(failed)?;
        tx.pragma_update(None, "user_version", FORMAT).map_err(failed)?;
    }
    tx.commit().map_err(failed)
}

pub fn open_reader(path: &Path) -> rusqlite::Result<Connection> {
    let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
    let conn = Connection::open_with_flags(path, flags)?;
    conn.busy_timeout(Duration::from_secs(10))?;
    conn.pragma_update(None, "cache_size", "-2048")?;
    Ok(conn)
}
