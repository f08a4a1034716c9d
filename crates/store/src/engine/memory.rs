use super::{Commit, Engine, KeyRange, Position, Saved, SqliteEngine, Step, VisitRow};
use crate::{Document, DocumentHash, Record, RecordPage, RecordQuery, Recorded, Result, StoreError, Text};
use imbl::OrdMap;
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    ops::Bound,
    path::Path,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

type Rows = OrdMap<Arc<[u8]>, Arc<[u8]>>;
type Tables = OrdMap<String, Rows>;

/// Keeps everything in memory and nothing after (`--ephemeral`). Records are kept up to a number of bytes, then the
/// oldest make room; everything else behaves as on disk.
pub struct MemoryEngine {
    state: Mutex<State>,
    record_bytes_max: usize,
}

#[derive(Default)]
struct State {
    position: Position,
    tables: Tables,
    saved: BTreeMap<u64, (Saved, Tables)>,
    records: VecDeque<Recorded>,
    record_bytes: usize,
    documents: HashMap<DocumentHash, Document>,
    properties: BTreeMap<String, Vec<u8>>,
}

impl Default for MemoryEngine {
    fn default() -> Self {
        Self::with_record_bytes_max(256 << 20)
    }
}

impl MemoryEngine {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with_record_bytes_max(record_bytes_max: usize) -> Self {
        MemoryEngine { state: Mutex::default(), record_bytes_max }
    }

    /// A panic elsewhere cannot leave the state half changed: it is replaced whole.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn apply(tables: &mut Tables, saved: &mut BTreeMap<u64, (Saved, Tables)>, step: &Step) -> Result<()> {
    match step {
        Step::Put { table, key, row } => {
            let mut rows = tables.get(&**table).cloned().unwrap_or_default();
            rows.insert(key.clone(), row[..].into());
            tables.insert(table.to_string(), rows);
        }
        Step::Delete { table, key } => {
            if let Some(rows) = tables.get_mut(&**table) {
                rows.remove(&key[..]);
            }
        }
        Step::Clear => *tables = Tables::new(),
        Step::Restore { version } => {
            let (_, kept) = saved.get(version).ok_or_else(|| no_such(*version))?;
            *tables = kept.clone();
        }
        Step::Save(info) => {
            saved.insert(info.version, (info.clone(), tables.clone()));
        }
        Step::Forget { version } => {
            saved.remove(version).ok_or_else(|| no_such(*version))?;
        }
    }
    Ok(())
}

pub(super) fn no_such(version: u64) -> StoreError {
    StoreError::NoSuchSnapshot(format!("at version {version}"))
}

fn size(record: &Record) -> usize {
    size_of::<Recorded>() + record.body.len() + record.request_id.len() + record.principal.len()
}

fn visit_all(tables: &Tables, visit: &mut VisitRow<'_>) -> Result<()> {
    for (table, rows) in tables {
        for (key, row) in rows {
            visit(table, key, row)?;
        }
    }
    Ok(())
}

impl Engine for MemoryEngine {
    fn load(&self, visit: &mut VisitRow<'_>) -> Result<Position> {
        let (tables, position) = {
            let state = self.state();
            (state.tables.clone(), state.position)
        };
        visit_all(&tables, visit)?;
        Ok(position)
    }

    fn append(&self, expected: u64, commits: &[Commit]) -> Result<Position> {
        let mut state = self.state();
        let found = state.position.version;
        if found != expected {
            return Err(StoreError::Conflict { expected, found });
        }
        let mut tables = state.tables.clone();
        let touches_saved = |step: &Step| matches!(step, Step::Save(_) | Step::Forget { .. });
        let steps = || commits.iter().flat_map(|commit| &commit.steps);
        if steps().any(touches_saved) {
            let mut saved = state.saved.clone();
            steps().try_for_each(|step| apply(&mut tables, &mut saved, step))?;
            state.saved = saved;
        } else {
            steps().try_for_each(|step| apply(&mut tables, &mut state.saved, step))?;
        }
        state.tables = tables;
        let numbered = (state.position.seq + 1..).zip(commits.iter().flat_map(|commit| &commit.records));
        state.position = Commit::position_after(commits, state.position);
        for (seq, record) in numbered {
            let mut record = record.clone();
            for document in std::mem::take(&mut record.documents) {
                state.documents.insert(document.hash(), document);
            }
            state.record_bytes += size(&record);
            state.records.push_back(Recorded { seq, record });
        }
        while state.record_bytes > self.record_bytes_max
            && let Some(oldest) = state.records.pop_front()
        {
            state.record_bytes -= size(&oldest.record);
        }
        Ok(state.position)
    }

    fn get(&self, table: &str, key: &[u8]) -> Result<Option<Vec<u8>>> {
        Ok(self.state().tables.get(table).and_then(|rows| rows.get(key)).map(|row| row.to_vec()))
    }

    fn scan(&self, table: &str, range: &KeyRange, limit: usize) -> Result<Vec<(Vec<u8>, Vec<u8>)>> {
        let Some(rows) = self.state().tables.get(table).cloned() else { return Ok(Vec::new()) };
        let end = range.end.as_deref();
        if end.is_some_and(|end| end <= &range.start[..]) {
            return Ok(Vec::new());
        }
        let bounds = (Bound::Included(&range.start[..]), end.map_or(Bound::Unbounded, Bound::Excluded));
        let found = rows.range::<_, [u8]>(bounds).take(limit);
        Ok(found.map(|(key, row)| (key.to_vec(), row.to_vec())).collect())
    }

    fn records(&self, query: &RecordQuery) -> Result<RecordPage> {
        let state = self.state();
        let mut page = RecordPage::default();
        let limit = query.limit.min(RecordQuery::LIMIT_MAX);
        let older = state.records.iter().rev().filter(|found| query.before.is_none_or(|before| found.seq < before));
        for (scanned, found) in (0..).zip(older) {
            if page.records.len() == limit || scanned == RecordQuery::SCANNED_MAX {
                page.next = Some(found.seq + 1);
                break;
            }
            if query.matches(&found.record) {
                page.records.push(found.clone());
            }
        }
        Ok(page)
    }

    fn records_by_request(&self, request_id: &str) -> Result<Vec<Recorded>> {
        let state = self.state();
        Ok(state.records.iter().filter(|found| found.record.request_id == request_id).cloned().collect())
    }

    fn tail(&self, after: u64, limit: usize) -> Result<Vec<Recorded>> {
        let state = self.state();
        let from = state.records.partition_point(|found| found.seq <= after);
        Ok(state.records.iter().skip(from).take(limit).cloned().collect())
    }

    fn document(&self, hash: &DocumentHash) -> Result<Option<Document>> {
        Ok(self.state().documents.get(hash).cloned())
    }

    fn document_hashes(&self) -> Result<Vec<DocumentHash>> {
        Ok(self.state().documents.keys().copied().collect())
    }

    fn saved(&self) -> Result<Vec<Saved>> {
        Ok(self.state().saved.values().map(|(saved, _)| saved.clone()).collect())
    }

    fn load_saved(&self, version: u64, visit: &mut VisitRow<'_>) -> Result<bool> {
        let tables = self.state().saved.get(&version).map(|(_, tables)| tables.clone());
        tables.map_or(Ok(false), |tables| visit_all(&tables, visit).map(|()| true))
    }

    fn property(&self, name: &str) -> Result<Option<Vec<u8>>> {
        Ok(self.state().properties.get(name).cloned())
    }

    fn set_property(&self, name: &str, value: &[u8]) -> Result<()> {
        self.state().properties.insert(name.to_owned(), value.to_vec());
        Ok(())
    }

    fn copy_to(&self, dir: &Path) -> Result<()> {
        let state = self.state();
        let target = SqliteEngine::create(dir)?;
        let puts = |tables: &Tables| {
            let mut steps = vec![Step::Clear];
            for (table, rows) in tables {
                steps.extend(rows.iter().map(|(key, row)| Step::Put {
                    table: Text::Owned(table.clone()),
                    key: key.clone(),
                    row: row.to_vec(),
                }));
            }
            steps
        };
        let mut commits = Vec::new();
        for (saved, tables) in state.saved.values() {
            let mut steps = puts(tables);
            steps.push(Step::Save(saved.clone()));
            commits.push(Commit { steps, records: Vec::new() });
        }
        let mut records: Vec<Record> = state.records.iter().map(|found| found.record.clone()).collect();
        if let Some(last) = records.last_mut() {
            last.documents = state.documents.values().cloned().collect();
        }
        let seq = state.position.seq - records.len() as u64;
        commits.push(Commit { steps: puts(&state.tables), records });
        target.set_position(Position { version: 0, seq })?;
        target.append(0, &commits)?;
        for (name, value) in &state.properties {
            target.set_property(name, value)?;
        }
        target.set_position(state.position)
    }
}
