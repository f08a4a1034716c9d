//! The project's own tool: `cargo xtask COMMAND`. One module per command; this file only dispatches.

mod models;

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
    /// Build models/ from pinned public packages
    Models(models::Args),
}

fn main() -> ExitCode {
    let result = match Cli::parse().command {
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
