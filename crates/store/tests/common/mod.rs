//! A small cloud for the store's tests, and an engine that fails when it is told to.
#![allow(dead_code)]

use bastide_base::{AccountId, SecretString};
use bastide_store::{
    Commit, Document, DocumentHash, Engine, KeyRange, Position, Record, RecordPage, RecordQuery, Recorded, Registry,
    Result, Saved, StoreError, Table, VisitRow,
};
use serde::{Deserialize, Serialize};
use std::{
    path::Path,
    sync::{
        Arc, Condvar, Mutex,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
};

pub enum Users {}

#[derive(Clone, Serialize, Deserialize)]
pub struct User {
    pub path: String,
    pub tags: std::collections::BTreeMap<String, String>,
    pub secret: Option<SecretString>,
}

impl Table for Users {
    const NAME: &'static str = "iam.users";
    type Key = (AccountId, String);
    type Row = User;
}

pub enum Counters {}

impl Table for Counters {
    const NAME: &'static str = "test.counters";
    type Key = (u32, u64);
    type Row = u64;
}

pub fn tables() -> Registry {
    Registry::new().with::<Users>().with::<Counters>()
}

pub fn account(number: u64) -> AccountId {
    AccountId::from_number(number).unwrap()
}

pub fn user(path: &str) -> User {
    User { path: path.to_owned(), tags: Default::default(), secret: None }
}

pub fn record(id: &str) -> Record {
    Record { request_id: id.to_owned(), body: format!("{{\"id\":\"{id}\"}}").into_bytes(), ..Default::default() }
}

/// Passes everything on, except appends while `fails` is set; `hold` keeps appends waiting at a gate.
pub struct Faulty<E> {
    pub engine: E,
    pub fails: AtomicBool,
    pub panics: AtomicBool,
    /// Fails exactly this append (counted from 1) once; 0: none.
    pub fail_at: AtomicU64,
    pub appends: AtomicU64,
    gate: Mutex<Gate>,
    moved: Condvar,
}

#[derive(Default)]
struct Gate {
    is_shut: bool,
    waiting: usize,
}

impl<E> Faulty<E> {
    pub fn new(engine: E) -> Arc<Self> {
        Arc::new(Faulty {
            engine,
            fails: AtomicBool::new(false),
            panics: AtomicBool::new(false),
            fail_at: AtomicU64::new(0),
            appends: AtomicU64::new(0),
            gate: Mutex::default(),
            moved: Condvar::new(),
        })
    }

    pub fn shut(&self) {
        self.gate.lock().unwrap().is_shut = true;
    }

    pub fn open(&self) {
        self.gate.lock().unwrap().is_shut = false;
        self.moved.notify_all();
    }

    /// Returns when an append has arrived at the shut gate.
    pub fn wait_for_append(&self) {
        let mut gate = self.gate.lock().unwrap();
        while gate.waiting == 0 {
            gate = self.moved.wait(gate).unwrap();
        }
    }

    fn pass(&self) {
        let mut gate = self.gate.lock().unwrap();
        gate.waiting += 1;
        self.moved.notify_all();
        while gate.is_shut {
            gate = self.moved.wait(gate).unwrap();
        }
        gate.waiting -= 1;
    }
}

impl<E: Engine> Engine for Faulty<E> {
    fn load(&self, visit: &mut VisitRow<'_>) -> Result<Position> {
        self.engine.load(visit)
    }
    fn append(&self, expected: u64, commits: &[Commit]) -> Result<Position> {
        self.pass();
        let number = self.appends.fetch_add(1, Ordering::SeqCst) + 1;
        assert!(!self.panics.load(Ordering::SeqCst), "the engine has a bug");
        if self.fails.load(Ordering::SeqCst) || self.fail_at.load(Ordering::SeqCst) == number {
            return Err(StoreError::Engine("the disk is on fire".into()));
        }
        self.engine.append(expected, commits)
    }
    fn get(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>> {
        self.engine.get(table, key)
    }
    fn scan(&self, table: &str, range: &KeyRange, limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        self.engine.scan(table, range, limit)
    }
    fn records(&self, query: &RecordQuery) -> Result<RecordPage> {
        self.engine.records(query)
    }
    fn records_by_request(&self, request_id: &str) -> Result<Vec<Recorded>> {
        self.engine.records_by_request(request_id)
    }
    fn tail(&self, after: u64, limit: usize) -> Result<Vec<Recorded>> {
        self.engine.tail(after, limit)
    }
    fn document(&self, hash: &DocumentHash) -> Result<Option<Document>> {
        self.engine.document(hash)
    }
    fn document_hashes(&self) -> Result<Vec<DocumentHash>> {
        self.engine.document_hashes()
    }
    fn saved(&self) -> Result<Vec<Saved>> {
        self.engine.saved()
    }
    fn load_saved(&self, version: u64, visit: &mut VisitRow<'_>) -> Result<bool> {
        self.engine.load_saved(version, visit)
    }
    fn property(&self, name: &str) -> Result<Option<Vec<u8>>> {
        self.engine.property(name)
    }
    fn set_property(&self, name: &str, value: &[u8]) -> Result<()> {
        self.engine.set_property(name, value)
    }
    fn copy_to(&self, dir: &Path) -> Result<()> {
        self.engine.copy_to(dir)
    }
}
