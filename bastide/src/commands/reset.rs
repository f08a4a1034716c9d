//! `bastide reset`: empties the state. It asks for `--yes`, because nothing brings back what was not saved.

use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::settings::Settings;
use crate::{out, progress};
use serde_json::json;

#[derive(clap::Args)]
pub struct Args {
    /// Do it
    #[arg(long)]
    yes: bool,
}

/// # Errors
/// A usage failure without `--yes`; else when no house answers, or it refuses.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let client = Client::find(settings)?;
    if !args.yes {
        return Err(Failure::usage(format!(
            "this empties the whole state of {} (the record stays): say `bastide reset --yes` to do it, \
             and `bastide snapshot save NAME` before, to be able to go back",
            client.endpoint
        )));
    }
    progress::during("emptying the state", || client.call("ResetState", &json!({})))?;
    // Whoever asked may be gone with the state: whether its key still opens the door is asked at the door.
    let keeps_key = client.call("GetStatus", &json!({})).is_ok();
    let next = match keeps_key {
        true => "The root user's access key is the one that you used.".to_owned(),
        false => format!(
            "The access key {} is gone with it, and the root user has the one of the first day (or of --dev-root): \
             `eval \"$(bastide env)\"` sets it.",
            client.key_id
        ),
    };
    out::line(format!("the state is as on the first day: empty. {next}"))
}
