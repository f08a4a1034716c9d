//! What the tests of this crate share: services made from a model in botocore's form, and values in plain JSON.
#![allow(dead_code, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bastide_codec::{Value, plain};
use bastide_shape::{Kind, Member, Service, Structure};
use serde_json::{Value as Json, json};

/// The reader that packs the models for the binary reads the vectors' models too.
#[path = "../../../../xtask/src/models/botocore.rs"]
mod botocore;

/// A service of one operation, as a vector file gives it.
pub fn service(metadata: &Json, shapes: &Json, operation: &Json) -> &'static Service {
    let mut metadata = metadata.as_object().unwrap().clone();
    metadata.entry("endpointPrefix").or_insert(json!("vectors"));
    metadata.entry("serviceId").or_insert(json!("Vectors"));
    let name = operation["name"].as_str().unwrap();
    let model = json!({"metadata": metadata, "shapes": shapes, "operations": {name: operation}});
    Box::leak(Box::new(botocore::parse("vectors", &model).unwrap_or_else(|error| panic!("{name}: {error}"))))
}

/// The structure of a vector's parameters or results, where blobs stand as text.
pub fn value(service: &Service, structure: &Structure, json: &Json) -> Value {
    plain::from_json(service, structure, &fields(service, structure, json)).unwrap()
}

fn fields(service: &Service, structure: &Structure, json: &Json) -> Json {
    let object = json.as_object().cloned().unwrap_or_default();
    object
        .into_iter()
        .filter(|(_, json)| !json.is_null())
        .map(|(name, json)| {
            let member = structure.member(&name).unwrap_or_else(|| panic!("no member {name}"));
            let json = adapt(service, member, &json);
            (name, json)
        })
        .collect()
}

fn adapt(service: &Service, member: &Member, json: &Json) -> Json {
    match (&service.shape(member.shape).kind, json) {
        (_, Json::Null) => Json::Null,
        (Kind::Structure(structure), json) => fields(service, structure, json),
        (Kind::List(list), Json::Array(items)) => {
            items.iter().map(|item| adapt(service, &list.element, item)).collect()
        }
        (Kind::Map(map), Json::Object(object)) => {
            object.iter().map(|(key, json)| (key.clone(), adapt(service, &map.value, json))).collect()
        }
        (Kind::Blob { .. }, Json::String(text)) => STANDARD.encode(text).into(),
        _ => json.clone(),
    }
}
