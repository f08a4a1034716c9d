//! The tables of KMS, and the only place that touches them.

pub mod aliases;
pub mod grants;
pub mod imports;
pub mod keys;
pub mod make;
pub mod open_iam;

use crate::model::{Alias, Grant, Import, Key};
use bastide_base::{AccountId, Region};
use bastide_store::{Registry, Table};

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident = $table:literal, $key:ty => $row:ty;)*) => {
        $($(#[$meta])* pub struct $name;
        impl Table for $name {
            const NAME: &'static str = $table;
            type Key = $key;
            type Row = $row;
        })*
        /// Every table of KMS.
        pub fn tables(registry: Registry) -> Registry {
            registry$(.with::<$name>())*
        }
    };
}

tables! {
    /// By account, region and key id.
    Keys = "kms.keys", (AccountId, Region, String) => Key;
    /// By account, region and name (`alias/…`).
    Aliases = "kms.aliases", (AccountId, Region, String) => Alias;
    /// Account, region, key id, alias name: the aliases of a key.
    AliasesOfKeys = "kms.aliases_of_keys", (AccountId, Region, String, String) => ();
    /// By account, region, key id and grant id.
    Grants = "kms.grants", (AccountId, Region, String, String) => Grant;
    /// By account, region, key id and import token.
    Imports = "kms.imports", (AccountId, Region, String, String) => Import;
}
