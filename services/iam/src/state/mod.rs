//! IAM's tables and indexes, and everything that reads or changes them. Invariants (names unique whatever their case,
//! quotas, what refers to what) hold here, so that no operation can forget one.
//!
//! Rows of identities are kept by their unique ids and found through [`Names`]: a rename moves one index entry, and
//! memberships, keys, attachments and sessions follow because they never knew the name.

pub mod accounts;
pub mod entities;
pub mod gather;
pub mod keys;
pub mod members;
pub mod policies;
pub mod trust;

use crate::model::{AccessKey, Account, Entity, Group, Kind, ManagedPolicy, Role, User};
use bastide_base::AccountId;
use bastide_store::{Registry, Table};

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident = $table:literal, $key:ty => $row:ty;)*) => {
        $($(#[$meta])* pub struct $name;
        impl Table for $name {
            const NAME: &'static str = $table;
            type Key = $key;
            type Row = $row;
        })*
        /// Every table of IAM.
        pub fn tables(registry: Registry) -> Registry {
            registry$(.with::<$name>())*
        }
    };
}

tables! {
    Accounts = "iam.accounts", AccountId => Account;
    /// Account aliases are unique among all accounts.
    Aliases = "iam.aliases", String => AccountId;
    /// By account and unique id.
    Users = "iam.users", (AccountId, String) => User;
    /// By account and unique id.
    Groups = "iam.groups", (AccountId, String) => Group;
    /// By account and unique id.
    Roles = "iam.roles", (AccountId, String) => Role;
    /// Account, kind (`user`, `group`, `role`, `policy`) and name in lower case, to the key of the row: the unique id, for
    /// policies path and name.
    Names = "iam.names", (AccountId, String, String) => String;
    /// Account, group's id, user's id.
    Members = "iam.members", (AccountId, String, String) => ();
    /// Customers' managed policies by account and path with name, as in their ARNs.
    Policies = "iam.policies", (AccountId, String) => ManagedPolicy;
    /// Who uses a managed policy: account of the user, the policy's ARN, `boundary` or `permissions`, the identity's id.
    Uses = "iam.uses", (AccountId, String, String, String) => Kind;
    /// Access keys of all accounts by their ids.
    AccessKeys = "iam.access_keys", String => AccessKey;
}

/// The state as everything here reads it; operations only hand it on.
pub type State = bastide_store::Snapshot;

/// An identity and the table it lives in.
pub trait Stored: Entity {
    type Rows: Table<Key = (AccountId, String), Row = Self>;
}

impl Stored for User {
    type Rows = Users;
}
impl Stored for Group {
    type Rows = Groups;
}
impl Stored for Role {
    type Rows = Roles;
}
