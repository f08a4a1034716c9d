//! What every engine must do, as one suite that panics at the first thing it does not.
//!
//! An engine's tests call [`run`] with a function that opens the engine at a named place: the first time empty, later
//! (after the earlier handle was dropped) with what is there.

use crate::{Commit, Document, Engine, KeyRange, Position, Record, RecordQuery, Saved, SqliteEngine, Step, StoreError};
use bastide_base::Timestamp;
use std::{collections::BTreeMap, path::Path, sync::Arc};

type Rows = BTreeMap<(String, Vec<u8>), Vec<u8>>;
type Open<'a> = dyn Fn(&str) -> Arc<dyn Engine> + 'a;

/// Runs the whole suite. `keeps`: whether the engine still has at the second opening what was written before.
/// `scratch` is an empty directory for copies.
pub fn run(open: &Open<'_>, keeps: bool, scratch: &Path) {
    a_new_engine_is_empty(&*open("new"));
    a_commit_is_read_back_whole(&*open("whole"));
    the_state_moves_only_from_the_expected_version(&*open("expected"));
    a_batch_that_fails_leaves_nothing(&*open("fails"));
    records_are_found_by_every_filter(&*open("filters"));
    pages_cover_every_record_once(&*open("pages"));
    documents_are_stored_once(&*open("documents"));
    readers_see_whole_appends(open("readers"));
    a_long_random_life_agrees_with_a_plain_map(open, keeps, scratch);
}

fn put(table: &str, key: &[u8], row: &[u8]) -> Step {
    Step::Put { table: table.to_owned().into(), key: key.into(), row: row.to_vec() }
}

fn delete(table: &str, key: &[u8]) -> Step {
    Step::Delete { table: table.to_owned().into(), key: key.into() }
}

fn steps(steps: Vec<Step>) -> Commit {
    Commit { steps, records: Vec::new() }
}

fn record(id: &str) -> Record {
    Record { request_id: id.to_owned(), body: format!("body of {id}").into_bytes(), ..Default::default() }
}

fn rows(engine: &dyn Engine) -> (Position, Rows) {
    let mut rows = Rows::new();
    let position = engine.load(&mut |table, key, row| {
        let before = rows.insert((table.to_owned(), key.to_vec()), row.to_vec());
        assert!(before.is_none(), "a row is shown once");
        Ok(())
    });
    (position.unwrap_or_else(|why| panic!("an engine loads: {why}")), rows)
}

fn saved_rows(engine: &dyn Engine, version: u64) -> Option<Rows> {
    let mut rows = Rows::new();
    let found = engine.load_saved(version, &mut |table, key, row| {
        rows.insert((table.to_owned(), key.to_vec()), row.to_vec());
        Ok(())
    });
    found.unwrap_or_else(|why| panic!("a saved snapshot loads: {why}")).then_some(rows)
}

fn append(engine: &dyn Engine, commits: &[Commit]) -> Position {
    let version = rows(engine).0.version;
    engine.append(version, commits).unwrap_or_else(|why| panic!("an engine appends: {why}"))
}

fn request_ids(engine: &dyn Engine) -> Vec<(u64, String)> {
    let tail = engine.tail(0, usize::MAX).unwrap_or_else(|why| panic!("an engine shows its tail: {why}"));
    tail.into_iter().map(|found| (found.seq, found.record.request_id)).collect()
}

fn a_new_engine_is_empty(engine: &dyn Engine) {
    assert_eq!(rows(engine), (Position::default(), Rows::new()));
    assert_eq!(engine.saved(), Ok(Vec::new()));
    assert_eq!(engine.tail(0, 10), Ok(Vec::new()));
    assert_eq!(engine.records(&RecordQuery::newest(10)).map(|page| (page.records, page.next)), Ok((Vec::new(), None)));
    assert_eq!(engine.get("t", b"k"), Ok(None));
    assert_eq!(engine.scan("t", &KeyRange::default(), 10), Ok(Vec::new()));
    assert_eq!(engine.document_hashes(), Ok(Vec::new()));
    assert_eq!(engine.property("p"), Ok(None));
}

fn a_commit_is_read_back_whole(engine: &dyn Engine) {
    let large = vec![7; 1 << 20];
    let mut full = record("r-1");
    full.time = Timestamp::from_millis(-1);
    (full.account, full.principal) = ("000000000042".into(), "arn:aws:iam::000000000042:user/ümlaut".into());
    (full.service, full.action) = ("iam".into(), "iam:CreateUser".into());
    (full.verdict, full.error) = ("denied".into(), "AccessDenied".into());
    full.body = large.clone();
    let commit = Commit {
        steps: vec![
            put("b", &[0, 0xff], b""),
            put("a", &[0], &large),
            put("a", &[], b"empty key"),
            put("a", &[0xff; 300], b"last"),
            put("a", &[1], b"overwritten"),
            put("a", &[1], b"again"),
            delete("a", &[9]),
        ],
        records: vec![full.clone()],
    };
    let at = append(engine, &[commit, Commit::default(), Commit { steps: Vec::new(), records: vec![record("r-2")] }]);
    assert_eq!(at, Position { version: 1, seq: 2 }, "only commits with steps move the version");

    let expected: Rows = [
        (("a".to_owned(), vec![]), b"empty key".to_vec()),
        (("a".to_owned(), vec![0]), large.clone()),
        (("a".to_owned(), vec![1]), b"again".to_vec()),
        (("a".to_owned(), vec![0xff; 300]), b"last".to_vec()),
        (("b".to_owned(), vec![0, 0xff]), vec![]),
    ]
    .into();
    assert_eq!(rows(engine), (at, expected));
    assert_eq!(engine.get("a", &[0]), Ok(Some(large)));
    assert_eq!(engine.get("b", &[0]), Ok(None));
    let keys = |range: KeyRange, limit| {
        let found = engine.scan("a", &range, limit).unwrap_or_else(|why| panic!("an engine scans: {why}"));
        found.into_iter().map(|(key, _)| key).collect::<Vec<_>>()
    };
    assert_eq!(keys(KeyRange::default(), 10), [vec![], vec![0], vec![1], vec![0xff; 300]]);
    assert_eq!(keys(KeyRange { start: vec![0], end: Some(vec![1]) }, 10), [vec![0]]);
    assert_eq!(keys(KeyRange { start: vec![0], end: None }, 2), [vec![0], vec![1]]);
    assert_eq!(keys(KeyRange { start: vec![1], end: Some(vec![0]) }, 2), Vec::<Vec<u8>>::new());

    let tail = engine.tail(0, 10).unwrap_or_default();
    assert_eq!(tail.first().map(|found| (found.seq, &found.record)), Some((1, &full)));
    assert_eq!(engine.tail(1, 10).map(|tail| tail.len()), Ok(1));
    assert_eq!(engine.tail(0, 1).map(|tail| tail.len()), Ok(1));
    assert_eq!(engine.tail(u64::MAX, 1), Ok(Vec::new()));
}

fn the_state_moves_only_from_the_expected_version(engine: &dyn Engine) {
    append(engine, &[steps(vec![put("t", b"k", b"1")])]);
    let before = rows(engine);
    let late = [Commit { steps: vec![put("t", b"k", b"2")], records: vec![record("late")] }];
    for expected in [0, 2] {
        assert_eq!(engine.append(expected, &late), Err(StoreError::Conflict { expected, found: 1 }));
    }
    assert_eq!(rows(engine), before);
    assert_eq!(request_ids(engine), []);
}

fn a_batch_that_fails_leaves_nothing(engine: &dyn Engine) {
    append(engine, &[Commit { steps: vec![put("t", b"k", b"1")], records: vec![record("first")] }]);
    let before = rows(engine);
    let document = Document::new("never stored");
    let mut doomed = record("doomed");
    doomed.documents = vec![document.clone()];
    let kept = Saved { version: 2, name: "never".into(), time: Timestamp::default() };
    for bad in [Step::Restore { version: 77 }, Step::Forget { version: 77 }] {
        let batch = [
            Commit { steps: vec![put("new", b"k", b"2"), Step::Save(kept.clone())], records: vec![doomed.clone()] },
            steps(vec![Step::Clear, bad]),
        ];
        assert!(matches!(engine.append(1, &batch), Err(StoreError::NoSuchSnapshot(_))));
        assert_eq!(rows(engine), before);
        assert_eq!(request_ids(engine), [(1, "first".to_owned())]);
        assert_eq!(engine.saved(), Ok(Vec::new()));
        assert_eq!(engine.document(&document.hash()), Ok(None));
    }
    let after = append(engine, &[Commit { steps: vec![put("new", b"k", b"3")], records: vec![record("second")] }]);
    assert_eq!(after, Position { version: 2, seq: 2 }, "what failed left no gap");
    assert_eq!(engine.get("new", b"k"), Ok(Some(b"3".to_vec())));
}

fn records_are_found_by_every_filter(engine: &dyn Engine) {
    let with = |id: &str, at: i64, change: &dyn Fn(&mut Record)| {
        let mut made = Record { time: Timestamp::from_secs(at), ..record(id) };
        change(&mut made);
        made
    };
    let records = vec![
        with("one", 10, &|record| record.account = "1".into()),
        with("two", 20, &|record| record.principal = "p".into()),
        with("three", 30, &|record| record.service = "s".into()),
        with("four", 40, &|record| record.action = "a".into()),
        with("five", 50, &|record| record.verdict = "v".into()),
        with("six", 60, &|record| record.error = "e".into()),
        with("two", 70, &|_| {}),
    ];
    append(engine, &[Commit { steps: Vec::new(), records }]);
    let found = |change: &dyn Fn(&mut RecordQuery)| {
        let mut query = RecordQuery::newest(100);
        change(&mut query);
        let page = engine.records(&query).unwrap_or_else(|why| panic!("an engine finds records: {why}"));
        page.records.into_iter().map(|found| found.seq).collect::<Vec<_>>()
    };
    assert_eq!(found(&|_| {}), [7, 6, 5, 4, 3, 2, 1]);
    assert_eq!(found(&|query| query.account = Some("1".into())), [1]);
    assert_eq!(found(&|query| query.principal = Some("p".into())), [2]);
    assert_eq!(found(&|query| query.service = Some("s".into())), [3]);
    assert_eq!(found(&|query| query.action = Some("a".into())), [4]);
    assert_eq!(found(&|query| query.verdict = Some("v".into())), [5]);
    assert_eq!(found(&|query| query.error = Some("e".into())), [6]);
    assert_eq!(found(&|query| query.since = Some(Timestamp::from_secs(60))), [7, 6]);
    assert_eq!(found(&|query| query.until = Some(Timestamp::from_secs(20))), [1]);
    assert_eq!(found(&|query| query.before = Some(3)), [2, 1]);
    assert_eq!(found(&|query| query.limit = 2), [7, 6]);
    assert_eq!(found(&|query| query.limit = 0), []);
    let by_request = |id| engine.records_by_request(id).map(|all| all.iter().map(|one| one.seq).collect::<Vec<_>>());
    assert_eq!(by_request("two"), Ok(vec![2, 7]));
    assert_eq!(by_request("none"), Ok(vec![]));
}

fn pages_cover_every_record_once(engine: &dyn Engine) {
    for batch in 0..5 {
        let records =
            (0..500).map(|n| Record { service: format!("s{}", n % 7).into(), ..record(&format!("{batch}-{n}")) });
        append(engine, &[Commit { steps: Vec::new(), records: records.collect() }]);
    }
    for (limit, service) in [(7, None), (1000, None), (5000, None), (33, Some("s3"))] {
        let mut query = RecordQuery { service: service.map(str::to_owned), ..RecordQuery::newest(limit) };
        let mut seen = Vec::new();
        loop {
            let page = engine.records(&query).unwrap_or_else(|why| panic!("an engine pages: {why}"));
            assert!(page.records.len() <= limit.min(RecordQuery::LIMIT_MAX));
            seen.extend(page.records.iter().map(|found| found.seq));
            match page.next {
                Some(next) => query.before = Some(next),
                None => break,
            }
        }
        let expected = (1..=2500).rev().filter(|seq| service.is_none() || (seq - 1) % 500 % 7 == 3);
        assert!(seen.into_iter().eq(expected), "pages of {limit} of {service:?} miss or repeat records");
    }
}

fn documents_are_stored_once(engine: &dyn Engine) {
    let (one, two) = (Document::new("{\"Version\":\"2012-10-17\"}"), Document::new(""));
    for id in ["a", "b"] {
        let records = vec![Record { documents: vec![one.clone(), two.clone()], ..record(id) }];
        append(engine, &[Commit { steps: Vec::new(), records }]);
    }
    append(engine, &[steps(vec![Step::Clear])]);
    assert_eq!(engine.document(&one.hash()), Ok(Some(one.clone())));
    let mut hashes = engine.document_hashes().unwrap_or_default();
    hashes.sort();
    let mut expected = [one.hash(), two.hash()];
    expected.sort();
    assert_eq!(hashes, expected);
}

/// Each append writes its version into many rows: a reader that finds two versions saw half an append.
fn readers_see_whole_appends(engine: Arc<dyn Engine>) {
    let done = std::sync::atomic::AtomicBool::new(false);
    let finished = || done.load(std::sync::atomic::Ordering::Acquire);
    std::thread::scope(|scope| {
        for _ in 0..2 {
            scope.spawn(|| {
                while !finished() {
                    let (position, rows) = rows(&*engine);
                    let whole = position.version.to_be_bytes();
                    assert!(rows.values().all(|row| *row == whole), "half an append was seen at {position:?}");
                    assert_eq!(rows.len(), if position.version == 0 { 0 } else { 20 });
                }
            });
        }
        for version in 1..=100_u64 {
            let all = (0..20).map(|n| put("t", &[n], &version.to_be_bytes())).collect();
            append(&*engine, &[steps(all)]);
        }
        done.store(true, std::sync::atomic::Ordering::Release);
    });
}

/// SplitMix64: the same life in every run.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        (mixed ^ (mixed >> 31)) % sides
    }
}

#[derive(Default)]
struct Model {
    rows: Rows,
    saved: BTreeMap<u64, (Saved, Rows)>,
    position: Position,
    requests: Vec<(u64, String)>,
}

impl Model {
    fn check(&self, engine: &dyn Engine) {
        assert_eq!(rows(engine), (self.position, self.rows.clone()));
        assert_eq!(engine.saved(), Ok(self.saved.values().map(|(saved, _)| saved.clone()).collect()));
        for (version, (_, rows)) in &self.saved {
            assert_eq!(saved_rows(engine, *version).as_ref(), Some(rows));
        }
        assert_eq!(request_ids(engine), self.requests);
    }

    fn random_commit(&mut self, dice: &mut Dice) -> Commit {
        let mut commit = Commit::default();
        let version = self.position.version + 1;
        for _ in 0..dice.roll(6) {
            let table = ["a", "b", "unheard"][dice.roll(3) as usize];
            let key = vec![dice.roll(12) as u8];
            let pick = (!self.saved.is_empty())
                .then(|| self.saved.keys().nth(dice.roll(self.saved.len() as u64) as usize).copied())
                .flatten();
            let step = match (dice.roll(40), pick) {
                (0, _) => {
                    self.rows.clear();
                    Step::Clear
                }
                (1, Some(version)) => {
                    self.rows = self.saved[&version].1.clone();
                    Step::Restore { version }
                }
                (2, Some(version)) => {
                    self.saved.remove(&version);
                    Step::Forget { version }
                }
                (3 | 4, _) if !self.saved.contains_key(&version) => {
                    let time = Timestamp::from_millis(dice.roll(1 << 40) as i64);
                    let saved = Saved { version, name: format!("at {version}"), time };
                    self.saved.insert(version, (saved.clone(), self.rows.clone()));
                    Step::Save(saved)
                }
                (5..15, _) => {
                    self.rows.remove(&(table.to_owned(), key.clone()));
                    delete(table, &key)
                }
                _ => {
                    let row = vec![dice.roll(256) as u8; dice.roll(50) as usize];
                    self.rows.insert((table.to_owned(), key.clone()), row.clone());
                    put(table, &key, &row)
                }
            };
            commit.steps.push(step);
        }
        commit.records = (0..dice.roll(3)).map(|_| record(&format!("{:x}", dice.roll(u64::MAX)))).collect();
        for record in &commit.records {
            self.requests.push((self.requests.len() as u64 + 1, record.request_id.clone()));
        }
        self.position = Commit::position_after(std::slice::from_ref(&commit), self.position);
        commit
    }
}

fn a_long_random_life_agrees_with_a_plain_map(open: &Open<'_>, keeps: bool, scratch: &Path) {
    let mut dice = Dice(2026);
    let mut model = Model::default();
    let mut engine = open("life");
    let set = engine.set_property("p", b"kept");
    assert_eq!(set, Ok(()));
    for round in 0..200 {
        let before = model.position.version;
        let batch: Vec<_> = (0..=dice.roll(4)).map(|_| model.random_commit(&mut dice)).collect();
        assert_eq!(engine.append(before, &batch), Ok(model.position));
        model.check(&*engine);
        if keeps && round % 20 == 19 {
            drop(engine);
            engine = open("life");
            model.check(&*engine);
        }
    }
    assert_eq!(engine.property("p"), Ok(Some(b"kept".to_vec())), "no step touches a property");

    let copied = engine.copy_to(scratch);
    assert_eq!(copied, Ok(()));
    let copy = SqliteEngine::create(scratch).unwrap_or_else(|why| panic!("a copy opens: {why}"));
    model.check(&copy);
    assert_eq!(copy.property("p"), Ok(Some(b"kept".to_vec())));
    let before = model.position.version;
    let more = model.random_commit(&mut dice);
    assert_eq!(copy.append(before, &[more]), Ok(model.position), "a copy lives on");
    model.check(&copy);
}
