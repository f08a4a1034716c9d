//! The data directory: who may open it, what is in it, what is not.

mod common;

use bastide_base::{SecretString, Timestamp};
use bastide_store::{DataDir, Durability, KeySource, MasterKey, Registry, Settings, Store, StoreError, Table};
use common::{Counters, User, Users, account, record, tables, user};
use std::{
    collections::BTreeMap,
    fs,
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
};

fn open(dir: &DataDir) -> Result<Store, StoreError> {
    dir.open(tables(), Settings::default(), "the test")
}

fn put(store: &Store, name: &str, row: User) {
    let mut bracket = store.begin();
    bracket.put::<Users>((account(1), name.to_owned()), row);
    bracket.commit(vec![record(name)]).unwrap().wait().unwrap();
}

fn files(dir: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(dir).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push(path) }
    }
    found
}

fn contents(dir: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    files(dir).into_iter().map(|path| (path.clone(), fs::read(path).unwrap())).collect()
}

#[test]
fn state_records_and_secrets_are_there_at_the_next_opening() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path().join("made/for/me"));
    let store = open(&dir).unwrap();
    put(&store, "alice", User { secret: Some(SecretString::new("hunter2".into())), ..user("/eng/") });
    drop(store.append_record(record("read"), Durability::Queue));
    let hash = store.snapshot().state_hash().unwrap();
    drop(store);

    let store = open(&dir).unwrap();
    let alice = store.snapshot().get::<Users>((account(1), "alice")).unwrap();
    assert_eq!(alice.path, "/eng/");
    assert!(alice.secret.as_ref().unwrap().matches(b"hunter2"));
    assert_eq!(store.snapshot().state_hash().unwrap(), hash);
    assert_eq!((store.position().version, store.position().seq), (1, 2));
    assert_eq!(store.records_by_request("read").unwrap()[0].seq, 2);
}

#[test]
fn no_secret_is_on_the_disk_in_the_clear_and_all_files_are_private() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path().join("d"));
    let store = open(&dir).unwrap();
    let secret = "wJalrXUtnFEMI-planted-secret-bPxRfiCYEXAMPLEKEY";
    put(&store, "alice", User { secret: Some(SecretString::new(secret.into())), ..user("/planted-path/") });
    let mut bracket = store.begin();
    bracket.save("kept", Timestamp::default()).unwrap();
    bracket.commit(vec![record("save")]).unwrap().wait().unwrap();
    put(&store, "alice", user("/planted-path/"));

    let holds = |needle: &[u8]| {
        contents(dir.path()).values().any(|bytes| bytes.windows(needle.len()).any(|window| window == needle))
    };
    let clear =
        |text: &str| holds(text.as_bytes()) || holds(hex::encode(text).as_bytes()) || holds(&text.as_bytes()[5..20]);
    assert!(clear("/planted-path/"), "the search finds what is not secret");
    assert!(!clear(secret));
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(dir.path()), 0o700);
    let names: Vec<_> = files(dir.path()).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    for name in ["lock", "master.key", "state.db", "state.db-wal", "state.db-shm"] {
        assert!(names.iter().any(|found| found == name), "{name} in {names:?}");
    }
    for file in files(dir.path()) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
    drop(store);
    assert!(!clear(secret), "nor after the log was folded in");
}

#[test]
fn a_second_server_is_told_who_has_the_directory_and_a_reader_may_look() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    assert!(dir.open_read_only(tables()).is_err(), "there is nothing to read yet");
    let first = dir.open(tables(), Settings::default(), "bastide on 127.0.0.1:4566").unwrap();
    put(&first, "alice", User { secret: Some(SecretString::new("root-key".into())), ..user("/") });

    let holder = format!("bastide on 127.0.0.1:4566 (process {})", std::process::id());
    let locked = open(&dir).err().unwrap();
    assert_eq!(locked, StoreError::Locked { dir: temp.path().to_owned(), holder: holder.clone() });
    assert!(locked.to_string().ends_with(&format!("is in use by {holder}")));

    let reader = dir.open_read_only(tables()).unwrap();
    let alice = reader.snapshot().get::<Users>((account(1), "alice")).unwrap();
    assert!(alice.secret.as_ref().unwrap().matches(b"root-key"));
    assert_eq!(reader.append_record(record("no"), Durability::Wait).wait(), Err(StoreError::ReadOnly));
    assert_eq!(reader.records_by_request("alice").unwrap().len(), 1);
    put(&first, "bob", user("/"));

    drop(first);
    assert_eq!(open(&dir).unwrap().snapshot().len::<Users>(), 2, "the lock went with its holder");
    assert_eq!(dir.open_read_only(tables()).unwrap().snapshot().len::<Users>(), 2, "also when no server runs");
}

#[test]
fn a_wrong_missing_or_broken_master_key_touches_nothing() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    put(&open(&dir).unwrap(), "alice", user("/"));
    let key = temp.path().join("master.key");
    let right = fs::read(&key).unwrap();
    let state = |_: ()| {
        let mut all = contents(temp.path());
        all.retain(|path, _| path.ends_with("state.db") || path.ends_with("master.key"));
        all
    };

    fs::write(&key, "ab".repeat(32)).unwrap();
    let before = state(());
    assert_eq!(open(&dir).err(), Some(StoreError::WrongMasterKey));
    assert_eq!(dir.open_read_only(tables()).err(), Some(StoreError::WrongMasterKey));
    fs::write(&key, "not a key").unwrap();
    assert_eq!(open(&dir).err(), Some(StoreError::BadMasterKey(key.clone())));
    fs::remove_file(&key).unwrap();
    assert_eq!(open(&dir).err(), Some(StoreError::MissingMasterKey(key.clone())));
    assert!(!key.exists(), "no new key is made over old state");
    let given = dir.clone().with_key(KeySource::Given(MasterKey::from_bytes([3; 32])));
    assert_eq!(open(&given).err(), Some(StoreError::WrongMasterKey));

    let elsewhere = tempfile::NamedTempFile::new().unwrap();
    fs::write(elsewhere.path(), &right).unwrap();
    let outside = dir.clone().with_key(KeySource::File(elsewhere.path().to_owned()));
    assert_eq!(open(&outside).unwrap().snapshot().len::<Users>(), 1);
    fs::write(&key, &right).unwrap();
    let mut expected = before;
    expected.insert(key.clone(), right);
    assert_eq!(state(()), expected);
    assert_eq!(open(&dir).unwrap().snapshot().len::<Users>(), 1);
}

#[test]
fn a_log_without_its_state_is_not_written_over() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path().join("a"));
    let store = open(&dir).unwrap();
    put(&store, "alice", user("/"));
    // Opened by a reader, the log stays when the writer goes.
    let reader = dir.open_read_only(tables()).unwrap();
    drop(store);
    let path = temp.path().join("a");
    fs::write(path.join("state.db-wal"), b"what is left").unwrap();
    fs::remove_file(path.join("state.db")).unwrap();
    let before = contents(&path);
    let why = open(&dir).err().map(|error| error.to_string()).unwrap_or_default();
    assert!(why.contains("state.db is missing, but its log is there"), "{why}");
    let after = contents(&path);
    assert_eq!(before.get(&path.join("state.db-wal")), after.get(&path.join("state.db-wal")));
    assert!(!after.contains_key(&path.join("state.db")));
    drop(reader);
}

#[test]
fn a_sealed_secret_moved_to_another_row_does_not_open() {
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    let store = open(&dir).unwrap();
    put(&store, "alice", User { secret: Some(SecretString::new("hers".into())), ..user("/") });
    put(&store, "mallory", user("/"));
    drop(store);
    let file = rusqlite::Connection::open(temp.path().join("state.db")).unwrap();
    let swapped = file.execute(
        "UPDATE rows SET row = (SELECT row FROM rows WHERE instr(key, CAST('alice' AS BLOB)))
         WHERE instr(key, CAST('mallory' AS BLOB))",
        [],
    );
    assert_eq!(swapped.unwrap(), 1);
    file.close().unwrap();
    let refused = open(&dir).err().unwrap().to_string();
    assert!(refused.contains("iam.users") && refused.contains("does not open"), "{refused}");
}

#[test]
fn rows_survive_members_that_come_and_go_and_tables_that_nobody_knows() {
    enum Newer {}
    #[derive(Clone, serde::Serialize, serde::Deserialize)]
    struct NewerUser {
        path: String,
        nickname: Option<String>,
        #[serde(default)]
        logins: u32,
    }
    impl Table for Newer {
        const NAME: &'static str = "iam.users";
        type Key = (bastide_base::AccountId, String);
        type Row = NewerUser;
    }

    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path());
    let store = open(&dir).unwrap();
    put(&store, "alice", user("/eng/"));
    let mut bracket = store.begin();
    bracket.put::<Counters>((1, 2), 3);
    bracket.commit(vec![]).unwrap().wait().unwrap();
    drop(store);

    let newer = dir.open(Registry::new().with::<Newer>(), Settings::default(), "newer").unwrap();
    assert_eq!(newer.unknown_tables().collect::<Vec<_>>(), ["test.counters"]);
    let alice = newer.snapshot().get::<Newer>((account(1), "alice")).unwrap();
    assert_eq!((alice.path.as_str(), alice.nickname.as_deref(), alice.logins), ("/eng/", None, 0));
    let mut bracket = newer.begin();
    bracket.save("all of it", Timestamp::default()).unwrap_err();
    bracket.save("all-of-it", Timestamp::default()).unwrap();
    bracket.commit(vec![]).unwrap().wait().unwrap();
    let mut bracket = newer.begin();
    bracket.clear();
    bracket.commit(vec![]).unwrap().wait().unwrap();
    let saved = newer.load_saved("all-of-it").unwrap();
    let mut bracket = newer.begin();
    bracket.restore(&saved).unwrap();
    bracket.commit(vec![]).unwrap().wait().unwrap();
    drop(newer);

    let store = open(&dir).unwrap();
    assert_eq!(
        store.snapshot().get::<Counters>((1, 2)).as_deref(),
        Some(&3),
        "unknown tables are saved and restored, too"
    );
    assert_eq!(store.unknown_tables().count(), 0);
}

#[test]
fn a_fork_lives_its_own_life() {
    use bastide_store::Blobs;
    let temp = tempfile::tempdir().unwrap();
    let dir = DataDir::new(temp.path().join("a"));
    let store = open(&dir).unwrap();
    put(&store, "alice", User { secret: Some(SecretString::new("hunter2".into())), ..user("/") });
    let mut bracket = store.begin();
    bracket.save("start", Timestamp::default()).unwrap();
    bracket.commit(vec![]).unwrap().wait().unwrap();
    put(&store, "bob", user("/"));
    let blobs = dir.blobs().unwrap();
    let mut body = blobs.create().unwrap();
    body.write(b"a body").unwrap();
    let blob = body.finish().unwrap();

    let target = temp.path().join("b");
    let fork = dir.fork(&store, &target, None).unwrap();
    assert!(dir.fork(&store, &target, None).unwrap_err().to_string().contains("is not empty"));
    let gone = bastide_store::Saved { version: 99, name: "gone".into(), time: Timestamp::default() };
    assert!(dir.fork(&store, &temp.path().join("d"), Some(&gone)).is_err());
    let names = fs::read_dir(temp.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect::<Vec<_>>();
    assert_eq!(names.len(), 2, "a fork that fails leaves nothing: {names:?}");
    put(&store, "carol", user("/"));
    assert!(blobs.delete(&blob.id).unwrap());

    let copy = open(&fork).unwrap();
    assert!(
        copy.fork_mark().unwrap().is_some() && store.fork_mark().unwrap().is_none(),
        "who draws from a seed can tell"
    );
    copy.settle_fork().unwrap();
    assert_eq!(copy.fork_mark().unwrap(), None);
    assert_eq!(copy.snapshot().len::<Users>(), 2);
    assert!(copy.snapshot().get::<Users>((account(1), "alice")).unwrap().secret.as_ref().unwrap().matches(b"hunter2"));
    assert_eq!(copy.records_by_request("bob").unwrap().len(), 1);
    assert_eq!(fork.blobs().unwrap().open(&blob.id).unwrap().read_at(0, 100).unwrap(), "a body");
    let start = copy.load_saved("start").unwrap();
    let mut bracket = copy.begin();
    bracket.restore(&start).unwrap();
    bracket.commit(vec![record("fork")]).unwrap().wait().unwrap();
    assert_eq!(copy.snapshot().len::<Users>(), 1);
    assert_eq!(store.snapshot().len::<Users>(), 3);
    let earlier = dir.fork(&store, &temp.path().join("c"), store.snapshot().saved().first()).unwrap();
    let earlier = open(&earlier).unwrap();
    assert_eq!(earlier.snapshot().len::<Users>(), 1, "as of the snapshot");
    assert_eq!(earlier.records_by_request("carol").unwrap().len(), 1, "with the whole record");
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    for file in files(&target) {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}

#[test]
fn an_ephemeral_cloud_can_be_forked_onto_disk() {
    let temp = tempfile::tempdir().unwrap();
    let store = Store::ephemeral(tables()).unwrap();
    put(&store, "alice", User { secret: Some(SecretString::new("hunter2".into())), ..user("/") });
    let target = temp.path().join("kept");
    let fork = DataDir::new(temp.path().join("none")).fork(&store, &target, None).unwrap();
    let kept = open(&fork).unwrap();
    assert_eq!(kept.snapshot().state_hash().unwrap(), store.snapshot().state_hash().unwrap());
    assert_eq!(kept.position(), store.position());
}
