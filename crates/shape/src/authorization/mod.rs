//! What AWS publishes about authorisation: the service authorisation reference (actions, resource types, condition
//! keys), and which actions an operation needs.
//!
//! Two questions are answered here. *What is this action?* [`actions`] opens one service's reference. *Which actions
//! does this operation ask for?* [`actions_for`] knows: the action of the operation's own name, unless the table
//! (`models/actions.toml`) says otherwise.

mod packed;
mod table;

use std::sync::{LazyLock, OnceLock};

pub use packed::write;
pub use table::{Mapped, Mapping, TableError, actions_for, check_table, mapping, prefix_of};

use packed::Entry;

static FILE: &[u8] = include_bytes!("../../../../models/reference.bin");

/// One service of the authorisation reference.
#[derive(Debug, Clone)]
pub struct ServiceReference {
    /// What stands before the colon of its actions (`s3`, `elasticloadbalancing`).
    pub prefix: &'static str,
    /// AWS's name for people (`Amazon S3`).
    pub name: &'static str,
    /// Resource control policies apply to the service.
    pub resource_control: bool,
    /// Sorted by lower-cased name.
    pub actions: Vec<Action>,
    /// Sorted by name.
    pub resource_types: Vec<ResourceType>,
    /// Sorted by lower-cased key.
    pub condition_keys: Vec<ConditionKey>,
}

#[derive(Debug, Clone)]
pub struct Action {
    /// Without the prefix (`GetObject`). AWS compares it without regard to case.
    pub name: &'static str,
    pub access_level: AccessLevel,
    /// Empty: the action is about no resource, and policies say `*`.
    pub resource_types: Vec<ActionResource>,
    /// Condition keys of the action whatever the resource, without the global ones. May hold `${TagKey}` patterns.
    pub condition_keys: Vec<&'static str>,
    /// Actions that the caller needs besides, in some or all cases (`iam:PassRole`).
    pub dependent_actions: Vec<&'static str>,
}

/// A resource type that an action can be about.
#[derive(Debug, Clone)]
pub struct ActionResource {
    /// Name of a [`ResourceType`].
    pub name: &'static str,
    /// Every call of the action is about a resource of this type (the reference's asterisk).
    pub required: bool,
    /// Condition keys that the action has on this resource type only.
    pub condition_keys: Vec<&'static str>,
}

/// As the reference groups actions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AccessLevel {
    List,
    Read,
    Write,
    PermissionsManagement,
    Tagging,
}

impl AccessLevel {
    /// AWS's words for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::List => "List",
            Self::Read => "Read",
            Self::Write => "Write",
            Self::PermissionsManagement => "Permissions management",
            Self::Tagging => "Tagging",
        }
    }
}

#[derive(Debug, Clone)]
pub struct ResourceType {
    pub name: &'static str,
    /// Pattern with `${Partition}`, `${Region}`, `${Account}` and the service's own variables.
    pub arn: &'static str,
    pub condition_keys: Vec<&'static str>,
}

#[derive(Debug, Clone, Copy)]
pub struct ConditionKey {
    /// May hold `${TagKey}`.
    pub key: &'static str,
    pub kind: KeyKind,
    /// The key holds several values: policies use `ForAnyValue` or `ForAllValues`.
    pub many: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyKind {
    String,
    Arn,
    Bool,
    Numeric,
    Date,
    IpAddress,
}

impl ServiceReference {
    /// The action of this name (without prefix, any case).
    pub fn action(&self, name: &str) -> Option<&Action> {
        let at = self.actions.binary_search_by(|action| ignore_case(action.name, name)).ok()?;
        self.actions.get(at)
    }

    pub fn resource_type(&self, name: &str) -> Option<&ResourceType> {
        self.resource_types.iter().find(|kind| kind.name == name)
    }

    /// The condition key as the reference writes it (any case); patterns such as `${TagKey}` are not matched.
    pub fn condition_key(&self, key: &str) -> Option<&ConditionKey> {
        let at = self.condition_keys.binary_search_by(|known| ignore_case(known.key, key)).ok()?;
        self.condition_keys.get(at)
    }
}

fn ignore_case(left: &str, right: &str) -> std::cmp::Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    left.bytes().map(lower).cmp(right.bytes().map(lower))
}

struct Slot {
    entry: Entry,
    reference: OnceLock<&'static ServiceReference>,
}

/// The file is part of the binary and compared with its checksum by a test, so damage is a defect of the build.
static SLOTS: LazyLock<Vec<Slot>> = LazyLock::new(|| {
    let entries = packed::read_index(FILE).expect("models/reference.bin is whole");
    entries.into_iter().map(|entry| Slot { entry, reference: OnceLock::new() }).collect()
});

/// The reference of the service whose actions have this prefix (any case), opened on the first call.
pub fn actions(prefix: &str) -> Option<&'static ServiceReference> {
    let at = SLOTS.binary_search_by(|slot| ignore_case(slot.entry.prefix, prefix)).ok()?;
    let slot = SLOTS.get(at)?;
    Some(slot.reference.get_or_init(|| Box::leak(Box::new(slot.entry.open().expect("a packed reference is whole")))))
}

/// The action behind `s3:GetObject` (any case).
pub fn action(name: &str) -> Option<&'static Action> {
    let (prefix, name) = name.split_once(':')?;
    actions(prefix)?.action(name)
}

/// All prefixes that the reference knows, sorted, without opening any.
pub fn prefixes() -> impl Iterator<Item = &'static str> {
    SLOTS.iter().map(|slot| slot.entry.prefix)
}

/// Whether resource control policies apply to the service of this prefix.
pub fn resource_control(prefix: &str) -> bool {
    let at = SLOTS.binary_search_by(|slot| ignore_case(slot.entry.prefix, prefix));
    at.ok().and_then(|at| SLOTS.get(at)).is_some_and(|slot| slot.entry.resource_control)
}
