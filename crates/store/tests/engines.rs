//! Both engines do the same, and both are what the trait says.

use bastide_store::{Engine, MemoryEngine, Record, SqliteEngine, StoreError, conformance};
use std::sync::Arc;

#[test]
fn the_memory_engine_conforms() {
    let scratch = tempfile::tempdir().unwrap();
    conformance::run(&|_| Arc::new(MemoryEngine::new()), false, scratch.path());
}

#[test]
fn the_sqlite_engine_conforms() {
    let dir = tempfile::tempdir().unwrap();
    let scratch = tempfile::tempdir().unwrap();
    let open = |place: &str| -> Arc<dyn Engine> {
        let place = dir.path().join(place);
        std::fs::create_dir_all(&place).unwrap();
        Arc::new(SqliteEngine::create(&place).unwrap())
    };
    conformance::run(&open, true, scratch.path());
}

#[test]
fn the_memory_engine_forgets_its_oldest_records_beyond_its_bound() {
    let engine = MemoryEngine::with_record_bytes_max(10_000);
    for n in 0..100 {
        let record = Record { request_id: n.to_string(), body: vec![0; 500], ..Default::default() };
        let commit = bastide_store::Commit { steps: Vec::new(), records: vec![record] };
        engine.append(0, &[commit]).unwrap();
    }
    let kept = engine.tail(0, 1000).unwrap();
    assert!((5..20).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept.last().unwrap().seq, 100);
    assert_eq!(kept.last().unwrap().record.request_id, "99");
}

#[test]
fn a_file_of_somebody_else_or_of_the_future_is_refused_untouched() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("state.db");
    let foreign = rusqlite::Connection::open(&path).unwrap();
    foreign.execute_batch("CREATE TABLE mine (x)").unwrap();
    drop(foreign);
    let bytes = std::fs::read(&path).unwrap();
    let refused = SqliteEngine::create(dir.path()).err().unwrap().to_string();
    assert!(refused.contains("is not a state of Bastide"), "{refused}");
    assert_eq!(std::fs::read(&path).unwrap(), bytes);

    let dir = tempfile::tempdir().unwrap();
    drop(SqliteEngine::create(dir.path()).unwrap());
    let path = dir.path().join("state.db");
    let ours = rusqlite::Connection::open(&path).unwrap();
    ours.pragma_update(None, "user_version", 99).unwrap();
    ours.close().unwrap();
    let newer = StoreError::Newer { found: 99, known: 1 };
    assert_eq!(SqliteEngine::create(dir.path()).err(), Some(newer.clone()));
    assert_eq!(SqliteEngine::open_read_only(dir.path()).err(), Some(newer));
}
