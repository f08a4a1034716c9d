use crate::{
    Encodes, Result, Saved, Snapshot, Step, StoreError, Table, key,
    seal::{RowSealer, Sealing},
    snapshot::{Rows, State},
    table::AnyRow,
};
use bastide_base::{Timestamp, with_sealer};
use imbl::OrdMap;
use std::{ops::Deref, rc::Rc, sync::Arc};

/// The largest row that is taken. Control-plane rows are policies and settings; bodies belong in the blob store.
const ROW_BYTES_MAX: usize = 16 << 20;

/// Changes over a [`Snapshot`]. It reads as one (`&tx` is a `&Snapshot`) and sees its own writes; nothing of it is seen
/// outside before it is committed.
#[derive(Clone)]
pub struct Tx {
    snapshot: Snapshot,
    base: Base,
    /// By table and key, `None` deletes. The last write of a row wins, and the order is the keys', not the program's.
    writes: OrdMap<(usize, Arc<[u8]>), Option<AnyRow>>,
    forgotten: Vec<u64>,
    save: Option<Saved>,
}

/// What the writes go on top of.
#[derive(Clone, PartialEq)]
enum Base {
    Here,
    Empty,
    Saved(u64),
}

/// A point in a transaction to which it can be rolled back: a call made on behalf of the call, which failed.
pub struct Savepoint(Tx);

/// The rows of a saved snapshot, read by [`Store::load_saved`](crate::Store::load_saved).
#[derive(Clone)]
pub struct SavedState {
    pub saved: Saved,
    pub(crate) rows: Vec<Rows>,
}

impl Deref for Tx {
    type Target = Snapshot;
    fn deref(&self) -> &Snapshot {
        &self.snapshot
    }
}

impl Tx {
    pub(crate) fn new(snapshot: Snapshot) -> Self {
        Tx { snapshot, base: Base::Here, writes: OrdMap::new(), forgotten: Vec::new(), save: None }
    }

    /// A transaction that can only be looked at: what-if, dry runs, tests of a service's state.
    pub fn over(snapshot: &Snapshot) -> Self {
        Self::new(snapshot.clone())
    }

    /// The state as this transaction sees it, by itself: what a commit would make of it.
    pub fn seen(&self) -> Snapshot {
        self.snapshot.clone()
    }

    fn state(&mut self) -> &mut State {
        Arc::make_mut(&mut self.snapshot.state)
    }

    /// Inserts or replaces.
    pub fn put<T: Table>(&mut self, key: impl Encodes<T::Key>, row: impl Into<Arc<T::Row>>) {
        let at = self.snapshot.tables.at::<T>();
        let key: Arc<[u8]> = key::encode::<T::Key>(key).into();
        let row: AnyRow = row.into();
        self.state().rows[at].insert(key.clone(), row.clone());
        self.writes.insert((at, key), Some(row));
    }

    /// Removes the row; says whether it was there.
    pub fn delete<T: Table>(&mut self, key: impl Encodes<T::Key>) -> bool {
        let at = self.snapshot.tables.at::<T>();
        let key = key::encode::<T::Key>(key);
        if !self.snapshot.state.rows[at].contains_key(&key[..]) {
            return false;
        }
        self.state().rows[at].remove(&key[..]);
        self.writes.insert((at, key.into()), None);
        true
    }

    /// Changes the row in place; `None` if there is none.
    pub fn update<T: Table>(
        &mut self,
        key: impl Encodes<T::Key>,
        change: impl FnOnce(&mut T::Row),
    ) -> Option<Arc<T::Row>>
    where
        T::Row: Clone,
    {
        let bytes = key::encode::<T::Key>(&key);
        let mut row = self.snapshot.get::<T>(key)?;
        change(Arc::make_mut(&mut row));
        let at = self.snapshot.tables.at::<T>();
        let (key, erased): (Arc<[u8]>, AnyRow) = (bytes.into(), row.clone());
        self.state().rows[at].insert(key.clone(), erased.clone());
        self.writes.insert((at, key), Some(erased));
        Some(row)
    }

    /// Empties every table. Records, documents and saved snapshots stay. What the new state begins with is put after it.
    pub fn clear(&mut self) {
        self.replace(Base::Empty, self.snapshot.tables.iter().map(|_| Rows::new()).collect());
    }

    /// Puts the whole state back to what was saved.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSnapshot`] if it has been forgotten since it was loaded.
    pub fn restore(&mut self, saved: &SavedState) -> Result<()> {
        if !self.snapshot.saved().contains(&saved.saved) {
            return Err(StoreError::NoSuchSnapshot(saved.saved.name.clone()));
        }
        self.replace(Base::Saved(saved.saved.version), saved.rows.clone());
        Ok(())
    }

    fn replace(&mut self, base: Base, rows: Vec<Rows>) {
        self.base = base;
        self.writes = OrdMap::new();
        self.state().rows = rows;
    }

    /// Keeps the state as this transaction leaves it under `name`. One per transaction.
    ///
    /// # Errors
    /// [`StoreError::SnapshotExists`], [`StoreError::BadSnapshotName`].
    pub fn save(&mut self, name: &str, time: Timestamp) -> Result<Saved> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        if name.is_empty() || name.len() > 128 || !name.bytes().all(plain) || self.save.is_some() {
            return Err(StoreError::BadSnapshotName(name.to_owned()));
        }
        if self.saved().iter().any(|saved| saved.name == name) {
            return Err(StoreError::SnapshotExists(name.to_owned()));
        }
        let saved = Saved { version: self.version() + 1, name: name.to_owned(), time };
        self.save = Some(saved.clone());
        self.state().saved.push(saved.clone());
        Ok(saved)
    }

    /// Drops the snapshot saved under `name`.
    ///
    /// # Errors
    /// [`StoreError::NoSuchSnapshot`], also for one that this very transaction saves or restores.
    pub fn forget(&mut self, name: &str) -> Result<()> {
        let here = |saved: &Saved| saved.version > self.version() || self.base == Base::Saved(saved.version);
        let found = self.saved().iter().position(|saved| saved.name == name && !here(saved));
        let at = found.ok_or_else(|| StoreError::NoSuchSnapshot(name.to_owned()))?;
        let gone = self.state().saved.remove(at);
        self.forgotten.push(gone.version);
        Ok(())
    }

    pub fn savepoint(&self) -> Savepoint {
        Savepoint(self.clone())
    }

    pub fn rollback(&mut self, to: Savepoint) {
        *self = to.0;
    }

    /// Whether there is anything to commit.
    pub fn is_unchanged(&self) -> bool {
        self.base == Base::Here && self.writes.is_empty() && self.forgotten.is_empty() && self.save.is_none()
    }

    /// The steps for the engine, with the secrets in them sealed, and the state after them.
    pub(crate) fn finish(mut self, sealing: &Sealing) -> Result<(Vec<Step>, Snapshot)> {
        let mut steps = Vec::with_capacity(self.writes.len() + self.forgotten.len() + 2);
        match self.base {
            Base::Here => {}
            Base::Empty => steps.push(Step::Clear),
            Base::Saved(version) => steps.push(Step::Restore { version }),
        }
        let sealer = Rc::new(RowSealer::new(sealing));
        with_sealer(sealer.clone(), || {
            for ((table, key), row) in &self.writes {
                let def = self.snapshot.tables.def(*table);
                let (table, key) = (def.name.into(), key.clone());
                steps.push(match row {
                    None => Step::Delete { table, key },
                    Some(row) => {
                        sealer.at(&table, &key);
                        let row = (def.encode)(row)?;
                        if row.len() > ROW_BYTES_MAX {
                            return Err(StoreError::TooLarge {
                                what: "a row",
                                bytes: row.len(),
                                bytes_max: ROW_BYTES_MAX,
                            });
                        }
                        Step::Put { table, key, row }
                    }
                });
            }
            Ok(())
        })?;
        steps.extend(self.forgotten.iter().map(|version| Step::Forget { version: *version }));
        steps.extend(self.save.take().map(Step::Save));
        if !steps.is_empty() {
            self.state().version += 1;
        }
        Ok((steps, self.snapshot))
    }
}
