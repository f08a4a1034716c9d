//! Which actions an operation asks for: `models/actions.toml` over the rule that an operation asks for the action of
//! its own name.

use std::collections::{BTreeMap, HashMap};
use std::fmt;
use std::sync::{LazyLock, OnceLock};

use serde::Deserialize;

use crate::{Operation, Service, entry, service, services};

static TEXT: &str = include_str!("../../../../models/actions.toml");

/// What an operation asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapping {
    /// In the order in which AWS checks them, where that is known.
    pub actions: Vec<Mapped>,
    /// Why the operation asks for nothing; `actions` is empty then, and only then.
    pub none: Option<&'static str>,
    /// The action stands in no authorisation reference yet: it is the operation's own name.
    pub unlisted: bool,
}

/// One action that an operation asks for, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mapped {
    /// With prefix: `s3:GetObject`.
    pub action: &'static str,
    /// Asked only when one of these input members is set; empty: always.
    pub when: Vec<&'static str>,
    /// Not asked when one of these input members is set.
    pub unless: Vec<&'static str>,
    /// In words, what besides must be so; the operation decides.
    pub provided: Option<&'static str>,
    /// In words, on which resource, where an operation has several.
    pub on: Option<&'static str>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Section {
    /// What stands before the colon; the signing name where it is not given.
    prefix: Option<String>,
    /// AWS publishes no reference for this service: every operation asks for the action of its own name.
    #[serde(default)]
    own: bool,
    /// API Gateway: an operation without an action of its own name asks for its HTTP method.
    #[serde(default)]
    by_method: bool,
    /// Asked besides, by every operation without a line that has one of the members in `when`.
    #[serde(default)]
    also: Vec<Detailed>,
    /// Operations that ask for their own name although the reference does not list it.
    #[serde(default)]
    unlisted: Vec<String>,
    #[serde(default)]
    operations: BTreeMap<String, Line>,
}

/// What holds for a service that the table does not name.
static PLAIN: Section = Section {
    prefix: None,
    own: false,
    by_method: false,
    also: Vec::new(),
    unlisted: Vec::new(),
    operations: BTreeMap::new(),
};

#[derive(Deserialize)]
#[serde(untagged)]
enum Line {
    None { none: String },
    Many(Vec<Item>),
    One(Item),
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Item {
    Name(String),
    Detailed(Detailed),
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Detailed {
    action: String,
    #[serde(default)]
    when: Vec<String>,
    #[serde(default)]
    unless: Vec<String>,
    provided: Option<String>,
    on: Option<String>,
}

type Mappings = HashMap<&'static str, Mapping>;

static TABLE: LazyLock<BTreeMap<String, Section>> =
    LazyLock::new(|| toml::from_str(TEXT).expect("models/actions.toml is well formed"));

static MAPPINGS: LazyLock<HashMap<&'static str, OnceLock<Mappings>>> =
    LazyLock::new(|| services().map(|name| (name, OnceLock::new())).collect());

/// What stands before the colon of a service's actions, by Bastide's name for the service: `elbv2` has
/// `elasticloadbalancing`.
pub fn prefix_of(name: &str) -> Option<&'static str> {
    let entry = entry(name)?;
    Some(TABLE.get(name).and_then(|section| section.prefix.as_deref()).unwrap_or(entry.signing_name))
}

/// What an operation asks for, by Bastide's name for the service. Nothing for an operation that no model has, and
/// nothing for one that is neither in the reference nor in the table (a test keeps that set empty).
pub fn mapping(service_name: &str, operation: &str) -> Option<&'static Mapping> {
    let mappings = MAPPINGS.get(service_name)?;
    mappings.get_or_init(|| service(service_name).map(all_mappings).unwrap_or_default()).get(operation)
}

/// The actions of [`mapping`]; empty for an operation that asks for nothing and for one that is unknown. An unknown
/// operation is refused before anyone asks.
pub fn actions_for(service_name: &str, operation: &str) -> &'static [Mapped] {
    mapping(service_name, operation).map_or(&[], |mapping| &mapping.actions)
}

fn all_mappings(service: &'static Service) -> Mappings {
    let section = TABLE.get(service.name).unwrap_or(&PLAIN);
    let prefix = section.prefix.as_deref().unwrap_or(service.signing_name);
    let map = |operation: &'static Operation| {
        let mapping = match section.operations.get(operation.name) {
            Some(line) => line.mapping(),
            None => {
                let mut mapping = by_name(section, prefix, operation)?;
                let own = mapping.actions[0].action;
                let also = section.also.iter().filter(|item| item.action != own);
                mapping.actions.extend(also.filter_map(|item| item.of_input(service, operation)));
                mapping
            }
        };
        Some((operation.name, mapping))
    };
    service.operations.iter().filter_map(map).collect()
}

/// The mapping of an operation that has no line in the table.
fn by_name(section: &Section, prefix: &str, operation: &'static Operation) -> Option<Mapping> {
    let named = |name: &str, unlisted| Mapping {
        actions: vec![Mapped::always(format!("{prefix}:{name}").leak())],
        none: None,
        unlisted,
    };
    if section.own || section.unlisted.iter().any(|name| name == operation.name) {
        return Some(named(operation.name, true));
    }
    let reference = super::actions(prefix)?;
    match reference.action(operation.name) {
        Some(action) => Some(named(action.name, false)),
        None if section.by_method => Some(named(reference.action(operation.method)?.name, false)),
        None => None,
    }
}

impl Mapped {
    fn always(action: &'static str) -> Self {
        Self { action, when: Vec::new(), unless: Vec::new(), provided: None, on: None }
    }
}

impl Line {
    fn mapping(&'static self) -> Mapping {
        let items = match self {
            Self::None { none } => return Mapping { actions: Vec::new(), none: Some(none), unlisted: false },
            Self::Many(items) => items.as_slice(),
            Self::One(item) => std::slice::from_ref(item),
        };
        Mapping { actions: items.iter().map(Item::mapped).collect(), none: None, unlisted: false }
    }
}

impl Item {
    fn mapped(&'static self) -> Mapped {
        match self {
            Self::Name(action) => Mapped::always(action),
            Self::Detailed(item) => item.mapped(),
        }
    }
}

impl Detailed {
    fn mapped(&'static self) -> Mapped {
        Mapped {
            action: &self.action,
            when: self.when.iter().map(String::as_str).collect(),
            unless: self.unless.iter().map(String::as_str).collect(),
            provided: self.provided.as_deref(),
            on: self.on.as_deref(),
        }
    }

    /// The same for one operation, if its input has any of the members in `when`.
    fn of_input(&'static self, service: &Service, operation: &Operation) -> Option<Mapped> {
        let input = service.structure(operation.input?.shape)?;
        let mut mapped = self.mapped();
        mapped.when.retain(|member| input.member(member).is_some());
        (!mapped.when.is_empty()).then_some(mapped)
    }
}

/// Something in the table that does not fit the models or the reference.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TableError {
    pub service: String,
    pub operation: String,
    pub problem: String,
}

impl fmt::Display for TableError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{} {}: {}", self.service, self.operation, self.problem)
    }
}

/// Everything that is wrong with the table: operations without an action, actions and members that do not exist,
/// lines that say nothing new. Opens every model.
pub fn check_table() -> Vec<TableError> {
    let mut errors = Vec::new();
    let mut report = |service: &str, operation: &str, problem: String| {
        errors.push(TableError { service: service.to_owned(), operation: operation.to_owned(), problem });
    };
    for name in TABLE.keys().filter(|name| entry(name).is_none()) {
        report(name, "-", "no such service".into());
    }
    for service in services().filter_map(service) {
        let section = TABLE.get(service.name).unwrap_or(&PLAIN);
        let mappings = all_mappings(service);
        for name in section.operations.keys().chain(&section.unlisted) {
            if service.operation(name).is_none() {
                report(service.name, name, "no such operation".into());
            }
        }
        let reference = prefix_of(service.name).and_then(super::actions);
        for name in &section.unlisted {
            if reference.is_some_and(|reference| reference.action(name).is_some()) {
                report(service.name, name, "the reference lists it by now".into());
            }
        }
        for operation in &service.operations {
            let Some(mapping) = mappings.get(operation.name) else {
                report(service.name, operation.name, "neither in the reference nor in the table".into());
                continue;
            };
            for problem in problems(service, operation, section, mapping) {
                report(service.name, operation.name, problem);
            }
        }
    }
    errors
}

fn problems(service: &Service, operation: &Operation, section: &Section, mapping: &Mapping) -> Vec<String> {
    let mut problems = Vec::new();
    let input = operation.input.and_then(|input| service.structure(input.shape));
    for mapped in &mapping.actions {
        let own = mapping.unlisted && mapped.action.split_once(':').is_some_and(|(_, name)| name == operation.name);
        if !own && super::action(mapped.action).is_none() {
            problems.push(format!("the reference has no {}", mapped.action));
        }
        for member in mapped.when.iter().chain(&mapped.unless) {
            if input.is_none_or(|input| input.member(member).is_none()) {
                problems.push(format!("the input has no {member}"));
            }
        }
    }
    let prefix = section.prefix.as_deref().unwrap_or(service.signing_name);
    if let (true, [only]) = (section.operations.contains_key(operation.name), mapping.actions.as_slice()) {
        let own = super::actions(prefix).and_then(|reference| reference.action(operation.name));
        let same = own.is_some_and(|own| only.action.split_once(':') == Some((prefix, own.name)));
        if same && *only == Mapped::always(only.action) {
            problems.push("the line says what is so without it".into());
        }
    }
    if mapping.actions.is_empty() && mapping.none.is_none_or(str::is_empty) {
        problems.push("no action and no reason".into());
    }
    problems
}
