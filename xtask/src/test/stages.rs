//! The stages, in the order in which they run: the cheap ones that fail most often first.

use std::path::Path;
use std::process::Command;

use super::{Args, Outcome, Stage, cargo};
use crate::server::{self, Server};
use crate::{Result, coverage, crash, project, tidy, tools};

pub const ALL: &[Stage] = &[
    Stage { name: "format", quick: true, run: |_| cargo(&["fmt", "--all", "--check"]) },
    Stage { name: "tidy", quick: true, run: |_| tidy::run().map(|()| Outcome::Passed) },
    Stage { name: "models", quick: true, run: |_| cargo(&["xtask", "models", "--check"]) },
    Stage { name: "clippy", quick: true, run: |_| cargo(CLIPPY) },
    Stage { name: "unit", quick: true, run: |_| cargo(&["test", "--quiet", "--workspace", "--no-fail-fast"]) },
    Stage { name: "coverage", quick: true, run: |_| coverage::run(&coverage::Args::check()).map(|()| Outcome::Passed) },
    Stage { name: "labs-aws-v1", quick: false, run: |_| labs(&tools::aws_v1()?, &[]) },
    Stage { name: "labs-aws-v2", quick: false, run: |_| labs_v2() },
    Stage { name: "boto3", quick: false, run: |_| boto3() },
    Stage { name: "kms-clients", quick: false, run: |_| kms_clients() },
    Stage { name: "botocore", quick: false, run: botocore },
    Stage {
        name: "crash",
        quick: false,
        run: |_| crash::run(&crash::Args { rounds: 25, seed: None }).map(|()| Outcome::Passed),
    },
    Stage { name: "fuzz", quick: false, run: |_| cargo(FUZZ) },
];

const CLIPPY: &[&str] = &["clippy", "--quiet", "--workspace", "--all-targets", "--", "--deny", "warnings"];
const FUZZ: &[&str] = &["run", "--quiet", "--package", "bastide-fuzz-targets", "--", "--iterations", "20000"];

/// Labs that version 2.9.19 of the aws CLI, which is Debian's, cannot run, and why.
const BEYOND_AWS_V2: &[(&str, &str)] =
    &[("kms-keys-in-time", "it knows neither rotation periods nor RotateKeyOnDemand and ListKeyRotations")];

/// Every lab but those left out, each against a Bastide of its own, with this aws CLI.
fn labs(aws: &Path, left_out: &[(&str, &str)]) -> Result<Outcome> {
    let binary = server::build(false)?;
    let list = project::output(Command::new(&binary).args(["lab", "list"]))?;
    let names: Vec<&str> = list.lines().filter_map(|line| line.split_whitespace().next()).collect();
    if names.is_empty() {
        return Err("there are no labs".into());
    }
    for name in names {
        if let Some((_, why)) = left_out.iter().find(|(lab, _)| *lab == name) {
            println!("{name}: left out with this aws CLI: {why}");
            continue;
        }
        println!("{name}");
        project::run(Command::new(&binary).args(["lab", "run", name]).env("BASTIDE_AWS", aws))?;
    }
    Ok(Outcome::Passed)
}

fn labs_v2() -> Result<Outcome> {
    match tools::aws_v2()? {
        Some(aws) => labs(&aws, BEYOND_AWS_V2),
        None => Ok(Outcome::Skipped("this machine has no apt, from which version 2 of the aws CLI comes".to_owned())),
    }
}

/// The stock Python SDK against a running Bastide.
fn boto3() -> Result<Outcome> {
    let python = tools::python()?.join("python3");
    let server = Server::start(&server::build(false)?, &project::scratch("boto3")?)?;
    let implemented = project::scratch("coverage")?.join("implemented.json");
    project::write(&implemented, &coverage::implemented_json()?)?;
    let script = project::root().join("testkit/python/test_boto3.py");
    let environment = server.environment.iter().map(|(name, value)| (name, value));
    project::run(Command::new(python).arg(script).arg(&implemented).envs(environment))?;
    server.stop()?;
    Ok(Outcome::Passed)
}

/// The AWS Encryption SDK CLI, openssl and cryptography against KMS of a running Bastide.
fn kms_clients() -> Result<Outcome> {
    if project::output(Command::new("openssl").arg("version")).is_err() {
        return Ok(Outcome::Skipped("openssl is not on the PATH (Debian: apt install openssl)".to_owned()));
    }
    let python = tools::python_kms()?.join("python3");
    let server = Server::start(&server::build(false)?, &project::scratch("kms-clients")?)?;
    let script = project::root().join("testkit/python/test_kms_clients.py");
    let environment = server.environment.iter().map(|(name, value)| (name, value));
    project::run(Command::new(python).arg(script).envs(environment))?;
    server.stop()?;
    Ok(Outcome::Passed)
}

/// Random requests and answers of every model, ours against botocore's own, both ways.
fn botocore(args: &Args) -> Result<Outcome> {
    let python = tools::python()?.join("python3");
    let script = project::root().join("testkit/fuzz-botocore/run.py");
    project::run(
        Command::new(python).current_dir(project::root()).arg(script).args(["--samples", &args.samples.to_string()]),
    )?;
    Ok(Outcome::Passed)
}
