//! `bastide status`: how the running house stands.

use crate::client::Client;
use crate::failure::Result;
use crate::out;
use crate::settings::Settings;
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    /// Print the whole answer as JSON
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When no house answers, or it refuses.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let client = Client::find(settings)?;
    let status = client.call("GetStatus", &json!({}))?;
    if args.json {
        return out::json(&status);
    }
    let words = |member: &str| {
        let list = status[member].as_array().map(Vec::as_slice).unwrap_or_default();
        list.iter().filter_map(Value::as_str).collect::<Vec<_>>().join(", ")
    };
    let clock = if status["Frozen"] == true { ", frozen" } else { "" };
    let mut rows = vec![
        ("address", client.endpoint.clone()),
        ("version", out::text(&status, "Version").to_owned()),
        ("account", out::text(&status, "Account").to_owned()),
        ("clock", format!("{}{clock}", out::time(&status["Time"]))),
        ("start", format!("number {}", status["Boot"])),
        ("record", format!("{} calls", status["Records"])),
        ("state", format!("version {}, hash {}", status["StateVersion"], out::text(&status, "StateHash"))),
        ("services", words("Services")),
    ];
    if !words("UnknownTables").is_empty() {
        rows.push((
            "unknown",
            format!("tables that this version does not know and keeps untouched: {}", words("UnknownTables")),
        ));
    }
    out::line(out::table(&rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect::<Vec<_>>()))
}
