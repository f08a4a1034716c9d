use crate::{Key, Result, StoreError, key};
use serde::{Serialize, de::DeserializeOwned};
use std::{
    any::{Any, TypeId},
    fmt,
    sync::Arc,
};

/// A table: a name, what its rows are found by, and what they are.
///
/// Rows are kept as MessagePack with member names, so a member may be added (as an `Option` or with `#[serde(default)]`)
/// or dropped without rewriting what is stored. Use ordered maps in rows: the state's hash is over their encoding.
pub trait Table: 'static {
    /// `service.rows`, for example `iam.users`.
    const NAME: &'static str;
    type Key: Key;
    type Row: Serialize + DeserializeOwned + Send + Sync + 'static;
}

/// A row whose type only its table knows.
pub(crate) type AnyRow = Arc<dyn Any + Send + Sync>;

/// A [`Table`] as a value.
pub(crate) struct TableDef {
    pub name: &'static str,
    type_id: TypeId,
    /// Call under the sealer of the row's place.
    pub encode: fn(&AnyRow) -> Result<Vec<u8>>,
    pub decode: fn(&[u8]) -> Result<AnyRow>,
    pub key_is_valid: fn(&[u8]) -> bool,
}

fn encode<T: Table>(row: &AnyRow) -> Result<Vec<u8>> {
    let bad = |why: String| StoreError::Row { table: T::NAME.to_owned(), why };
    let row = row.downcast_ref::<T::Row>().ok_or_else(|| bad("it belongs to another table".into()))?;
    rmp_serde::to_vec_named(row).map_err(|why| bad(why.to_string()))
}

fn decode<T: Table>(bytes: &[u8]) -> Result<AnyRow> {
    match rmp_serde::from_slice::<T::Row>(bytes) {
        Ok(row) => Ok(Arc::new(row)),
        Err(why) => Err(StoreError::Row { table: T::NAME.to_owned(), why: why.to_string() }),
    }
}

/// The tables that a program knows, given when the store is opened.
///
/// Tables that are stored but not registered are kept as they are and reported by
/// [`Store::unknown_tables`](crate::Store::unknown_tables).
#[derive(Default)]
pub struct Registry {
    defs: Vec<TableDef>,
}

impl Registry {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn with<T: Table>(mut self) -> Self {
        self.add::<T>();
        self
    }

    pub fn add<T: Table>(&mut self) {
        self.defs.push(TableDef {
            name: T::NAME,
            type_id: TypeId::of::<T>(),
            encode: encode::<T>,
            decode: decode::<T>,
            key_is_valid: |bytes| key::decode::<T::Key>(bytes).is_some(),
        });
    }

    pub(crate) fn finish(self) -> Result<Tables> {
        let mut defs = self.defs;
        defs.sort_by_key(|def| def.name);
        if let Some(pair) = defs.array_windows::<2>().find(|[a, b]| a.name == b.name) {
            return Err(StoreError::Tables(format!("two are named {}", pair[0].name)));
        }
        let mut by_type: Vec<_> = defs.iter().enumerate().map(|(at, def)| (def.type_id, at)).collect();
        by_type.sort();
        if by_type.array_windows::<2>().any(|[a, b]| a.0 == b.0) {
            return Err(StoreError::Tables("one type is registered twice".into()));
        }
        Ok(Tables { defs, by_type })
    }
}

/// The finished registry: tables in the order of their names, found by type or name.
pub(crate) struct Tables {
    defs: Vec<TableDef>,
    by_type: Vec<(TypeId, usize)>,
}

impl Tables {
    pub fn len(&self) -> usize {
        self.defs.len()
    }

    pub fn iter(&self) -> impl Iterator<Item = &TableDef> {
        self.defs.iter()
    }

    pub fn def(&self, at: usize) -> &TableDef {
        &self.defs[at]
    }

    pub fn find(&self, name: &str) -> Option<usize> {
        self.defs.binary_search_by(|def| def.name.cmp(name)).ok()
    }

    /// # Panics
    /// If the program forgot to register the table: no call could work, so the first test to touch it must say so.
    #[track_caller]
    pub fn at<T: Table>(&self) -> usize {
        let wanted = TypeId::of::<T>();
        match self.by_type.binary_search_by_key(&wanted, |(id, _)| *id) {
            Ok(found) => self.by_type[found].1,
            Err(_) => panic!("table {} is used but was not registered when the store was opened", T::NAME),
        }
    }
}

impl fmt::Debug for Tables {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.defs.iter().map(|def| def.name)).finish()
    }
}
