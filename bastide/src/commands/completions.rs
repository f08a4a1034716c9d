//! `bastide completions`: for the shells that clap knows.

use crate::cli::Cli;
use crate::failure::{Failure, Result};
use crate::out;
use clap::CommandFactory;
use clap_complete::{Shell, generate};

#[derive(clap::Args)]
#[command(after_help = "For example:  bastide completions bash > ~/.local/share/bash-completion/completions/bastide")]
pub struct Args {
    #[arg(value_enum)]
    shell: Shell,
}

/// # Errors
/// Only when stdout does not take them.
pub fn run(args: &Args) -> Result<()> {
    let mut text = Vec::new();
    generate(args.shell, &mut Cli::command(), "bastide", &mut text);
    out::line(String::from_utf8(text).map_err(Failure::new)?.trim_end())
}
