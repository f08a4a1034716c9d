//! `cargo xtask coverage`: writes COVERAGE.md. What is implemented is what the binary registers (`bastide coverage
//! --json`); nothing is listed here by hand.

use std::fmt::Write;
use std::process::Command;

use serde::Deserialize;

use crate::project::{self, snake_case};
use crate::{Result, server};

#[derive(clap::Args)]
pub struct Args {
    /// Only compare: fails when COVERAGE.md does not say what the binary does
    #[arg(long)]
    check: bool,
}

impl Args {
    pub fn check() -> Self {
        Args { check: true }
    }
}

const PAGE: &str = "COVERAGE.md";

/// What `bastide coverage --json` prints.
#[derive(Deserialize)]
struct Coverage {
    services: Vec<Service>,
}

#[derive(Deserialize)]
struct Service {
    service: String,
    implemented: Vec<String>,
    total: usize,
}

pub fn run(args: &Args) -> Result<()> {
    let page = page(&measure()?)?;
    let path = project::root().join(PAGE);
    if !args.check {
        project::write(&path, &page)?;
        println!("wrote {PAGE}");
        return Ok(());
    }
    if project::read(&path)? != page {
        return Err(
            format!("{PAGE} does not say what the binary does: run `cargo xtask coverage` and commit it").into()
        );
    }
    println!("{PAGE} says what the binary does");
    Ok(())
}

/// The implemented operations by service, as JSON: `{"sts": ["AssumeRole", …], …}`.
pub fn implemented_json() -> Result<String> {
    let implemented = measure()?.services.into_iter().filter(|service| !service.implemented.is_empty());
    let map: serde_json::Map<_, _> = implemented.map(|service| (service.service, service.implemented.into())).collect();
    Ok(serde_json::to_string(&map)?)
}

fn measure() -> Result<Coverage> {
    let binary = server::build(false)?;
    Ok(serde_json::from_str(&project::output(Command::new(binary).args(["coverage", "--json"]))?)?)
}

fn page(coverage: &Coverage) -> Result<String> {
    let sum = |count: fn(&Service) -> usize| coverage.services.iter().map(count).sum::<usize>();
    let (begun, none): (Vec<&Service>, Vec<&Service>) =
        coverage.services.iter().partition(|service| !service.implemented.is_empty());
    let mut page = format!(
        "# Coverage\n\n\
         Written by `cargo xtask coverage` from what the binary registers. {} of the {} operations of {} services are\n\
         implemented. Every other one answers 501, names itself and is recorded; nothing is stored that does nothing.\n\n\
         | service | implemented | of |\n|---|---:|---:|\n",
        sum(|service| service.implemented.len()),
        sum(|service| service.total),
        coverage.services.len()
    );
    for service in &begun {
        let name = &service.service;
        // Writing to a String cannot fail.
        let _ = writeln!(page, "| [{name}](#{name}) | {} | {} |", service.implemented.len(), service.total);
    }
    for service in &begun {
        let _ = writeln!(page, "\n## {}\n\n| operation | |\n|---|---|", service.service);
        for operation in &service.implemented {
            let _ = writeln!(page, "| {operation} | {} |", summary(&service.service, operation)?);
        }
    }
    let rest: Vec<String> = none.iter().map(|service| format!("{} ({})", service.service, service.total)).collect();
    let _ = write!(page, "\n## Not begun\n\nEvery operation of these services answers 501: {}.\n", rest.join(", "));
    Ok(page)
}

/// What the operation's file says about it in its header, without its name: the first paragraph.
fn summary(service: &str, operation: &str) -> Result<String> {
    let path = project::root().join(format!("services/{service}/src/ops/{}.rs", snake_case(operation)));
    let text = project::read(&path)?;
    let header: Vec<&str> = text
        .lines()
        .map_while(|line| line.strip_prefix("//!"))
        .map(str::trim)
        .take_while(|line| !line.is_empty())
        .collect();
    let header = header.join(" ");
    let said = header
        .split_once(operation)
        .map_or(header.as_str(), |(_, rest)| rest.trim_start_matches(['.', ':', ',']).trim());
    Ok(said.replace('|', "\\|"))
}

/// How a service is called at the head of its operations' files: by the first line of one that exists, else in capitals.
pub fn label(service: &str) -> String {
    let ops = project::root().join("services").join(service).join("src/ops");
    let files = project::entries(&ops).unwrap_or_default();
    let headers = files.iter().filter(|path| !path.ends_with("mod.rs")).filter_map(|path| project::read(path).ok());
    let label = headers.filter_map(|text| Some(text.strip_prefix("//! ")?.split(' ').next()?.to_owned())).next();
    label.unwrap_or_else(|| service.to_uppercase())
}
