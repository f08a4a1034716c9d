//! The tables of Organizations and everything that reads or changes them. Invariants hold here: one root, a tree without
//! gaps, at least one service control policy everywhere, quotas.

pub mod admins;
pub mod gather;
pub mod handshakes;
pub mod members;
pub mod organizations;
pub mod policies;
pub mod tree;

use crate::model::{Creation, Handshake, Member, Organization, Policy, PolicyType, Profile, Unit};
use bastide_base::{AccountId, Timestamp};
use bastide_store::{Registry, Table};

macro_rules! tables {
    ($($(#[$meta:meta])* $name:ident = $table:literal, $key:ty => $row:ty;)*) => {
        $($(#[$meta])* pub struct $name;
        impl Table for $name {
            const NAME: &'static str = $table;
            type Key = $key;
            type Row = $row;
        })*
        /// Every table of Organizations.
        pub fn tables(registry: Registry) -> Registry {
            registry$(.with::<$name>())*
        }
    };
}

tables! {
    Organizations = "organizations.organizations", String => Organization;
    /// An account is in one organization at most.
    Members = "organizations.members", AccountId => Member;
    Profiles = "organizations.profiles", AccountId => Profile;
    /// By organization and id.
    Units = "organizations.units", (String, String) => Unit;
    /// Customers' policies by organization and id.
    Policies = "organizations.policies", (String, String) => Policy;
    /// Organization, target (root, unit or account), policy.
    Attachments = "organizations.attachments", (String, String, String) => PolicyType;
    Handshakes = "organizations.handshakes", String => Handshake;
    /// Accounts in the making by organization and request.
    Creations = "organizations.creations", (String, String) => Creation;
    /// Delegated administrators: organization, account, service.
    Delegations = "organizations.delegations", (String, AccountId, String) => Timestamp;
    /// Trusted access: organization, service.
    Trusted = "organizations.trusted", (String, String) => Timestamp;
}
