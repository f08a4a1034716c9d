//! `bastide snapshot`: the whole state under a name, and back; and a copy that lives its own life.

use crate::client::Client;
use crate::failure::Result;
use crate::settings::Settings;
use crate::shell::sh_quoted;
use crate::{out, progress};
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Command,
    /// Print the answer as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Keep the state as it is now under NAME
    Save {
        /// A name of your choice: letters, digits, `.`, `_` and `-`
        name: String,
    },
    /// List what was saved, oldest first
    List,
    /// Put the state back; the record and the clock go on
    Restore {
        /// As it was saved
        name: String,
    },
    /// Forget a saved state
    Delete {
        /// As it was saved
        name: String,
    },
    /// Copy the whole house into forks/NAME of its data directory, where it lives its own life
    Fork {
        /// A name of your choice for the copy: letters, digits, `.`, `_` and `-`
        name: String,
        /// Copy it as it was saved under this name, instead of as it is now
        #[arg(long, value_name = "NAME")]
        snapshot: Option<String>,
    },
}

/// # Errors
/// When no house answers, or it refuses: a name is taken or unknown.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let client = Client::find(settings)?;
    let (doing, operation, name) = match &args.command {
        Command::Save { name } => ("saving the state", "SaveSnapshot", Some(name)),
        Command::List => ("listing", "ListSnapshots", None),
        Command::Restore { name } => ("restoring the state", "RestoreSnapshot", Some(name)),
        Command::Delete { name } => ("deleting", "DeleteSnapshot", Some(name)),
        Command::Fork { name, .. } => ("copying the house", "ForkState", Some(name)),
    };
    let mut input = name.map_or(json!({}), |name| json!({ "Name": name }));
    if let Command::Fork { snapshot: Some(snapshot), .. } = &args.command {
        input["Snapshot"] = json!(snapshot);
    }
    let answer = progress::during(doing, || client.call(operation, &input))?;
    if args.json {
        return out::json(&answer);
    }
    match &args.command {
        Command::List => list(&answer),
        Command::Save { .. } => out::line(shown(&answer["Snapshot"]).join("  ")),
        Command::Restore { name } => {
            out::line(format!("the state is as it was at {} ({name})", out::time(&answer["Snapshot"]["Time"])))
        }
        Command::Delete { name } => out::line(format!("{name} is deleted")),
        Command::Fork { .. } => {
            let directory = sh_quoted(out::text(&answer, "Directory"));
            out::line(format!("{directory}\nStart it with: bastide up --listen 127.0.0.1:4567 --data-dir {directory}"))
        }
    }
}

fn list(answer: &Value) -> Result<()> {
    let snapshots = answer["Snapshots"].as_array().map(Vec::as_slice).unwrap_or_default();
    if snapshots.is_empty() {
        eprintln!("nothing was saved yet: `bastide snapshot save NAME`");
        return Ok(());
    }
    out::line(out::table(&snapshots.iter().map(shown).collect::<Vec<_>>()))
}

fn shown(snapshot: &Value) -> Vec<String> {
    vec![
        out::text(snapshot, "Name").to_owned(),
        out::time(&snapshot["Time"]),
        format!("version {}", snapshot["Version"]),
    ]
}
