//! The project's own tool: `cargo xtask COMMAND`. One module per command; this file only dispatches.

mod bench;
mod coverage;
mod crash;
mod http;
mod models;
mod new_op;
mod project;
mod server;
mod test;
mod tidy;
mod tools;
mod try_it;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// What every command answers with.
pub type Result<T> = std::result::Result<T, Box<dyn std::error::Error>>;

#[derive(Parser)]
#[command(name = "cargo xtask", about = "Bastide's own tool")]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Build and start Bastide, and run the first lab against it
    Try,
    /// Run all tests, stage by stage
    Test(test::Args),
    /// Create an operation: a file that compiles, with a failing test to fill in
    NewOp(new_op::Args),
    /// Write COVERAGE.md from what the binary registers
    Coverage(coverage::Args),
    /// Check the rules of the house that the compiler cannot hold
    Tidy,
    /// Kill the server in the middle of writes, again and again
    Crash(crash::Args),
    /// Measure Bastide and its peers, and write BENCHMARKS.md
    Bench(bench::Args),
    /// Build models/ from pinned public packages
    Models(models::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
        Command::Try => try_it::run(),
        Command::Test(args) => test::run(&args),
        Command::NewOp(args) => new_op::run(&args),
        Command::Coverage(args) => coverage::run(&args),
        Command::Tidy => tidy::run(),
        Command::Crash(args) => crash::run(&args),
        Command::Bench(args) => bench::run(&args),
        Command::Models(args) => models::run(&args),
    };
    match result {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
