use super::*;
use crate::{MasterKey, Registry, Settings, Store, Table};
use std::sync::Arc;

enum Rows {}

impl Table for Rows {
    const NAME: &'static str = "test.rows";
    type Key = u64;
    type Row = Vec<u8>;
}

/// A full disk, as SQLite itself sees it.
fn pages_max(engine: &SqliteEngine, pages: u32) {
    let mut guard = engine.writer();
    let conn = &guard.as_mut().unwrap().conn;
    conn.query_row(&format!("PRAGMA max_page_count = {pages}"), [], |row| row.get::<_, u32>(0)).unwrap();
}

#[test]
fn a_full_disk_fails_the_call_leaves_nothing_and_heals() {
    let dir = tempfile::tempdir().unwrap();
    let engine = Arc::new(SqliteEngine::create(dir.path()).unwrap());
    let key = MasterKey::from_bytes([1; 32]);
    let open = |engine: Arc<SqliteEngine>| {
        Store::open(engine, Registry::new().with::<Rows>(), key.clone(), Settings::default()).unwrap()
    };
    let store = open(engine.clone());
    let write = |n: u64| {
        let mut bracket = store.begin();
        bracket.put::<Rows>(n, vec![n as u8; 20_000]);
        let record = Record { request_id: n.to_string(), ..Record::default() };
        bracket.commit(vec![record]).unwrap().wait()
    };
    pages_max(&engine, 60);
    let full = (0..100).find_map(|n| write(n).err().map(|why| (n, why)));
    let (written, why) = full.expect("sixty pages are full at some time");
    assert!(written > 0 && why.to_string().contains("full"), "{written} {why}");
    assert_eq!(store.snapshot().len::<Rows>() as u64, written);
    assert_eq!(store.tail(0, 1000).unwrap().len() as u64, written);
    assert!(write(written).is_err(), "it stays full");
    assert_eq!(store.begin().len::<Rows>() as u64, written);

    pages_max(&engine, 10_000);
    write(written).unwrap();
    drop((store, engine));
    let store = open(Arc::new(SqliteEngine::create(dir.path()).unwrap()));
    assert_eq!(store.snapshot().len::<Rows>() as u64, written + 1);
    let ids: Vec<_> = store.tail(0, 1000).unwrap().into_iter().map(|found| found.record.request_id).collect();
    assert_eq!(ids, (0..=written).map(|n| n.to_string()).collect::<Vec<_>>());
}

#[test]
fn requests_are_found_across_segments() {
    let dir = tempfile::tempdir().unwrap();
    let engine = SqliteEngine::create(dir.path()).unwrap();
    engine.set_position(Position { version: 0, seq: (3 << SEGMENT_BITS) - 2 }).unwrap();
    for _ in 0..3 {
        let record = Record { request_id: "same".into(), ..Record::default() };
        engine.append(0, &[Commit { steps: Vec::new(), records: vec![record] }]).unwrap();
    }
    let seqs: Vec<_> = engine.records_by_request("same").unwrap().iter().map(|found| found.seq).collect();
    assert_eq!(seqs, [(3 << 16) - 1, 3 << 16, (3 << 16) + 1]);
}

/// The layout that people and other programs may rely on; a change needs a new `FORMAT` and a way up from the old one.
#[test]
fn the_file_says_what_it_is() {
    let dir = tempfile::tempdir().unwrap();
    drop(SqliteEngine::create(dir.path()).unwrap());
    let conn = Connection::open(dir.path().join(FILE)).unwrap();
    let pragma = |name: &str| conn.pragma_query_value(None, name, |row| row.get::<_, i64>(0)).unwrap();
    assert_eq!((pragma("application_id"), pragma("user_version")), (0x4253_5444, 1));
    let mode: String = conn.pragma_query_value(None, "journal_mode", |row| row.get(0)).unwrap();
    assert_eq!(mode, "wal");
    let mut names = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY name").unwrap();
    let names: Vec<String> = names.query_map([], |row| row.get(0)).unwrap().map(std::result::Result::unwrap).collect();
    let known = ["documents", "position", "properties", "records", "requests", "rows", "saved", "saved_rows", "tables"];
    assert_eq!(names, known);
}
