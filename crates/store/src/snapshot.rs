use crate::{
    Encodes, Prefix, Registry, Result, Saved, StoreError, Table,
    engine::VisitRow,
    key,
    seal::{HashSealer, RowSealer, Sealing},
    table::{AnyRow, Tables},
};
use aws_lc_rs::digest;
use bastide_base::with_sealer;
use imbl::OrdMap;
use std::{collections::BTreeSet, fmt, marker::PhantomData, ops::Bound, rc::Rc, sync::Arc};

pub(crate) type Rows = OrdMap<Arc<[u8]>, AnyRow>;

/// The whole control-plane state at one version. Cloning copies a pointer; what it shows never changes.
#[derive(Clone)]
pub struct Snapshot {
    pub(crate) tables: Arc<Tables>,
    pub(crate) state: Arc<State>,
}

#[derive(Clone)]
pub(crate) struct State {
    pub version: u64,
    /// In the order of the registry.
    pub rows: Vec<Rows>,
    pub saved: Vec<Saved>,
}

impl Snapshot {
    /// A state with nothing in it and no store behind it: what a service's unit tests begin with (see [`Tx::over`](crate::Tx::over)).
    ///
    /// # Errors
    /// [`StoreError::Tables`] if two tables have one name.
    pub fn empty(tables: Registry) -> Result<Self> {
        let tables = Arc::new(tables.finish()?);
        let rows = (0..tables.len()).map(|_| Rows::new()).collect();
        Ok(Snapshot { tables, state: Arc::new(State { version: 0, rows, saved: Vec::new() }) })
    }

    /// Counts the commits that changed state.
    pub fn version(&self) -> u64 {
        self.state.version
    }

    /// The row under `key`. Text may be looked up as `&str`: `get::<Users>((account, "alice"))`.
    pub fn get<T: Table>(&self, key: impl Encodes<T::Key>) -> Option<Arc<T::Row>> {
        let row = self.rows::<T>().get(&key::encode::<T::Key>(key)[..])?;
        typed::<T>(row)
    }

    pub fn contains<T: Table>(&self, key: impl Encodes<T::Key>) -> bool {
        self.rows::<T>().contains_key(&key::encode::<T::Key>(key)[..])
    }

    /// The rows whose key begins with `prefix`, in the order of their keys; `()` for all. Goes both ways (`.rev()`).
    pub fn scan<T: Table>(&self, prefix: impl Prefix<T::Key>) -> Scan<'_, T> {
        let start = key::encode_prefix::<T::Key>(prefix);
        self.range::<T>(Bound::Included(&start[..]), key::successor(&start))
    }

    /// Like [`scan`](Self::scan), from behind `after` on (which need not exist): the next page of a list.
    pub fn scan_after<T: Table>(&self, prefix: impl Prefix<T::Key>, after: impl Encodes<T::Key>) -> Scan<'_, T> {
        let start = key::encode_prefix::<T::Key>(prefix);
        let after = key::encode::<T::Key>(after);
        let from = if after < start { Bound::Included(&start[..]) } else { Bound::Excluded(&after[..]) };
        self.range::<T>(from, key::successor(&start))
    }

    fn range<T: Table>(&self, from: Bound<&[u8]>, end: Option<Vec<u8>>) -> Scan<'_, T> {
        let beyond = end.as_deref();
        // A start behind the end is an empty range here, not the panic that ordered maps make of it.
        if let (Bound::Included(from) | Bound::Excluded(from), Some(end)) = (from, beyond)
            && from >= end
        {
            return Scan { rows: None, table: PhantomData };
        }
        let to = beyond.map_or(Bound::Unbounded, Bound::Excluded);
        Scan { rows: Some(self.rows::<T>().range::<_, [u8]>((from, to))), table: PhantomData }
    }

    pub fn len<T: Table>(&self) -> usize {
        self.rows::<T>().len()
    }

    pub fn is_empty<T: Table>(&self) -> bool {
        self.rows::<T>().is_empty()
    }

    /// The named snapshots there are, oldest first.
    pub fn saved(&self) -> &[Saved] {
        &self.state.saved
    }

    #[track_caller]
    fn rows<T: Table>(&self) -> &Rows {
        &self.state.rows[self.tables.at::<T>()]
    }

    /// SHA-256 over every row of every table. Secrets enter it by a digest that no master key is part of, so the same
    /// calls with the same seed give the same hash in any data directory.
    ///
    /// # Errors
    /// [`StoreError::Row`] if a row cannot be encoded.
    pub fn state_hash(&self) -> Result<[u8; 32]> {
        let mut hash = digest::Context::new(&digest::SHA256);
        let mut feed = |bytes: &[u8]| {
            hash.update(&(bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        };
        with_sealer(Rc::new(HashSealer::new()), || {
            for (def, rows) in self.tables.iter().zip(&self.state.rows) {
                if rows.is_empty() {
                    continue;
                }
                feed(def.name.as_bytes());
                feed(&(rows.len() as u64).to_be_bytes());
                for (key, row) in rows {
                    feed(key);
                    feed(&(def.encode)(row)?);
                }
            }
            Ok::<_, StoreError>(())
        })?;
        let mut out = [0; 32];
        out.copy_from_slice(hash.finish().as_ref());
        Ok(out)
    }
}

impl fmt::Debug for Snapshot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut map = f.debug_map();
        map.entry(&"version", &self.version());
        for (def, rows) in self.tables.iter().zip(&self.state.rows) {
            map.entry(&def.name, &rows.len());
        }
        map.finish()
    }
}

/// A map's rows are made by [`TableDef`](crate::table::TableDef) or [`Tx::put`](crate::Tx::put) of the same table, so
/// the type always fits.
fn typed<T: Table>(row: &AnyRow) -> Option<Arc<T::Row>> {
    Arc::downcast::<T::Row>(row.clone()).ok()
}

/// Rows with their keys, in order.
pub struct Scan<'a, T> {
    rows: Option<imbl::ordmap::RangedIter<'a, Arc<[u8]>, AnyRow, imbl::shared_ptr::DefaultSharedPtr>>,
    table: PhantomData<T>,
}

fn pair<T: Table>((bytes, row): (&Arc<[u8]>, &AnyRow)) -> Option<(T::Key, Arc<T::Row>)> {
    Some((key::decode::<T::Key>(bytes)?, typed::<T>(row)?))
}

impl<T: Table> Iterator for Scan<'_, T> {
    type Item = (T::Key, Arc<T::Row>);
    fn next(&mut self) -> Option<Self::Item> {
        self.rows.as_mut()?.next().and_then(pair::<T>)
    }
}

impl<T: Table> DoubleEndedIterator for Scan<'_, T> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.rows.as_mut()?.next_back().and_then(pair::<T>)
    }
}

/// Reads rows out of an engine into maps.
pub(crate) struct Loader<'a> {
    tables: &'a Tables,
    rows: Vec<Rows>,
    /// Tables that are stored but not registered.
    pub unknown: BTreeSet<String>,
}

impl<'a> Loader<'a> {
    pub fn new(tables: &'a Tables) -> Self {
        Loader { tables, rows: (0..tables.len()).map(|_| Rows::new()).collect(), unknown: BTreeSet::new() }
    }

    /// Runs `read`, which shows every row to the visitor it is given.
    pub fn run<R>(&mut self, sealing: &Sealing, read: impl FnOnce(&mut VisitRow<'_>) -> Result<R>) -> Result<R> {
        let sealer = Rc::new(RowSealer::new(sealing));
        with_sealer(sealer.clone(), || {
            read(&mut |table, key, row| {
                let Some(at) = self.tables.find(table) else {
                    self.unknown.insert(table.to_owned());
                    return Ok(());
                };
                let def = self.tables.def(at);
                if !(def.key_is_valid)(key) {
                    return Err(StoreError::Row { table: table.to_owned(), why: "its key has another form".into() });
                }
                sealer.at(table, key);
                self.rows[at].insert(key.into(), (def.decode)(row)?);
                Ok(())
            })
        })
    }

    pub fn rows(self) -> Vec<Rows> {
        self.rows
    }
}
