//! The command line as a type. What a command does stands in its file of `commands/`.

use crate::commands::{ca, calls, clock, completions, coverage, env, explain, lab, reset, snapshot, status, up};
use crate::failure::Result;
use crate::settings::{Layer, Settings};
use clap::{Args, Parser, Subcommand};
use std::path::PathBuf;
use std::process::ExitCode;

/// A walled AWS of your own: every call authenticated, authorised, recorded, explainable.
#[derive(Parser)]
#[command(name = "bastide", version, propagate_version = true, arg_required_else_help = true, max_term_width = 110)]
#[command(after_help = "Settings may stand in ./bastide.toml (or --config FILE) and in BASTIDE_* variables, too;\n\
                        a flag wins over a variable, a variable over the file.\n\n\
                        Begin with:  bastide up        and, in another terminal:  eval \"$(bastide env)\"")]
pub struct Cli {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

/// What every command takes.
#[derive(Args)]
struct Common {
    /// The data directory [default: $XDG_DATA_HOME/bastide or ~/.local/share/bastide]
    #[arg(long, global = true, value_name = "DIR", help_heading = "Where")]
    data_dir: Option<String>,
    /// The configuration file [default: ./bastide.toml, if it is there]
    #[arg(long, global = true, value_name = "FILE", help_heading = "Where")]
    config: Option<PathBuf>,
}

#[derive(Subcommand)]
enum Command {
    /// Start a Bastide and keep it up until it is told to end
    Up(up::Args),
    /// Print what a shell needs to talk to it: eval "$(bastide env)"
    Env(env::Args),
    /// Say how the running one stands
    Status(status::Args),
    /// Explain a call: which policy and which statement decided
    Explain(explain::Args),
    /// List recorded calls
    Calls(calls::Args),
    /// Look at virtual time, or move it
    Clock(clock::Args),
    /// Save the whole state under a name, and put it back
    Snapshot(snapshot::Args),
    /// Empty the whole state, back to the first day
    Reset(reset::Args),
    /// Say what is implemented, operation by operation
    Coverage(coverage::Args),
    /// Print the certificate of the local authority
    Ca(ca::Args),
    /// Print a shell's completions
    Completions(completions::Args),
    /// Read a lab, or run it
    Lab(lab::Args),
}

impl Cli {
    /// Does what the command line says.
    ///
    /// # Errors
    /// As the command's file says; a usage failure for settings that make no sense.
    pub fn run(self) -> Result<ExitCode> {
        let flags = Layer::default().flag("data_dir", self.common.data_dir);
        let settings = |flags| Settings::load(flags, self.common.config);
        let done = |()| ExitCode::SUCCESS;
        match self.command {
            Command::Up(args) => up::run(&settings(args.over(flags))?).map(done),
            Command::Env(args) => env::run(&args, &settings(flags)?).map(done),
            Command::Status(args) => status::run(&args, &settings(flags)?).map(done),
            Command::Explain(args) => explain::run(&args, &settings(flags)?).map(done),
            Command::Calls(args) => calls::run(&args, &settings(flags)?).map(done),
            Command::Clock(args) => clock::run(&args, &settings(flags)?).map(done),
            Command::Snapshot(args) => snapshot::run(&args, &settings(flags)?).map(done),
            Command::Reset(args) => reset::run(&args, &settings(flags)?).map(done),
            Command::Ca(args) => ca::run(&args, &settings(flags)?).map(done),
            Command::Lab(args) => lab::run(&args, &settings(flags)?),
            // These two ask nothing of any house.
            Command::Completions(args) => completions::run(&args).map(done),
            Command::Coverage(args) => coverage::run(&args).map(done),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }
}
