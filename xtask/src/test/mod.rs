//! `cargo xtask test`: every ring of tests, one stage after the other. A stage that fails does not stop the next.

mod stages;

use std::io::Write;
use std::time::{Duration, Instant};

use crate::{Result, project};

#[derive(clap::Args)]
pub struct Args {
    /// Only the stages that need no foreign tools
    #[arg(long)]
    quick: bool,
    /// Only these stages (any of their names)
    #[arg(long, value_name = "STAGE")]
    only: Vec<String>,
    /// Samples of the comparison with botocore
    #[arg(long, default_value_t = 20_000)]
    samples: u32,
}

/// What became of a stage that did not fail.
pub enum Outcome {
    Passed,
    /// It could not run on this machine, and why. Never in CI.
    Skipped(String),
}

pub struct Stage {
    pub name: &'static str,
    /// Runs with `--quick` as well.
    pub quick: bool,
    pub run: fn(&Args) -> Result<Outcome>,
}

pub fn run(args: &Args) -> Result<()> {
    let unknown: Vec<&String> =
        args.only.iter().filter(|name| !stages::ALL.iter().any(|stage| stage.name == *name)).collect();
    if !unknown.is_empty() {
        let names: Vec<&str> = stages::ALL.iter().map(|stage| stage.name).collect();
        return Err(format!("no stage {unknown:?}; there are {}", names.join(", ")).into());
    }
    let chosen = |stage: &&Stage| match args.only.is_empty() {
        true => stage.quick || !args.quick,
        false => args.only.iter().any(|name| name == stage.name),
    };
    let started = Instant::now();
    let mut results: Vec<(&str, Duration, Result<Outcome>)> = Vec::new();
    for stage in stages::ALL.iter().filter(chosen) {
        println!("== {}", stage.name);
        std::io::stdout().flush()?;
        let at = Instant::now();
        let result = (stage.run)(args).and_then(|outcome| match outcome {
            Outcome::Skipped(why) if std::env::var_os("CI").is_some() => {
                Err(format!("in CI nothing is skipped: {why}").into())
            }
            outcome => Ok(outcome),
        });
        println!("== {}: {} in {:.1} s", stage.name, word(&result), at.elapsed().as_secs_f64());
        results.push((stage.name, at.elapsed(), result));
    }
    summarise(&results, started.elapsed())
}

fn word(result: &Result<Outcome>) -> String {
    match result {
        Ok(Outcome::Passed) => "passed".to_owned(),
        Ok(Outcome::Skipped(why)) => format!("SKIPPED ({why})"),
        Err(error) => format!("FAILED\n{error}"),
    }
}

/// The durations, then what failed, and as the very last line how many passed and failed.
fn summarise(results: &[(&str, Duration, Result<Outcome>)], took: Duration) -> Result<()> {
    println!("\n{:<16} {:>8}", "stage", "seconds");
    for (name, took, result) in results {
        let word = word(result);
        println!("{name:<16} {:>8.1}  {}", took.as_secs_f64(), word.lines().next().unwrap_or_default());
    }
    println!("{:<16} {:>8.1}", "all", took.as_secs_f64());
    let skipped = results.iter().filter(|(_, _, result)| matches!(result, Ok(Outcome::Skipped(_)))).count();
    if skipped > 0 {
        println!("\n!!! {skipped} STAGES WERE SKIPPED ON THIS MACHINE: this is not a full run");
    }
    let failed = results.iter().filter(|(_, _, result)| result.is_err()).count();
    println!("\n{} passed, {failed} failed", results.len() - failed - skipped);
    std::io::stdout().flush()?;
    // The counts are the last line of all, so the failure says nothing more.
    if failed > 0 {
        std::process::exit(1);
    }
    Ok(())
}

/// Runs Cargo in the project's folder.
fn cargo(arguments: &[&str]) -> Result<Outcome> {
    project::run(&mut project::cargo(arguments.iter().copied()))?;
    Ok(Outcome::Passed)
}
