//! Packs the AWS-managed policies that moto carries as a Python string of JSON. No Python runs: the string is cut out
//! of the source.

use bastide_base::Timestamp;
use bastide_shape::managed::{self, Source};
use serde_json::{Map, Value};

use super::sources::Wheel;
use crate::Result;

const FILE: &str = "moto/iam/aws_managed_policies.py";

pub fn pack(wheel: Vec<u8>) -> Result<Vec<u8>> {
    let source = String::from_utf8(Wheel::open(wheel)?.read(FILE)?)?;
    // In a plain Python string a backslash would mean something that JSON means differently.
    let text = source.split("\"\"\"").nth(1).filter(|text| !text.contains('\\'));
    let text = text.ok_or_else(|| format!("{FILE} is not one plain string"))?;
    let policies: Map<String, Value> = serde_json::from_str(text)?;
    let mut sources = policies.iter().map(|(name, policy)| source_of(name, policy)).collect::<Result<Vec<Source>>>()?;
    sources.sort_by(|left, right| left.name.cmp(&right.name));
    Ok(managed::write(&sources))
}

fn source_of(name: &str, policy: &Value) -> Result<Source> {
    let text = |key: &str| policy[key].as_str().ok_or_else(|| format!("{name}: {key} is missing"));
    let date = |key: &str| Ok::<_, Box<dyn std::error::Error>>(Timestamp::parse(text(key)?)?);
    let document = policy["Document"].as_object().ok_or_else(|| format!("{name}: Document is missing"))?;
    Ok(Source {
        name: name.to_owned(),
        path: text("Path")?.to_owned(),
        default_version_id: text("DefaultVersionId")?.to_owned(),
        create_date: date("CreateDate")?,
        update_date: date("UpdateDate")?,
        document: serde_json::to_string(&in_order(document))?,
    })
}

/// Our source sorted the keys; people (and AWS) write them in another order.
fn in_order(document: &Map<String, Value>) -> Value {
    const DOCUMENT: &[&str] = &["Version", "Id", "Statement"];
    const STATEMENT: &[&str] =
        &["Sid", "Effect", "Principal", "Action", "NotAction", "Resource", "NotResource", "Condition"];
    let mut document = ordered(document, DOCUMENT);
    let statements = match document.get_mut("Statement") {
        Some(Value::Array(statements)) => statements.as_mut_slice(),
        Some(statement) => std::slice::from_mut(statement),
        None => &mut [],
    };
    for statement in statements {
        if let Value::Object(object) = statement {
            *statement = Value::Object(ordered(object, STATEMENT));
        }
    }
    Value::Object(document)
}

fn ordered(object: &Map<String, Value>, order: &[&str]) -> Map<String, Value> {
    let mut pairs: Vec<(&String, &Value)> = object.iter().collect();
    pairs.sort_by_key(|(key, _)| order.iter().position(|known| known == key).unwrap_or(order.len()));
    pairs.into_iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}
