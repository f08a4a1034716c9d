//! Brackets, heads, records and saved snapshots, as a service and the kernel meet them.

mod common;

use bastide_base::Timestamp;
use bastide_store::{
    Document, Durability, MasterKey, MemoryEngine, Receipt, Record, RecordQuery, Settings, Snapshot, Starts, Store,
    StoreError, Table, Tx,
};
use common::{Counters, Faulty, Users, account, record, tables, user};
use std::sync::{Arc, atomic::Ordering};

fn store() -> Store {
    Store::ephemeral(tables()).unwrap()
}

fn faulty() -> (Arc<Faulty<MemoryEngine>>, Store) {
    faulty_with(Settings::default())
}

fn faulty_with(settings: Settings) -> (Arc<Faulty<MemoryEngine>>, Store) {
    let engine = Faulty::new(MemoryEngine::new());
    let store = Store::open(engine.clone(), tables(), MasterKey::from_bytes([1; 32]), settings).unwrap();
    (engine, store)
}

/// One commit that counts counter 0 up.
fn count(store: &Store, id: &str) -> bastide_store::Ticket {
    let mut bracket = store.begin();
    let now = counter(&bracket);
    bracket.put::<Counters>((0, 0), now + 1);
    bracket.commit(vec![record(id)]).unwrap()
}

fn counter(snapshot: &Snapshot) -> u64 {
    snapshot.get::<Counters>((0, 0)).map_or(0, |row| *row)
}

fn ids(store: &Store) -> Vec<String> {
    store.flush().wait().unwrap();
    store.tail(0, 10_000).unwrap().into_iter().map(|found| found.record.request_id).collect()
}

#[test]
fn a_commit_is_seen_by_readers_when_its_ticket_answers_and_old_snapshots_do_not_change() {
    let store = store();
    let before = store.snapshot();
    let mut bracket = store.begin();
    bracket.put::<Users>((account(42), "alice".to_owned()), user("/"));
    assert!(bracket.get::<Users>((account(42), "alice")).is_some(), "a bracket sees its own writes");
    assert!(store.snapshot().get::<Users>((account(42), "alice")).is_none(), "nobody else does");
    let receipt = bracket.commit(vec![record("one"), record("two")]).unwrap().wait().unwrap();

    assert_eq!(receipt, Receipt { version: 1, seq: Some(2) });
    assert_eq!(store.snapshot().version(), 1);
    assert_eq!(store.snapshot().get::<Users>((account(42), "alice")).unwrap().path, "/");
    assert!(before.get::<Users>((account(42), "alice")).is_none());
    assert_eq!(ids(&store), ["one", "two"]);
}

#[test]
fn a_dropped_or_refused_bracket_leaves_no_state() {
    let store = store();
    let mut bracket = store.begin();
    bracket.put::<Counters>((0, 0), 7);
    drop(bracket);
    let mut bracket = store.begin();
    assert_eq!(counter(&bracket), 0);
    bracket.put::<Counters>((0, 0), 8);
    let receipt = bracket.refuse(vec![record("denied")]).wait().unwrap();
    assert_eq!(receipt, Receipt { version: 0, seq: Some(1) });
    assert_eq!(counter(&store.snapshot()), 0);
    assert_eq!(counter(&store.begin()), 0);
    assert_eq!(ids(&store), ["denied"]);
}

#[test]
fn a_part_of_a_transaction_can_be_rolled_back() {
    let store = store();
    let mut bracket = store.begin();
    bracket.put::<Counters>((0, 0), 1);
    let point = bracket.savepoint();
    bracket.put::<Counters>((0, 0), 2);
    bracket.put::<Counters>((0, 1), 2);
    assert!(bracket.delete::<Counters>((0, 0)));
    bracket.rollback(point);
    assert_eq!(counter(&bracket), 1);
    bracket.commit(vec![]).unwrap().wait().unwrap();
    assert_eq!(store.snapshot().len::<Counters>(), 1);
    assert_eq!(counter(&store.snapshot()), 1);
}

#[test]
fn rows_are_listed_in_order_by_prefix_and_page_by_page() {
    let store = store();
    let mut bracket = store.begin();
    for name in ["bob", "alice", "alina", "al", "zoe"] {
        bracket.put::<Users>((account(2), name.to_owned()), user("/"));
    }
    bracket.put::<Users>((account(1), "other".to_owned()), user("/"));
    bracket.put::<Users>((account(3), "other".to_owned()), user("/"));
    let names = |found: bastide_store::Scan<'_, Users>| found.map(|((_, name), _)| name).collect::<Vec<_>>();
    assert_eq!(names(bracket.scan::<Users>((account(2),))), ["al", "alice", "alina", "bob", "zoe"]);
    assert_eq!(names(bracket.scan::<Users>((account(2), Starts("ali")))), ["alice", "alina"]);
    assert_eq!(names(bracket.scan_after::<Users>((account(2),), (account(2), "alina"))), ["bob", "zoe"]);
    assert_eq!(
        names(bracket.scan_after::<Users>((account(2),), (account(2), "am"))),
        ["bob", "zoe"],
        "a deleted marker"
    );
    assert_eq!(names(bracket.scan_after::<Users>((account(2),), (account(1), "x"))).len(), 5, "a marker before them");
    assert_eq!(names(bracket.scan_after::<Users>((account(2),), (account(9), "x"))), [""; 0], "a marker behind them");
    let last = bracket.scan::<Users>((account(2),)).next_back().unwrap();
    assert_eq!(last.0, (account(2), "zoe".to_owned()));
    assert_eq!(bracket.scan::<Users>(()).count(), 7);
    assert_eq!(bracket.scan::<Users>((account(4),)).count(), 0);
}

#[test]
fn a_row_is_changed_in_place_without_touching_older_snapshots() {
    let store = store();
    let mut bracket = store.begin();
    bracket.put::<Users>((account(1), "alice".to_owned()), user("/old/"));
    bracket.commit(vec![]).unwrap().wait().unwrap();
    let before = store.snapshot();
    let mut bracket = store.begin();
    assert!(bracket.update::<Users>((account(1), "bob"), |_| ()).is_none());
    let changed = bracket.update::<Users>((account(1), "alice"), |user| user.path = "/new/".into()).unwrap();
    assert_eq!(changed.path, "/new/");
    bracket.commit(vec![]).unwrap().wait().unwrap();
    assert_eq!(before.get::<Users>((account(1), "alice")).unwrap().path, "/old/");
    assert_eq!(store.snapshot().get::<Users>((account(1), "alice")).unwrap().path, "/new/");
}

#[test]
fn brackets_build_on_each_other_before_the_disk_has_them_and_readers_wait() {
    let (engine, store) = faulty();
    engine.shut();
    let first = count(&store, "1");
    engine.wait_for_append();
    let rest: Vec<_> = (2..=5).map(|n| count(&store, &n.to_string())).collect();
    assert_eq!(counter(&store.begin()), 5, "the pending head");
    assert_eq!(counter(&store.snapshot()), 0, "the durable head");
    assert!(!first.is_ready());
    engine.open();
    assert_eq!(first.wait(), Ok(Receipt { version: 1, seq: Some(1) }));
    for (n, ticket) in (2..).zip(rest) {
        assert_eq!(ticket.wait(), Ok(Receipt { version: n, seq: Some(n) }));
    }
    assert_eq!(counter(&store.snapshot()), 5);
    assert_eq!(engine.appends.load(Ordering::SeqCst), 2, "what queued up meanwhile went down in one append");
    assert_eq!(ids(&store), ["1", "2", "3", "4", "5"]);
}

#[test]
fn when_the_disk_fails_all_that_wait_fail_nothing_is_seen_and_later_writes_work() {
    let (engine, store) = faulty();
    count(&store, "kept").wait().unwrap();
    engine.shut();
    let doomed = count(&store, "doomed");
    engine.wait_for_append();
    let queued_behind = count(&store, "behind");
    let refused_behind = store.begin().refuse(vec![record("refused")]);
    engine.fails.store(true, Ordering::SeqCst);
    engine.open();
    for ticket in [doomed, queued_behind, refused_behind] {
        assert_eq!(ticket.wait(), Err(StoreError::Engine("the disk is on fire".into())));
    }
    assert_eq!(counter(&store.snapshot()), 1);
    assert_eq!(counter(&store.begin()), 1);

    engine.fails.store(false, Ordering::SeqCst);
    assert_eq!(count(&store, "after").wait(), Ok(Receipt { version: 2, seq: Some(2) }));
    assert_eq!(counter(&store.snapshot()), 2);
    assert_eq!(ids(&store), ["kept", "after"]);
}

#[test]
fn every_single_failing_append_leaves_a_consistent_store() {
    for fail_at in 1..=12 {
        let (engine, store) = faulty();
        engine.fail_at.store(fail_at, Ordering::SeqCst);
        let mut acknowledged = Vec::new();
        for n in 0..12 {
            let id = n.to_string();
            if count(&store, &id).wait().is_ok() {
                acknowledged.push(id);
            }
        }
        assert_eq!(acknowledged.len(), 11);
        assert_eq!(counter(&store.snapshot()), 11);
        assert_eq!(ids(&store), acknowledged);
        let seqs: Vec<_> = store.tail(0, 100).unwrap().iter().map(|found| found.seq).collect();
        assert_eq!(seqs, (1..=11).collect::<Vec<_>>(), "no gaps");
    }
}

#[test]
fn the_record_of_an_answered_read_survives_a_failing_disk_and_reads_then_wait() {
    let (engine, store) = faulty();
    engine.fails.store(true, Ordering::SeqCst);
    let answered = store.append_record(record("answered"), Durability::Queue);
    assert_eq!(answered.wait(), Ok(Receipt { version: 0, seq: None }));
    assert!(count(&store, "doomed").wait().is_err());
    let while_failing = store.append_record(record("unanswered"), Durability::Queue);
    assert!(while_failing.wait().is_err(), "a call whose record cannot be written fails");

    engine.fails.store(false, Ordering::SeqCst);
    count(&store, "after").wait().unwrap();
    assert_eq!(ids(&store), ["answered", "after"]);
}

#[test]
fn queued_records_reach_the_disk_by_themselves() {
    let (engine, store) = faulty();
    let mut position = store.watch();
    let ticket = store.append_record(record("read"), Durability::Queue);
    assert!(ticket.is_ready());
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(position.changed()).unwrap();
    assert_eq!(position.borrow().seq, 1);
    assert_eq!(engine.appends.load(Ordering::SeqCst), 1);
    assert_eq!(store.tail(0, 10).unwrap()[0].record.request_id, "read");
}

#[test]
fn a_full_queue_slows_the_caller_and_drops_nothing() {
    let (engine, store) = faulty_with(Settings { queue_max: 3, ..Settings::default() });
    engine.shut();
    let waiting = store.append_record(record("0"), Durability::Wait);
    engine.wait_for_append();
    let tickets: Vec<_> = (1..=5).map(|n| store.append_record(record(&n.to_string()), Durability::Queue)).collect();
    assert_eq!(tickets.iter().map(|ticket| ticket.is_ready()).collect::<Vec<_>>(), [true, true, true, false, false]);
    engine.open();
    waiting.wait().unwrap();
    for ticket in tickets {
        ticket.wait().unwrap();
    }
    assert_eq!(ids(&store), ["0", "1", "2", "3", "4", "5"]);
}

#[test]
fn a_setting_makes_reads_wait() {
    let (engine, store) = faulty_with(Settings { reads_wait: true, ..Settings::default() });
    engine.shut();
    let ticket = store.append_record(record("read"), Durability::Queue);
    engine.wait_for_append();
    assert!(!ticket.is_ready());
    engine.open();
    assert_eq!(ticket.wait(), Ok(Receipt { version: 0, seq: Some(1) }));
}

#[test]
fn a_query_finds_every_call_answered_before_it() {
    let store = store();
    for n in 0..10 {
        store.append_record(record(&n.to_string()), Durability::Queue).wait().unwrap();
        assert_eq!(store.records_by_request(&n.to_string()).unwrap()[0].seq, n + 1);
        assert_eq!(store.records(&RecordQuery::newest(1)).unwrap().records[0].record.request_id, n.to_string());
    }
}

#[test]
fn what_is_queued_is_written_when_the_store_is_dropped_or_closed() {
    let (engine, store) = faulty();
    drop(store.append_record(record("queued"), Durability::Queue));
    drop(store);
    assert_eq!(bastide_store::Engine::tail(&*engine, 0, 10).unwrap()[0].record.request_id, "queued");

    let (engine, store) = faulty();
    drop(store.append_record(record("queued"), Durability::Queue));
    store.close().unwrap();
    assert_eq!(bastide_store::Engine::tail(&*engine, 0, 10).unwrap().len(), 1);
    assert_eq!(store.append_record(record("late"), Durability::Queue).wait(), Err(StoreError::ReadOnly));
    let mut bracket = store.begin();
    bracket.put::<Counters>((0, 0), 1);
    assert_eq!(bracket.commit(vec![]).err(), Some(StoreError::ReadOnly));
    assert_eq!(counter(&store.begin()), 0);
    assert_eq!(store.records(&RecordQuery::newest(9)).unwrap().records.len(), 1, "reading goes on");
}

#[test]
fn documents_are_kept_once_and_found_by_hash() {
    let store = store();
    let policy = Document::new(r#"{"Version":"2012-10-17","Statement":[]}"#);
    assert!(!store.knows_document(&policy.hash()));
    let with = |id: &str| Record { documents: vec![policy.clone()], ..record(id) };
    store.append_record(with("1"), Durability::Wait).wait().unwrap();
    assert!(store.knows_document(&policy.hash()));
    store.append_record(with("2"), Durability::Wait).wait().unwrap();
    assert_eq!(store.document(&policy.hash()).unwrap(), Some(policy.clone()));
    assert_eq!(store.document(&Document::new("other").hash()).unwrap(), None);
    assert_eq!(policy.hash().to_string().parse(), Ok(policy.hash()));
}

#[test]
fn the_state_is_saved_restored_and_cleared_as_commits() {
    let store = store();
    count(&store, "1").wait().unwrap();
    let mut bracket = store.begin();
    let saved = bracket.save("before", Timestamp::from_secs(5)).unwrap();
    bracket.commit(vec![record("save")]).unwrap().wait().unwrap();
    assert_eq!((saved.version, store.snapshot().version()), (2, 2));
    let at_save = store.snapshot().state_hash().unwrap();
    count(&store, "2").wait().unwrap();
    assert_ne!(store.snapshot().state_hash().unwrap(), at_save);

    let mut bracket = store.begin();
    assert_eq!(bracket.save("before", Timestamp::default()), Err(StoreError::SnapshotExists("before".into())));
    for bad in ["", "a/b", "ü", &"x".repeat(129)] {
        assert_eq!(bracket.save(bad, Timestamp::default()), Err(StoreError::BadSnapshotName(bad.into())));
    }
    assert!(bracket.is_unchanged());
    drop(bracket);

    let loaded = store.load_saved("before").unwrap();
    assert_eq!(store.load_saved("never").err(), Some(StoreError::NoSuchSnapshot("never".into())));
    let mut bracket = store.begin();
    bracket.put::<Counters>((9, 9), 9);
    bracket.restore(&loaded).unwrap();
    assert_eq!(counter(&bracket), 1);
    bracket.commit(vec![record("restore")]).unwrap().wait().unwrap();
    assert_eq!(store.snapshot().state_hash().unwrap(), at_save, "what the bracket wrote before the restore is gone");
    assert_eq!(store.snapshot().version(), 4, "versions only go up");
    assert_eq!(ids(&store), ["1", "save", "2", "restore"], "the record stays");

    let mut bracket = store.begin();
    bracket.clear();
    bracket.put::<Counters>((0, 0), 100);
    bracket.commit(vec![record("reset")]).unwrap().wait().unwrap();
    assert_eq!((counter(&store.snapshot()), store.snapshot().len::<Counters>()), (100, 1));
    assert_eq!(store.snapshot().saved(), [saved]);

    let mut bracket = store.begin();
    bracket.forget("before").unwrap();
    assert_eq!(bracket.forget("before"), Err(StoreError::NoSuchSnapshot("before".into())));
    assert_eq!(bracket.restore(&loaded), Err(StoreError::NoSuchSnapshot("before".into())));
    bracket.commit(vec![]).unwrap().wait().unwrap();
    assert!(store.snapshot().saved().is_empty());
    assert!(store.load_saved("before").is_err());
}

#[test]
fn one_transaction_may_save_what_it_restores_and_may_not_forget_it() {
    let store = store();
    let mut bracket = store.begin();
    bracket.put::<Counters>((0, 0), 1);
    bracket.save("one", Timestamp::default()).unwrap();
    assert_eq!(bracket.save("two", Timestamp::default()), Err(StoreError::BadSnapshotName("two".into())));
    assert_eq!(bracket.forget("one"), Err(StoreError::NoSuchSnapshot("one".into())));
    bracket.commit(vec![]).unwrap().wait().unwrap();
    count(&store, "2").wait().unwrap();
    let mut bracket = store.begin();
    let one = store.load_saved("one").unwrap();
    bracket.restore(&one).unwrap();
    assert_eq!(bracket.forget("one"), Err(StoreError::NoSuchSnapshot("one".into())));
    bracket.save("again", Timestamp::default()).unwrap();
    bracket.commit(vec![]).unwrap().wait().unwrap();
    let again = store.load_saved("again").unwrap();
    let mut bracket = store.begin();
    bracket.clear();
    bracket.restore(&again).unwrap();
    assert_eq!(counter(&bracket), 1);
}

#[test]
fn equal_states_have_equal_hashes_whatever_the_key_and_the_way_there() {
    let with = |key: u8, names: &[&str]| {
        let engine = Arc::new(MemoryEngine::new());
        let store = Store::open(engine, tables(), MasterKey::from_bytes([key; 32]), Settings::default()).unwrap();
        for name in names {
            let mut bracket = store.begin();
            let secret = Some(bastide_base::SecretString::new(format!("secret of {name}")));
            bracket.put::<Users>((account(1), (*name).to_owned()), common::User { secret, ..user("/") });
            bracket.commit(vec![]).unwrap().wait().unwrap();
        }
        store.snapshot().state_hash().unwrap()
    };
    assert_eq!(with(1, &["alice", "bob"]), with(2, &["bob", "alice", "bob"]));
    assert_ne!(with(1, &["alice"]), with(1, &["bob"]));
    assert_eq!(with(1, &[]), with(2, &[]));

    let mut a = Tx::over(&Snapshot::empty(tables()).unwrap());
    let mut b = a.clone();
    let secret = |text: &str| Some(bastide_base::SecretString::new(text.to_owned()));
    a.put::<Users>((account(1), "x".to_owned()), common::User { secret: secret("1"), ..user("/") });
    b.put::<Users>((account(1), "x".to_owned()), common::User { secret: secret("2"), ..user("/") });
    assert_ne!(a.state_hash().unwrap(), b.state_hash().unwrap(), "secrets count");
}

#[test]
fn a_ticket_can_be_awaited() {
    let store = store();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        for n in 1..=20 {
            assert_eq!(count(&store, "x").await, Ok(Receipt { version: n, seq: Some(n) }));
        }
    });
}

#[test]
fn many_writers_count_without_losing_one() {
    let store = store();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            let store = &store;
            scope.spawn(move || {
                for n in 0..100 {
                    count(store, &format!("{thread}-{n}")).wait().unwrap();
                }
            });
        }
    });
    assert_eq!(counter(&store.snapshot()), 800);
    assert_eq!(store.position().seq, 800);
    let mut ids = ids(&store);
    ids.sort();
    ids.dedup();
    assert_eq!(ids.len(), 800);
}

#[test]
fn when_the_writer_dies_callers_are_told_and_do_not_hang() {
    let (engine, store) = faulty();
    count(&store, "kept").wait().unwrap();
    engine.panics.store(true, Ordering::SeqCst);
    engine.shut();
    let in_hand = count(&store, "in hand");
    engine.wait_for_append();
    let queued = count(&store, "queued");
    engine.open();
    let stopped = StoreError::Engine("the store has stopped".into());
    assert_eq!(in_hand.wait(), Err(stopped.clone()));
    assert_eq!(queued.wait(), Err(stopped));
    assert_eq!(store.append_record(record("late"), Durability::Queue).wait(), Err(StoreError::ReadOnly));
    assert_eq!(counter(&store.snapshot()), 1);
}

#[test]
fn a_record_too_large_is_refused_before_it_is_queued() {
    let store = store();
    let record = Record { body: vec![0; (16 << 20) + 1], ..Record::default() };
    let too_large = StoreError::TooLarge { what: "a record", bytes: (16 << 20) + 1, bytes_max: 16 << 20 };
    assert_eq!(store.append_record(record.clone(), Durability::Queue).wait(), Err(too_large.clone()));
    assert_eq!(store.begin().commit(vec![record]).err(), Some(too_large));
    assert_eq!(store.position().seq, 0);
}

#[test]
#[should_panic(expected = "nothing waits inside a bracket")]
fn waiting_inside_a_bracket_is_a_panic_not_a_hang() {
    let store = store();
    let _bracket = store.begin();
    let _ = store.records(&RecordQuery::newest(1));
}

#[test]
#[should_panic(expected = "table test.forgotten is used but was not registered")]
fn a_table_that_was_not_registered_says_so() {
    enum Forgotten {}
    impl Table for Forgotten {
        const NAME: &'static str = "test.forgotten";
        type Key = u64;
        type Row = u64;
    }
    let _ = store().snapshot().get::<Forgotten>(1);
}

#[test]
fn two_tables_of_one_name_are_refused() {
    let twice = Store::ephemeral(tables().with::<Users>()).err();
    assert_eq!(twice, Some(StoreError::Tables("two are named iam.users".into())));
}
