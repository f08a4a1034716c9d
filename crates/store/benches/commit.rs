//! What a durable commit costs, alone and in company; what the record of an allowed read costs the processor, the
//! writer thread's part included; what reading costs.
//!
//! `BASTIDE_BENCH_DIR` puts the data directory on the disk that matters.

use bastide_base::AccountId;
use bastide_store::{DataDir, Durability, Record, Registry, Settings, Store, Table};
use criterion::{Criterion, criterion_group, criterion_main};
use std::{
    fs,
    hint::black_box,
    time::{Duration, Instant},
};

enum Users {}

impl Table for Users {
    const NAME: &'static str = "iam.users";
    type Key = (AccountId, String);
    type Row = (String, u64);
}

fn account() -> AccountId {
    AccountId::from_number(42).unwrap_or_else(|| unreachable!("42 has fewer than thirteen digits"))
}

/// A record as the kernel makes it: about a kilobyte.
fn record(n: u64) -> Record {
    Record {
        request_id: format!(
            "{:08x}-7f3a-4c1e-9b2d-{:012x}",
            n.wrapping_mul(0x9e37_79b9),
            n.wrapping_mul(0x9e37_79b9_7f4a)
        ),
        account: "000000000042".into(),
        principal: "arn:aws:iam::000000000042:user/alice".into(),
        service: "sts".into(),
        action: "sts:GetCallerIdentity".into(),
        verdict: "allowed".into(),
        body: vec![b'x'; 1000],
        ..Record::default()
    }
}

fn open() -> (tempfile::TempDir, Store) {
    let dir = std::env::var_os("BASTIDE_BENCH_DIR").map_or_else(tempfile::tempdir, tempfile::tempdir_in);
    let dir = dir.unwrap_or_else(|why| panic!("a directory to measure in: {why}"));
    let store = DataDir::new(dir.path()).open(Registry::new().with::<Users>(), Settings::default(), "the bench");
    (dir, store.unwrap_or_else(|why| panic!("a store to measure: {why}")))
}

fn commit(store: &Store, n: u64) {
    let mut bracket = store.begin();
    bracket.put::<Users>((account(), format!("user-{}", n % 10_000)), ("/".to_owned(), n));
    let done = bracket.commit(vec![record(n)]).and_then(|ticket| ticket.wait());
    done.unwrap_or_else(|why| panic!("a commit is durable: {why}"));
}

/// The processor time that all threads of this process have used.
fn processor() -> Duration {
    let tasks = fs::read_dir("/proc/self/task").into_iter().flatten().flatten();
    let nanos = tasks.filter_map(|task| {
        let stat = fs::read_to_string(task.path().join("schedstat")).ok()?;
        stat.split(' ').next()?.parse::<u64>().ok()
    });
    Duration::from_nanos(nanos.sum())
}

fn commits(c: &mut Criterion) {
    let (_dir, store) = open();
    let mut n = 0;
    c.bench_function("commit, durable, alone", |b| {
        b.iter(|| {
            n += 1;
            commit(&store, n);
        });
    });
    c.bench_function("commit, durable, one of 32 at once", |b| {
        b.iter_custom(|count| {
            let begun = Instant::now();
            std::thread::scope(|scope| {
                for thread in 0..32 {
                    let store = &store;
                    scope.spawn(move || (thread..count).step_by(32).for_each(|n| commit(store, n)));
                }
            });
            begun.elapsed()
        });
    });
    c.bench_function("commit, processor time", |b| {
        b.iter_custom(|count| {
            let begun = processor();
            (0..count).for_each(|n| commit(&store, n));
            processor() - begun
        });
    });
}

fn records(c: &mut Criterion) {
    let (_dir, store) = open();
    let mut n = 0;
    c.bench_function("queued record, processor time of all threads", |b| {
        b.iter_custom(|count| {
            let begun = processor();
            for _ in 0..count {
                n += 1;
                let done = store.append_record(record(n), Durability::Queue).wait();
                done.unwrap_or_else(|why| panic!("a record is queued: {why}"));
            }
            let flushed = store.flush().wait();
            flushed.unwrap_or_else(|why| panic!("the queue is written: {why}"));
            processor() - begun
        });
    });
    c.bench_function("record by request id", |b| {
        let id = record(n / 2).request_id;
        b.iter(|| black_box(store.records_by_request(&id)));
    });
}

fn reads(c: &mut Criterion) {
    let (_dir, store) = open();
    let mut bracket = store.begin();
    for n in 0..10_000 {
        bracket.put::<Users>((account(), format!("user-{n}")), ("/".to_owned(), n));
    }
    let filled = bracket.commit(Vec::new()).and_then(|ticket| ticket.wait());
    filled.unwrap_or_else(|why| panic!("rows to read: {why}"));
    c.bench_function("snapshot", |b| b.iter(|| black_box(store.snapshot())));
    let snapshot = store.snapshot();
    c.bench_function("get one of 10,000", |b| b.iter(|| black_box(snapshot.get::<Users>((account(), "user-4711")))));
    c.bench_function("scan 10", |b| b.iter(|| snapshot.scan::<Users>((account(),)).take(10).map(black_box).count()));
}

criterion_group!(benches, commits, records, reads);
criterion_main!(benches);
