//! The binary `bastide`: the command line, and the wiring of every room into one house.
//!
//! Never here: an operation, a decision, a protocol. What concerns a running house is asked of it through the door, as
//! signed calls of the service `bastide`. Start at `cli.rs` for the commands, `house.rs` for the wiring,
//! `settings.rs` for what can be set and by what means.

mod cli;
mod client;
mod commands;
mod duration;
mod failure;
pub mod house;
mod lab;
mod out;
mod profile;
mod progress;
mod server;
mod settings;
mod shell;
mod suggest;

use clap::Parser;
use std::process::ExitCode;

/// Runs the command that the process was given. Exits with 0 when it did its work, 1 when it failed, 2 when it was asked
/// for something that makes no sense.
pub fn main() -> ExitCode {
    match cli::Cli::parse().run() {
        Ok(code) => code,
        Err(failure) => failure.report(),
    }
}
