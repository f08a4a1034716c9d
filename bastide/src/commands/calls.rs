//! `bastide calls`: the record of every call, oldest of the chosen ones first, as a terminal scrolls. `--follow` goes on as
//! calls come in.

mod filter;

use crate::client::Client;
use crate::failure::Result;
use crate::settings::Settings;
use crate::{duration, out};
use bastide_base::Timestamp;
use clap::ValueEnum;
use serde_json::{Map, Value, json};
use std::time::Duration;

#[derive(clap::Args)]
#[command(
    after_help = "Calls that operate Bastide itself are recorded like all others and shown with --all or --service bastide."
)]
pub struct Args {
    /// Go on as calls come in, until interrupted
    #[arg(long, short)]
    follow: bool,
    /// At most so many, the newest
    #[arg(long, short = 'n', default_value_t = 20, value_parser = clap::value_parser!(u32).range(1..=100_000))]
    limit: u32,
    /// Only calls by this principal: its ARN, or a part of it
    #[arg(long, value_name = "ARN")]
    principal: Option<String>,
    /// Only calls of this service (iam)
    #[arg(long, value_name = "NAME")]
    service: Option<String>,
    /// Only calls of this operation (CreateUser, iam:CreateUser)
    #[arg(long, value_name = "NAME")]
    operation: Option<String>,
    /// Only calls that ended so
    #[arg(long, value_enum)]
    verdict: Option<Verdict>,
    /// Only calls that ended with this error code
    #[arg(long, value_name = "CODE")]
    error: Option<String>,
    /// Only calls since then: an instant, or how long ago (15m, 2d)
    #[arg(long, value_name = "TIME")]
    since: Option<String>,
    /// Show the calls that operate Bastide itself, too
    #[arg(long)]
    all: bool,
    /// Print one JSON object per call
    #[arg(long)]
    json: bool,
}

/// What became of a call.
#[derive(Clone, Copy, ValueEnum)]
enum Verdict {
    /// It was allowed and went well
    Allowed,
    /// Policies said no
    Denied,
    /// It was allowed and could not be done
    Failed,
    /// It was turned away before any policy was asked
    Refused,
    /// Nobody asked: the house did it by itself (it started, a job ran)
    Event,
}

const POLL: Duration = Duration::from_secs(1);
/// The most that one answer brings (`Limit` in the model).
const PAGE: u64 = 1000;

/// # Errors
/// When no house answers, or it refuses.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let names = filter::names(args.service.as_deref(), args.operation.as_deref())?;
    let mut client = Client::find(settings)?;
    let since = args.since.as_deref().map(|text| since(&client, text)).transpose()?;
    let filter = args.filter(since, names);
    let mut seen = 0;
    let mut limit = u64::from(args.limit);
    loop {
        let calls = match newest(&client, &filter, args, seen, limit) {
            Ok(calls) => calls,
            // It may be starting anew, and may then be elsewhere.
            Err(why) if why.is_unreached() && limit == u64::MAX => {
                eprintln!("bastide: {why}; waiting for it");
                client = again(settings, &client)?;
                continue;
            }
            Err(why) => return Err(why),
        };
        for call in calls.iter().rev() {
            out::line(if args.json { call.to_string() } else { shown(call) })?;
        }
        seen = calls.first().and_then(|call| call["Sequence"].as_u64()).unwrap_or(seen);
        if !args.follow {
            if calls.is_empty() {
                eprintln!(
                    "bastide: no calls match{}",
                    if args.narrows() { "" } else { " (--all shows those that operate Bastide itself)" }
                );
            }
            return Ok(());
        }
        // From now on everything new, however much that is.
        limit = u64::MAX;
        std::thread::sleep(POLL);
    }
}

impl Args {
    /// What the server filters by.
    fn filter(&self, since: Option<Timestamp>, names: filter::Names) -> Map<String, Value> {
        let whole_arn = self.principal.as_deref().filter(|name| name.starts_with("arn:"));
        let verdict = self.verdict.and_then(|verdict| verdict.to_possible_value());
        let texts = [
            ("Principal", whole_arn.map(str::to_owned)),
            ("Service", names.service),
            ("Operation", names.operation),
            ("Verdict", verdict.map(|verdict| verdict.get_name().to_owned())),
            ("ErrorCode", self.error.clone()),
        ];
        let texts = texts.into_iter().filter_map(|(name, text)| Some((name.to_owned(), Value::from(text?))));
        let since = since.map(|at| ("Since".to_owned(), json!(at.millis() as f64 / 1000.0)));
        texts.chain(since).collect()
    }

    /// Whether the calls that operate Bastide are among the wanted: all are, or they were asked for by name.
    fn narrows(&self) -> bool {
        let names_service = self.operation.as_deref().is_some_and(|name| name.contains(':'));
        self.all || self.service.is_some() || names_service || matches!(self.verdict, Some(Verdict::Event))
    }

    /// What the server does not filter by.
    fn wants(&self, call: &Value) -> bool {
        let own = self.narrows() || call["Service"] != "bastide";
        own && self.principal.as_deref().is_none_or(|part| out::text(call, "Principal").contains(part))
    }
}

/// The house once it answers again.
fn again(settings: &Settings, old: &Client) -> Result<Client> {
    loop {
        std::thread::sleep(POLL);
        // An ephemeral house, or one of the environment, comes back where it was or not at all.
        let client = Client::find(settings)?;
        match client.call("GetClock", &json!({})) {
            Ok(_) => {
                eprintln!(
                    "bastide: {} answers{}",
                    client.endpoint,
                    if client.endpoint == old.endpoint { " again" } else { "" }
                );
                return Ok(client);
            }
            Err(why) if why.is_unreached() => {}
            Err(why) => return Err(why),
        }
    }
}

/// The calls behind `seen`, newest first, at most `limit`.
fn newest(client: &Client, filter: &Map<String, Value>, args: &Args, seen: u64, limit: u64) -> Result<Vec<Value>> {
    let (mut found, mut before) = (Vec::new(), None);
    loop {
        let mut input = filter.clone();
        input.insert("Limit".to_owned(), json!(limit.saturating_mul(2).clamp(50, PAGE)));
        input.extend(before.map(|before: u64| ("Before".to_owned(), json!(before))));
        let page = client.call("ListCalls", &Value::Object(input))?;
        for call in page["Calls"].as_array().map(Vec::as_slice).unwrap_or_default() {
            if call["Sequence"].as_u64().is_none_or(|sequence| sequence <= seen) || found.len() as u64 >= limit {
                return Ok(found);
            }
            if args.wants(call) {
                found.push(call.clone());
            }
        }
        match page["Next"].as_u64() {
            Some(next) if next > seen => before = Some(next),
            _ => return Ok(found),
        }
    }
}

/// How long ago is counted by the house's clock, which may have been moved.
fn since(client: &Client, text: &str) -> Result<Timestamp> {
    if let Ok(seconds) = duration::parse(text) {
        let clock = client.call("GetClock", &json!({}))?;
        return Ok(Timestamp::from_secs_f64(clock["Time"].as_f64().unwrap_or_default()).plus_secs(-seconds));
    }
    let wrong = |_| {
        crate::failure::Failure::usage(format!(
            "--since must be an instant such as 2027-01-01T00:00:00Z, or how long ago, such as 15m; not `{text}`"
        ))
    };
    Timestamp::parse(text).map_err(wrong)
}

fn shown(call: &Value) -> String {
    let text = |member| out::text(call, member);
    let what = match (text("Service"), text("Operation")) {
        // It was turned away before anybody looked what it wanted.
        (service, "") => service.to_owned(),
        (service, operation) => format!("{service}:{operation}"),
    };
    let who = match text("Principal") {
        "" => "(nobody recognised)",
        arn => arn,
    };
    let verdict = match call["ErrorCode"].as_str() {
        Some(code) => format!("{} {code}", text("Verdict")),
        None => text("Verdict").to_owned(),
    };
    format!("{}  {what:<28}  {verdict:<28}  {who}  {}", out::time(&call["Time"]), text("RequestId"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        args: Args,
    }

    fn args(line: &[&str]) -> Args {
        Line::parse_from([&["calls"], line].concat()).args
    }

    #[test]
    fn the_server_filters_what_it_can_and_we_the_rest() {
        let args = args(&["--principal", "alice", "--verdict", "denied", "--error", "AccessDenied"]);
        let filter = Value::Object(args.filter(Some(Timestamp::from_millis(1_500)), filter::Names::default()));
        assert_eq!(filter, json!({"Verdict": "denied", "ErrorCode": "AccessDenied", "Since": 1.5}));
        let call = |service: &str, principal: &str| json!({"Service": service, "Principal": principal});
        assert!(args.wants(&call("iam", "arn:aws:iam::1:user/alice")));
        assert!(!args.wants(&call("iam", "arn:aws:iam::1:user/bob")));
        assert!(!args.wants(&call("bastide", "arn:aws:iam::1:user/alice")));
    }

    #[test]
    fn a_line_says_when_what_and_who() {
        let call = json!({"Time": 1_800_000_000, "Service": "iam", "Operation": "CreateUser", "Verdict": "denied",
            "ErrorCode": "AccessDenied", "Principal": "arn:aws:iam::1:user/alice", "RequestId": "42"});
        assert_eq!(
            shown(&call),
            "2027-01-15T08:00:00Z  iam:CreateUser                denied AccessDenied           arn:aws:iam::1:user/alice  42"
        );
    }
}
