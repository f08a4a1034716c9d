//! kill -9 at random points: nothing acknowledged is lost, nothing half-written is seen, and the next start is clean.
//!
//! The test starts itself as a child that writes and says what was acknowledged; after a random number of
//! acknowledgements it is killed. `BASTIDE_KILL_ROUNDS` (default 200) says how often, `BASTIDE_KILL_SEED` repeats a run.

mod common;

use bastide_base::Timestamp;
use bastide_store::{DataDir, Durability, Settings, Store};
use common::{Counters, record, tables};
use std::{
    collections::{BTreeMap, BTreeSet, HashSet},
    env, fs,
    io::{BufRead, BufReader, Write},
    path::Path,
    process::{Child, Command, Stdio},
};

const CHILD_DIR: &str = "BASTIDE_KILL_CHILD_DIR";
const THREADS: u32 = 4;
/// Every commit writes so many rows with its number, and moves the row `LAST`.
const ROWS: u64 = 3;
const LAST: u64 = u64::MAX;

fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    // The parent may be gone already; then nobody needs to know.
    let _ = writeln!(out, "{line}").and_then(|()| out.flush());
}

/// The child's body; an ordinary run of the tests passes it by.
#[test]
fn child() {
    let Some(dir) = env::var_os(CHILD_DIR) else { return };
    say("\nopening");
    let store = DataDir::new(dir).open(tables(), Settings::default(), "a child").unwrap();
    say("opened");
    std::thread::scope(|scope| {
        for thread in 0..THREADS {
            let store = &store;
            scope.spawn(move || write_for_ever(store, thread));
        }
    });
}

fn write_for_ever(store: &Store, thread: u32) {
    let next = store.snapshot().get::<Counters>((thread, LAST)).map_or(0, |last| *last + 1);
    for n in next.. {
        let mut bracket = store.begin();
        for row in 0..ROWS {
            bracket.put::<Counters>((thread, n * ROWS + row), n);
        }
        bracket.put::<Counters>((thread, LAST), n);
        if thread == 0 && n % 8 == 0 {
            bracket.save(&format!("at-{n}"), Timestamp::default()).unwrap();
            if n > 0 {
                bracket.forget(&format!("at-{}", n - 8)).unwrap();
            }
        }
        bracket.commit(vec![record(&format!("commit {thread} {n}"))]).unwrap().wait().unwrap();
        say(&format!("commit {thread} {n}"));
        store.append_record(record(&format!("read {thread} {n}")), Durability::Queue).wait().unwrap();
        if n % 3 == 0 {
            let id = format!("denied {thread} {n} {}", std::process::id());
            store.append_record(record(&id), Durability::Wait).wait().unwrap();
            say(&id);
        }
    }
}

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }
}

fn start_child(dir: &Path) -> Child {
    let mut command = Command::new(env::current_exe().unwrap());
    command.args(["--exact", "child", "--nocapture", "--test-threads=1"]).env(CHILD_DIR, dir);
    command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap()
}

/// Lets a child write until `acknowledgements` have been read, kills it, and returns all that it acknowledged.
fn run_and_kill(dir: &Path, dice: &mut Dice) -> Vec<String> {
    let mut child = start_child(dir);
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    // One in eight dies while it opens.
    let scale = dice.roll(8);
    let dies_at = (dice.roll(8) > 0).then(|| 1 + dice.roll(2 << scale));
    let mut said = Vec::new();
    for line in lines.by_ref() {
        let line = line.unwrap();
        let is_opening = line == "opening";
        if is_acknowledgement(&line) {
            said.push(line);
        }
        if dies_at.map_or(is_opening, |count| said.len() as u64 >= count) {
            break;
        }
    }
    for _ in 0..dice.roll(200_000) {
        std::hint::spin_loop();
    }
    child.kill().unwrap();
    // What it said before it died counts, whole lines only.
    for line in lines.map_while(Result::ok) {
        if is_acknowledgement(&line) {
            said.push(line);
        }
    }
    let status = child.wait().unwrap();
    assert!(!status.success(), "the child was killed, and did not end by itself");
    said
}

fn is_acknowledgement(line: &str) -> bool {
    let words: Vec<_> = line.split(' ').collect();
    matches!((words[0], words.len()), ("commit", 3) | ("denied", 4))
        && words[1..].iter().all(|word| word.parse::<u64>().is_ok())
}

/// What holds at every moment: whole commits, each with its record, in one order without gaps.
fn check(dir: &Path, acknowledged: &HashSet<String>) {
    let store = DataDir::new(dir).open(tables(), Settings::default(), "the parent").unwrap();
    let state = store.snapshot();
    let tail = store.tail(0, usize::MAX).unwrap();
    assert!(tail.iter().map(|found| found.seq).eq(1..=store.position().seq), "records are numbered without gaps");
    let ids: BTreeSet<_> = tail.iter().map(|found| found.record.request_id.as_str()).collect();
    assert_eq!(ids.len(), tail.len(), "no record is there twice");
    for id in acknowledged {
        assert!(ids.contains(id.as_str()), "{id:?} was acknowledged and is lost");
    }
    let mut commits = 0;
    for thread in 0..THREADS {
        let mut rows: BTreeMap<u64, u64> = state.scan::<Counters>((thread,)).map(|((_, at), n)| (at, *n)).collect();
        let Some(last) = rows.remove(&LAST) else {
            assert!(rows.is_empty(), "rows without their commit");
            continue;
        };
        commits += last + 1;
        let expected = (0..=last).flat_map(|n| (0..ROWS).map(move |row| (n * ROWS + row, n)));
        assert!(rows.into_iter().eq(expected), "thread {thread}: half a commit, or one without its elders");
        for n in 0..=last {
            assert!(ids.contains(format!("commit {thread} {n}").as_str()), "state without its record");
        }
        if thread == 0 {
            let names: Vec<_> = state.saved().iter().map(|saved| saved.name.clone()).collect();
            assert_eq!(names, [format!("at-{}", last / 8 * 8)]);
            assert!(store.load_saved(&names[0]).is_ok());
        }
    }
    assert_eq!(ids.iter().filter(|id| id.starts_with("commit")).count() as u64, commits, "a record without its state");
    assert_eq!(state.version(), commits);
}

/// Whoever only reads sees all that was acknowledged, too, although no server has started since.
fn check_readable(dir: &Path, acknowledged: &HashSet<String>) {
    // A child that died while it made the directory left nothing to read.
    let Ok(store) = DataDir::new(dir).open_read_only(tables()) else {
        assert!(acknowledged.is_empty(), "what was acknowledged can be read");
        return;
    };
    let tail = store.tail(0, usize::MAX).unwrap();
    let ids: HashSet<_> = tail.into_iter().map(|found| found.record.request_id).collect();
    assert!(acknowledged.is_subset(&ids), "lost: {:?}", acknowledged.difference(&ids).next());
}

/// As a power cut may leave it: the log ends anywhere. What was acknowledged may be gone then (this cut ignores syncs),
/// but what is there is whole.
fn check_torn(dir: &Path, scratch: &Path, dice: &mut Dice) {
    let _ = fs::remove_dir_all(scratch);
    fs::create_dir(scratch).unwrap();
    for name in ["master.key", "state.db", "state.db-wal"] {
        if dir.join(name).exists() {
            fs::copy(dir.join(name), scratch.join(name)).unwrap();
        }
    }
    let Ok(log) = fs::OpenOptions::new().write(true).open(scratch.join("state.db-wal")) else { return };
    let whole = log.metadata().unwrap().len();
    log.set_len(dice.roll(whole + 1)).unwrap();
    check(scratch, &HashSet::new());
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_half_written_is_seen() {
    let number = |name: &str, default: u64| env::var(name).map_or(default, |text| text.parse().unwrap());
    let rounds = number("BASTIDE_KILL_ROUNDS", 200);
    let seed = number("BASTIDE_KILL_SEED", 1 + Timestamp::wall().millis() as u64);
    println!("BASTIDE_KILL_SEED={seed}");
    let mut dice = Dice(seed);
    let mut temp = tempfile::tempdir().unwrap();
    let mut acknowledged = HashSet::new();
    let (mut total, mut torn) = (0, 0);
    for round in 0..rounds {
        if round % 20 == 0 {
            temp = tempfile::tempdir().unwrap();
            acknowledged.clear();
        }
        let dir = temp.path().join("data");
        let said = run_and_kill(&dir, &mut dice);
        total += said.len();
        acknowledged.extend(said);
        // Some start twice in a row before anybody looks.
        match dice.roll(4) {
            0 => continue,
            1 if dir.join("master.key").exists() => {
                torn += 1;
                check_torn(&dir, &temp.path().join("torn"), &mut dice);
            }
            _ => {}
        }
        if dir.join("state.db").exists() && dice.roll(3) == 0 {
            check_readable(&dir, &acknowledged);
        }
        check(&dir, &acknowledged);
    }
    println!("{rounds} kills, {torn} torn logs, {total} acknowledgements, none lost");
    assert!(total as u64 > rounds, "the children did work");
}
