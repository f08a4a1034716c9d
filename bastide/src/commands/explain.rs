//! `bastide explain`: a recorded call, decided again with the policies of its time, as a person reads it: every layer, policy
//! and statement, what matched and the first thing that did not; and the sentence it ended with.

mod granted;
mod remedy;
#[cfg(test)]
mod tests;

use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::out;
use crate::settings::Settings;
use bastide_authz::Decided;
use bastide_kernel::CallRecord;
use bastide_policy::{Effect, Layer, LayerTrace, Mismatch, Outcome, Reach, StatementTrace, Trace, Values};
use serde_json::json;
use std::fmt::Write;

#[derive(clap::Args)]
pub struct Args {
    /// The id that the answer carried (x-amzn-requestid), or `last`
    #[arg(default_value = "last", value_name = "REQUEST_ID")]
    call: String,
    /// Print the whole record and its traces as JSON
    #[arg(long)]
    json: bool,
}

/// # Errors
/// When no house answers, it refuses, or has no such call.
pub fn run(args: &Args, settings: &Settings) -> Result<()> {
    let input = if args.call == "last" { json!({}) } else { json!({ "RequestId": args.call }) };
    let answer = Client::find(settings)?.call("ExplainCall", &input)?;
    if args.json {
        return out::json(&answer);
    }
    let unreadable = |why| {
        Failure::new(format!("this Bastide explains in a form that this command does not know ({why}): use --json"))
    };
    let record: CallRecord = serde_json::from_value(answer["Record"].clone()).map_err(unreadable)?;
    let traces: Vec<Trace> = serde_json::from_value(answer["Traces"].clone()).map_err(unreadable)?;
    out::line(text(&record, &traces))
}

/// The explanation; its last line is the verdict in one sentence.
fn text(record: &CallRecord, traces: &[Trace]) -> String {
    let mut text = head(record);
    if let Some(reason) = record.decision.as_ref().and_then(|decision| decision.exempt.as_deref()) {
        let _ = write!(text, "\n\nAWS leaves this call open: {reason}");
    }
    for (index, trace) in traces.iter().enumerate() {
        let verdict = if trace.allowed { "allowed" } else { "denied" };
        let _ = write!(text, "\n\n{} on {}: {verdict}", trace.action, trace.resource);
        if let Some(values) = decided(record, index).map(values).filter(|values| !values.is_empty()) {
            let _ = write!(text, "\n  the request has {}", values.join("; "));
        }
        for layer in &trace.layers {
            layer_text(&mut text, layer, trace);
        }
        if !trace.allowed {
            text.push_str(&remedy::text(trace, is_within_account(record, decided(record, index))));
        }
    }
    let _ = write!(text, "\n\n{}", conclusion(record, traces));
    text
}

fn head(record: &CallRecord) -> String {
    let key = record.caller.as_ref().and_then(|caller| caller.access_key_id.as_deref());
    let who = match record.principal_arn() {
        arn if arn.is_empty() && record.verdict() == "refused" => {
            "(unknown: turned away before it was known who calls)".to_owned()
        }
        arn if arn.is_empty() => "(nobody: the call is not signed)".to_owned(),
        arn => key.map_or(arn.clone(), |key| format!("{arn} (access key {key})")),
    };
    let from = [
        record.source_ip.map(|ip| ip.to_string()),
        Some(if record.secure { "TLS" } else { "plain HTTP" }.to_owned()),
        record.user_agent.as_deref().map(|agent| agent.split_whitespace().next().unwrap_or_default().to_owned()),
    ];
    let answer = match &record.error {
        None => record.verdict().to_owned(),
        Some(error) => format!("{}: {} ({})", record.verdict(), error.code, error.status),
    };
    let mut rows = vec![
        (
            "call",
            format!(
                "{}:{}",
                record.service,
                if record.operation.is_empty() { "(not looked at)" } else { &record.operation }
            ),
        ),
        ("by", who),
        ("from", from.into_iter().flatten().collect::<Vec<_>>().join(", ")),
        ("at", format!("{} in {}, account {}", record.time.whole_seconds(), record.region, record.account)),
        ("request", record.request_id.clone()),
        ("answer", answer),
    ];
    if let Some(parent) = &record.parent {
        rows.push(("for", format!("the call {parent}, on whose behalf a service made this one")));
    }
    if record.rolled_back {
        rows.push(("undone", "because the call it was part of did not go well".to_owned()));
    }
    out::table(&rows.into_iter().map(|(name, value)| vec![name.to_owned(), value]).collect::<Vec<_>>())
}

fn layer_text(text: &mut String, layer: &LayerTrace, trace: &Trace) {
    if is_no_such_role(layer) {
        text.push_str("\n  role trust policy: there is no such role");
        return;
    }
    let _ = write!(text, "\n  {}: {}", kind(layer), outcome(layer.outcome));
    for policy in &layer.policies {
        let _ = write!(text, "\n    {}", policy.policy);
        if policy.grant.is_some() {
            text.push_str(": allows");
        }
        for statement in &policy.statements {
            let _ = write!(text, "\n      {}", statement_text(statement, trace));
        }
    }
}

const fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::ExplicitDeny => "a statement denies",
        Outcome::Allowed => "a statement allows",
        Outcome::ImplicitDeny => "nothing allows",
        Outcome::NotNeeded => "nothing allows, and nothing has to",
        Outcome::RootUser => "the root user may do everything its account may",
        Outcome::DoesNotApply => "does not bind this caller",
    }
}

fn statement_text(statement: &StatementTrace, trace: &Trace) -> String {
    let name = match &statement.sid {
        Some(sid) => format!("statement {} \"{sid}\"", statement.index + 1),
        None => format!("statement {}", statement.index + 1),
    };
    let effect = match statement.effect {
        Effect::Allow => "Allow",
        Effect::Deny => "Deny",
    };
    match &statement.mismatch {
        None => {
            let whom = match statement.reach {
                None => "",
                Some(Reach::Direct) => ", naming the caller",
                Some(Reach::Limited) => ", naming whom the session is of",
                Some(Reach::Account) => ", naming the caller's account",
            };
            format!("✓ {name} ({effect}) matches{whom}")
        }
        Some(mismatch) => format!("· {name} ({effect}) does not match: {}", mismatch_text(mismatch, trace)),
    }
}

fn mismatch_text(mismatch: &Mismatch, trace: &Trace) -> String {
    let listed = |element: &str, negated: bool, seen: &str, wanted: &[String]| match negated {
        false => format!("{element} {seen} is not in {}", list(wanted)),
        true => format!("{element} {seen} is in Not{} {}", capital(element), list(wanted)),
    };
    match mismatch {
        Mismatch::Action { negated, wanted } => listed("action", *negated, &trace.action, wanted),
        Mismatch::Resource { negated, wanted } => listed("resource", *negated, &trace.resource, wanted),
        Mismatch::Principal { negated, wanted } => {
            let wanted: Vec<String> = wanted.iter().map(|name| told(name)).collect();
            listed("principal", *negated, &trace.principal, &wanted)
        }
        Mismatch::Condition { operator, key, seen, wanted } => {
            let seen = seen.as_deref().map_or("is not in the request".to_owned(), |seen| format!("is {}", list(seen)));
            format!("{key} {seen}, and {operator} wants {}", list(wanted))
        }
    }
}

/// Saved policies hold the unique ids of users and roles, which stay when a name is given to somebody else.
fn told(principal: &str) -> String {
    match principal.get(..4) {
        Some("AIDA") => format!("{principal} (a user's unique id)"),
        Some("AROA") => format!("{principal} (a role's unique id)"),
        _ => principal.to_owned(),
    }
}

fn capital(element: &str) -> String {
    element[..1].to_uppercase() + &element[1..]
}

/// Values that a person takes in at one look; the policy has them all.
const SHOWN_MAX: usize = 6;

fn list(values: &[String]) -> String {
    let shown = values.iter().take(SHOWN_MAX).map(|value| if value.is_empty() { "\"\"" } else { value });
    let shown = shown.collect::<Vec<_>>().join(", ");
    match values.len().saturating_sub(SHOWN_MAX) {
        0 => shown,
        more => format!("{shown} and {more} more"),
    }
}

/// The sentence the client got, or what made the call go through.
fn conclusion(record: &CallRecord, traces: &[Trace]) -> String {
    match &record.error {
        None => granted::sentences(record, traces),
        Some(error) => {
            let cause = error.cause.as_deref().map(|cause| format!("\n(the client was not told: {cause})"));
            error.message.clone() + &cause.unwrap_or_default()
        }
    }
}

/// What was decided about the need that this trace explains, as the record keeps it.
fn decided(record: &CallRecord, index: usize) -> Option<&Decided> {
    record.decision.as_ref()?.needs.get(index)
}

/// Whether caller and resource are of one account.
fn is_within_account(record: &CallRecord, decided: Option<&Decided>) -> bool {
    let own = record.decision.as_ref().and_then(|decision| decision.principal.as_ref()?.account.as_deref());
    decided.and_then(|decided| decided.resource_account.as_deref()).is_none_or(|owner| own == Some(owner))
}

/// The values that conditions may have looked at and that this call alone has; what every call has (its time, its address,
/// who calls) stands above or goes without saying.
fn values(decided: &Decided) -> Vec<String> {
    let tags = ["aws:RequestTag/", "aws:ResourceTag/", "aws:PrincipalTag/", "aws:TagKeys"];
    let own = |key: &str| !key.starts_with("aws:") || tags.iter().any(|tag| key.starts_with(tag));
    let shown = |(key, values): (&str, &Values)| {
        let values: Vec<String> = values.as_slice().iter().map(|value| value.to_string()).collect();
        format!("{key} {}", list(&values))
    };
    let mut values: Vec<String> = decided.context.iter().filter(|(key, _)| own(key)).map(shown).collect();
    values.sort();
    values
}

/// How a layer's policies are told apart from others': `service control policy, level 1 of the organisation`.
fn kind(layer: &LayerTrace) -> String {
    let level = layer.level.map(|level| format!(", level {level} of the organisation")).unwrap_or_default();
    format!("{}{level}", layer.layer.policy_type())
}

/// STS asks for a role that does not exist as for one whose trust policy cannot match: nobody's user id is empty. Only this
/// explanation may tell.
fn is_no_such_role(layer: &LayerTrace) -> bool {
    let impossible = |one: &StatementTrace| {
        let Some(Mismatch::Condition { key, wanted, .. }) = &one.mismatch else { return false };
        one.effect == Effect::Deny && key.eq_ignore_ascii_case("aws:userid") && wanted.iter().all(String::is_empty)
    };
    let mut statements = layer.policies.iter().flat_map(|policy| &policy.statements);
    layer.layer == Layer::RoleTrust && statements.next().is_some_and(impossible) && statements.next().is_none()
}
