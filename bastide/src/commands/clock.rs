//! `bastide clock`: virtual time. What falls due when it moves happens in order, as if the time had passed.

use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::settings::Settings;
use crate::{duration, out, progress};
use bastide_base::Timestamp;
use clap::Subcommand;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    #[command(subcommand)]
    command: Option<Command>,
    /// Print the answer as JSON
    #[arg(long, global = true)]
    json: bool,
}

#[derive(Subcommand)]
enum Command {
    /// Say what time it is there (the default)
    Show,
    /// Move it forward: 45s, 15m, 12h, 30d, 2w, 1d12h. It cannot be undone
    ///
    /// What falls due on the way happens, in order. Time never goes back, not by `snapshot restore` or `reset` either; to try
    /// something out, fork the house before: `bastide snapshot fork NAME`.
    Advance {
        #[arg(value_parser = duration::parse, required_unless_present = "to")]
        by: Option<i64>,
        /// To this instant instead (2027-01-01T00:00:00Z)
        #[arg(long, value_name = "TIME", conflicts_with = "by", value_parser = instant)]
        to: Option<Timestamp>,
    },
    /// Let it stand still
    Freeze,
    /// Let it run on from where it stands
    Resume,
}

fn instant(text: &str) -> Result<Timestamp, String> {
    Timestamp::parse(text).map_err(|_| format!("`{text}` is not an instant such as 2027-01-01T00:00:00Z"))
}

/// # Errors
/// When no house answers, or it refuses: time does not go back.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let client = Client::find(settings)?;
    let (operation, input) = match &args.command {
        None | Some(Command::Show) => ("GetClock", json!({})),
        Some(Command::Advance { by: Some(seconds), .. }) => ("AdvanceClock", json!({ "Seconds": seconds })),
        Some(Command::Advance { to: Some(to), .. }) => ("AdvanceClock", json!({ "To": to.millis() as f64 / 1000.0 })),
        Some(Command::Advance { .. }) => {
            return Err(Failure::usage("say how far to move the clock: `bastide clock advance 30d`"));
        }
        Some(Command::Freeze) => ("FreezeClock", json!({})),
        Some(Command::Resume) => ("ResumeClock", json!({})),
    };
    let clock = progress::during("moving the clock", || client.call(operation, &input))?;
    if args.json { out::json(&clock) } else { out::line(shown(&clock)) }
}

fn shown(clock: &Value) -> String {
    let state = if clock["Frozen"] == true { "frozen" } else { "running" };
    format!("{} {state}", out::time(&clock["Time"]))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_clock_is_shown_as_an_instant_and_whether_it_runs() {
        assert_eq!(shown(&json!({"Time": 1_800_000_000.25, "Frozen": true})), "2027-01-15T08:00:00Z frozen");
        assert_eq!(shown(&json!({"Time": 1_800_000_000, "Frozen": false})), "2027-01-15T08:00:00Z running");
    }
}
