//! `models/manifest.json`: where everything in `models/` came from, and the checksums of what was made of it.

use std::path::Path;

use serde_json::{Value, json};

use super::sources::{ALL, sha256};
use crate::Result;

/// The packed files, in the manifest's order.
const FILES: [&str; 4] = ["api.bin", "own.bin", "reference.bin", "managed.bin"];

pub fn write(models: &Path) -> Result<()> {
    let sources: Vec<Value> = ALL
        .iter()
        .map(|source| {
            json!({
                "package": source.package,
                "version": source.version,
                "file": source.file,
                "sha256": source.sha256,
                "licence": source.licence,
                "takes": source.takes,
            })
        })
        .collect();
    let mut files = serde_json::Map::new();
    for name in FILES {
        let bytes = std::fs::read(models.join(name)).map_err(|error| format!("{name}: {error}"))?;
        files.insert(name.to_owned(), json!({ "bytes": bytes.len(), "sha256": sha256(&bytes) }));
    }
    let manifest = json!({ "sources": sources, "files": files });
    std::fs::write(models.join("manifest.json"), serde_json::to_string_pretty(&manifest)? + "\n")?;
    Ok(())
}

/// Every committed file is what the manifest says, made from the sources that this tool pins, and opens.
pub fn check(models: &Path) -> Result<()> {
    let manifest: Value = serde_json::from_slice(&std::fs::read(models.join("manifest.json"))?)?;
    for name in FILES {
        let found = sha256(&std::fs::read(models.join(name)).map_err(|error| format!("{name}: {error}"))?);
        let said = manifest["files"][name]["sha256"].as_str().unwrap_or("nothing");
        if found != said {
            return Err(format!("models/{name}: SHA-256 is {found}, the manifest says {said}").into());
        }
    }
    for (at, source) in ALL.iter().enumerate() {
        let said = &manifest["sources"][at];
        if said["sha256"].as_str() != Some(source.sha256) || said["version"].as_str() != Some(source.version) {
            return Err(format!("models/manifest.json was not made from {} {}", source.package, source.version).into());
        }
    }
    let own = super::api::pack_own(models)?;
    if own != std::fs::read(models.join("own.bin"))? {
        return Err("models/own.bin is older than models/own/*.json: run `cargo xtask models --own`".into());
    }
    let errors = bastide_shape::authorization::check_table();
    if !errors.is_empty() {
        errors.iter().for_each(|error| eprintln!("models/actions.toml: {error}"));
        return Err(format!("models/actions.toml has {} faults", errors.len()).into());
    }
    let operations: usize =
        bastide_shape::services().filter_map(bastide_shape::service).map(|service| service.operations.len()).sum();
    println!("models are whole: {} services, {operations} operations", bastide_shape::services().count());
    Ok(())
}

#[cfg(test)]
mod tests {
    /// What `cargo xtask models --check` says, as a gate.
    #[test]
    fn committed_models_are_what_the_manifest_says() {
        super::check(&crate::models::models_folder()).unwrap();
    }
}
