//! What there is: keys, their material, aliases, grants. No wire, no store.

pub mod crypto;
pub mod names;
pub mod spec;
pub mod states;

use bastide_authz::PolicyDocument;
use bastide_base::{AccountId, Arn, Region, SecretBytes, Timestamp};
use crypto::Hidden;
use names::*;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Quotas (Developer Guide, "Resource quotas").
pub const KEYS_MAX: usize = 100_000;
pub const ALIASES_PER_KEY_MAX: usize = 50;
pub const GRANTS_PER_KEY_MAX: usize = 50_000;
pub const ON_DEMAND_ROTATIONS_MAX: u32 = 25;
pub const TAGS_MAX: usize = 50;
/// The longest key policy, in bytes (PutKeyPolicy, `Policy`).
pub const POLICY_MAX: usize = 32_768;

/// Import parameters are valid for a day.
pub const IMPORT_VALID_SECS: i64 = 86_400;
/// The longest life of imported material that expires (ImportKeyMaterial, `ValidTo`).
pub const MATERIAL_DAYS_MAX: i64 = 365;
pub const DAY_SECS: i64 = 86_400;
pub const ROTATION_DAYS_DEFAULT: i64 = 365;
pub const DELETION_DAYS_DEFAULT: i64 = 30;

pub type Context = BTreeMap<String, String>;

/// Where a key is: its account, its region, its id. The key of its row.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Place {
    pub account: AccountId,
    pub region: Region,
    pub id: String,
}

impl Place {
    pub fn arn(&self) -> String {
        Arn::new("kms", self.region.as_str(), Some(self.account), format_args!("key/{}", self.id)).into()
    }

    pub fn alias_arn(&self, alias: &str) -> String {
        Arn::new("kms", self.region.as_str(), Some(self.account), alias).into()
    }

    pub fn in_region(&self, region: Region) -> Self {
        Place { region, ..self.clone() }
    }
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Key {
    pub place: Place,
    pub spec: KeySpec,
    pub usage: KeyUsage,
    pub origin: Origin,
    pub manager: Manager,
    pub state: KeyState,
    pub created: Timestamp,
    pub description: String,
    pub policy: PolicyDocument,
    /// Sorted by key.
    pub tags: BTreeMap<String, String>,
    /// Oldest first. An asymmetric or HMAC key has one at most.
    pub materials: Vec<Material>,
    /// Automatic rotation; a multi-Region family's is the primary's.
    pub rotation: Option<Rotation>,
    pub on_demand_rotations: u32,
    pub deletion: Option<Deletion>,
    pub multi_region: Option<MultiRegion>,
}

/// Key material: one backing key.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Material {
    /// 64 hexadecimal digits; the same material in the same key has the same id.
    pub id: String,
    /// Raw bytes of symmetric keys, PKCS#8 of asymmetric ones. Gone once imported material is deleted or has expired.
    pub secret: Option<Hidden>,
    /// SubjectPublicKeyInfo of asymmetric keys.
    pub public: Option<Vec<u8>>,
    pub state: MaterialState,
    /// When it became current by a rotation, and by which kind.
    pub rotated: Option<(Timestamp, RotationType)>,
    pub expires: Option<Timestamp>,
    pub description: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Rotation {
    pub period_days: i64,
    pub next: Timestamp,
}

#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Deletion {
    pub window_days: i64,
    /// `None` for a primary that waits for its replicas to go.
    pub at: Option<Timestamp>,
}

/// A multi-Region key's family: every member keeps the same list.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct MultiRegion {
    pub primary: Region,
    pub replicas: Vec<Region>,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Alias {
    pub created: Timestamp,
    pub updated: Timestamp,
    pub key: String,
}

/// What GetParametersForImport handed the public half of out.
#[derive(Clone, Serialize, Deserialize)]
pub struct Import {
    pub algorithm: WrappingAlgorithm,
    /// PKCS#8 of the wrapping key; gone once it has expired.
    pub private: Option<SecretBytes>,
    pub valid_to: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Grant {
    pub id: String,
    pub name: Option<String>,
    pub created: Timestamp,
    pub grantee: String,
    pub retiring: Option<String>,
    /// The account of whoever made it, as `arn:aws:iam::ACCOUNT:root`.
    pub issuer: String,
    pub operations: Vec<GrantOperation>,
    pub context_equals: Option<Context>,
    pub context_subset: Option<Context>,
}

impl Key {
    pub fn arn(&self) -> String {
        self.place.arn()
    }

    pub fn current(&self) -> Option<&Material> {
        self.materials.iter().find(|material| material.state == MaterialState::Current)
    }

    pub fn material(&self, id: &str) -> Option<&Material> {
        self.materials.iter().find(|material| material.id == id)
    }

    pub fn tag_list(&self) -> Vec<(String, String)> {
        self.tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
    }

    pub fn region_type(&self) -> Option<MultiRegionKeyType> {
        let family = self.multi_region.as_ref()?;
        Some(match family.primary == self.place.region {
            true => MultiRegionKeyType::Primary,
            false => MultiRegionKeyType::Replica,
        })
    }

    /// What the state is when nothing holds it back: usable once all material that was ever there is there.
    pub fn resting_state(&self) -> KeyState {
        let there = |material: &&Material| material.state != MaterialState::PendingRotation;
        let mut materials = self.materials.iter().filter(there).peekable();
        match materials.peek().is_some() && materials.all(|material| material.secret.is_some()) {
            true => KeyState::Enabled,
            false => KeyState::PendingImport,
        }
    }
}

impl Material {
    pub fn secret(&self) -> Option<&SecretBytes> {
        self.secret.as_ref().map(Hidden::bytes)
    }
}

impl Grant {
    /// The same but for id and time: made again, it is this one.
    pub fn is_same_as(&self, other: &Grant) -> bool {
        let Grant { id, created, .. } = self.clone();
        Grant { id, created, ..other.clone() } == *self
    }

    /// Whether the request's encryption context is one the grant is for.
    pub fn fits(&self, context: Option<&Context>) -> bool {
        let empty = Context::new();
        let context = context.unwrap_or(&empty);
        let equals = self.context_equals.as_ref().is_none_or(|wanted| wanted == context);
        let subset = self.context_subset.as_ref();
        equals && subset.is_none_or(|wanted| wanted.iter().all(|(key, value)| context.get(key) == Some(value)))
    }
}
