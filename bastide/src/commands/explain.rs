//! `bastide explain`: a recorded call, decided again with the policies of its time, as a person reads it: every layer, policy
//! and statement, what matched and the first thing that did not; and the sentence it ended with.

use crate::client::Client;
use crate::failure::{Failure, Result};
use crate::out;
use crate::settings::Settings;
use bastide_kernel::CallRecord;
use bastide_policy::{Effect, Layer, LayerTrace, Mismatch, Outcome, StatementTrace, Trace};
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
    for trace in traces {
        let verdict = if trace.allowed { "allowed" } else { "denied" };
        let _ = write!(text, "\n\n{} on {}: {verdict}", trace.action, trace.resource);
        for layer in &trace.layers {
            layer_text(&mut text, layer, trace);
        }
        if !trace.allowed {
            remedy(&mut text, trace);
        }
    }
    let _ = write!(text, "\n\n{}", conclusion(record, traces));
    text
}

fn head(record: &CallRecord) -> String {
    let key = record.caller.as_ref().and_then(|caller| caller.access_key_id.as_deref());
    let who = match record.principal_arn() {
        arn if arn.is_empty() => "nobody was recognised".to_owned(),
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
    let kind = layer.layer.policy_type();
    let level = layer.level.map(|level| format!(", level {level} of the organisation")).unwrap_or_default();
    let _ = write!(text, "\n  {kind}{level}: {}", outcome(layer.outcome));
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

/// What would have to change, and no more: the statements that deny, and of each layer that has to allow and does not, the
/// least statement that would.
fn remedy(text: &mut String, trace: &Trace) {
    text.push_str("\n\nIn the way:");
    let on_resource = |outcome: Outcome| {
        let is_there = |layer: &LayerTrace| matches!(layer.layer, Layer::Resource | Layer::RoleTrust);
        trace.layers.iter().any(|layer| is_there(layer) && layer.outcome == outcome)
    };
    let resource_allows = on_resource(Outcome::Allowed);
    // Within an account, a statement there that names the caller needs none on the caller's side.
    let resource_suffices = on_resource(Outcome::ImplicitDeny) && is_within_account(trace);
    for layer in &trace.layers {
        let statements =
            layer.policies.iter().flat_map(|policy| policy.statements.iter().map(move |one| (policy, one)));
        let (denies, allows): (Vec<_>, Vec<_>) =
            statements.filter(|(_, one)| one.matched).partition(|(_, one)| one.effect == Effect::Deny);
        for (policy, one) in denies {
            let _ = write!(text, "\n  statement {} of {} denies it", one.index + 1, policy.policy);
        }
        let lacks = match layer.outcome {
            Outcome::ImplicitDeny => layer.layer != Layer::Identity || !resource_suffices,
            // A deny hides whether an allow is missing, too. On the resource's side none may be needed.
            Outcome::ExplicitDeny => allows.is_empty() && layer.layer != Layer::Resource && !resource_allows,
            _ => false,
        };
        if lacks {
            let _ = write!(text, "\n  no {} has {}", layer.layer.policy_type(), least_statement(layer.layer, trace));
        }
    }
}

fn is_within_account(trace: &Trace) -> bool {
    let account = |arn: &str| arn.split(':').nth(4).filter(|account| !account.is_empty()).map(str::to_owned);
    account(&trace.principal).is_some_and(|own| account(&trace.resource) == Some(own))
}

fn least_statement(layer: Layer, trace: &Trace) -> String {
    let Trace { principal, action, resource, .. } = trace;
    match layer {
        Layer::RoleTrust => {
            format!(r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "{action}"}}"#)
        }
        Layer::Resource => {
            format!(
                r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "{action}", "Resource": "{resource}"}}"#
            )
        }
        _ => format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}"#),
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
        None => format!("✓ {name} ({effect}) matches"),
        Some(mismatch) => format!("· {name} ({effect}) does not: {}", mismatch_text(mismatch, trace)),
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
        Mismatch::Principal { negated, wanted } => listed("principal", *negated, &trace.principal, wanted),
        Mismatch::Condition { operator, key, seen, wanted } => {
            let seen = seen.as_deref().map_or("is not in the request".to_owned(), |seen| format!("is {}", list(seen)));
            format!("{key} {seen}, and {operator} wants {}", list(wanted))
        }
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
    if let Some(error) = &record.error {
        let cause =
            error.cause.as_deref().map(|cause| format!("\n(the client was not told: {cause})")).unwrap_or_default();
        return format!("{}{cause}", error.message);
    }
    let who = record.principal_arn();
    let allowing = traces.iter().flat_map(|trace| &trace.layers).flat_map(|layer| &layer.policies).find_map(|policy| {
        let matching = policy.statements.iter().find(|one| one.matched && one.effect == Effect::Allow)?;
        Some(format!("statement {} of {}", matching.index + 1, policy.policy))
    });
    match allowing {
        Some(by) => format!("{who} was allowed by {by}."),
        None if traces.iter().any(|trace| trace.layers.iter().any(|layer| layer.outcome == Outcome::RootUser)) => {
            format!("{who} is the root user, whom identity policies do not bind.")
        }
        None => "The call was allowed.".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bastide_policy::PolicyTrace;

    fn record(verdict: &str, error: serde_json::Value) -> CallRecord {
        serde_json::from_value(json!({
            "requestId": "6a9b", "time": 1_800_000_000_000_i64, "service": "iam", "operation": "CreateUser", "account": "123456789012",
            "region": "us-east-1", "sourceIp": "127.0.0.1", "userAgent": "aws-cli/1.46.3 md/x", "secure": false, "readOnly": false,
            "caller": {"principal": {"type": "User", "account": "123456789012", "path": "/", "name": "alice", "id": "AIDAX"}, "access_key_id": "AKIAX"},
            "decision": {"verdict": verdict}, "error": error,
        }))
        .unwrap()
    }

    fn statement(mismatch: Option<Mismatch>) -> StatementTrace {
        StatementTrace {
            index: 0,
            sid: None,
            effect: Effect::Allow,
            matched: mismatch.is_none(),
            reach: None,
            mismatch,
        }
    }

    fn trace(outcome: Outcome, statement: StatementTrace) -> Trace {
        let policies =
            vec![PolicyTrace { policy: "arn:aws:iam::aws:policy/P".into(), grant: None, statements: vec![statement] }];
        Trace {
            principal: "arn:aws:iam::123456789012:user/alice".into(),
            action: "iam:CreateUser".into(),
            resource: "arn:aws:iam::123456789012:user/bob".into(),
            allowed: outcome == Outcome::Allowed,
            denied_by: None,
            layers: vec![LayerTrace { layer: Layer::Identity, level: None, outcome, policies }],
        }
    }

    #[test]
    fn a_denial_names_what_did_not_match_and_ends_with_the_sentence() {
        let sentence = "User: alice is not authorized";
        let record = record("denied", json!({"code": "AccessDenied", "message": sentence, "status": 403}));
        let mismatch = Mismatch::Action { negated: false, wanted: vec!["iam:Get*".into(), "iam:List*".into()] };
        assert_eq!(
            text(&record, &[trace(Outcome::ImplicitDeny, statement(Some(mismatch)))]),
            "call     iam:CreateUser\n\
             by       arn:aws:iam::123456789012:user/alice (access key AKIAX)\n\
             from     127.0.0.1, plain HTTP, aws-cli/1.46.3\n\
             at       2027-01-15T08:00:00Z in us-east-1, account 123456789012\n\
             request  6a9b\n\
             answer   denied: AccessDenied (403)\n\
             \n\
             iam:CreateUser on arn:aws:iam::123456789012:user/bob: denied\n\
             \x20 identity-based policy: nothing allows\n\
             \x20   arn:aws:iam::aws:policy/P\n\
             \x20     · statement 1 (Allow) does not: action iam:CreateUser is not in iam:Get*, iam:List*\n\
             \n\
             In the way:\n\
             \x20 no identity-based policy has {\"Effect\": \"Allow\", \"Action\": \"iam:CreateUser\", \"Resource\": \"arn:aws:iam::123456789012:user/bob\"}\n\
             \n\
             User: alice is not authorized"
        );
    }

    #[test]
    fn what_is_in_the_way_is_every_deny_and_every_missing_allow() {
        let action = Mismatch::Action { negated: false, wanted: vec!["iam:Get*".into()] };
        let mut trace = trace(Outcome::ExplicitDeny, statement(Some(action)));
        trace.layers[0].policies[0].statements.push(StatementTrace {
            index: 1,
            effect: Effect::Deny,
            ..statement(None)
        });
        let said = |trace: &Trace| {
            let mut said = String::new();
            remedy(&mut said, trace);
            said
        };
        let deny = "\n\nIn the way:\n  statement 2 of arn:aws:iam::aws:policy/P denies it";
        let missing =
            r#"{"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "arn:aws:iam::123456789012:user/bob"}"#;
        assert_eq!(said(&trace), format!("{deny}\n  no identity-based policy has {missing}"));
        trace.layers[0].policies[0].statements[0].matched = true;
        assert_eq!(said(&trace), deny);
        trace.layers[0].outcome = Outcome::ImplicitDeny;
        trace.layers[0].layer = Layer::RoleTrust;
        assert!(said(&trace).ends_with(r#"no role trust policy has {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}, "Action": "iam:CreateUser"}"#));
        trace.layers.push(LayerTrace {
            layer: Layer::Identity,
            level: None,
            outcome: Outcome::ImplicitDeny,
            policies: Vec::new(),
        });
        assert!(!said(&trace).contains("no identity-based policy"), "naming the caller on the resource is enough");
        trace.resource = "arn:aws:iam::222222222222:user/bob".into();
        assert!(said(&trace).contains("no identity-based policy"), "another account's word is not");
    }

    #[test]
    fn an_allowed_call_names_the_statement() {
        let said = text(&record("allowed", json!(null)), &[trace(Outcome::Allowed, statement(None))]);
        assert!(said.contains("✓ statement 1 (Allow) matches"), "{said}");
        assert!(
            said.ends_with(
                "arn:aws:iam::123456789012:user/alice was allowed by statement 1 of arn:aws:iam::aws:policy/P."
            ),
            "{said}"
        );
    }

    #[test]
    fn a_condition_shows_the_value_seen() {
        let trace = trace(Outcome::ImplicitDeny, statement(None));
        let of = |seen: Option<Vec<String>>| {
            let (operator, key) = ("StringEquals".into(), "sts:ExternalId".into());
            mismatch_text(&Mismatch::Condition { operator, key, seen, wanted: vec!["garden".into()] }, &trace)
        };
        assert_eq!(of(None), "sts:ExternalId is not in the request, and StringEquals wants garden");
        assert_eq!(of(Some(vec!["x".into()])), "sts:ExternalId is x, and StringEquals wants garden");
        let not = Mismatch::Action { negated: true, wanted: (0..8).map(|n| format!("a:{n}")).collect() };
        assert_eq!(
            mismatch_text(&not, &trace),
            "action iam:CreateUser is in NotAction a:0, a:1, a:2, a:3, a:4, a:5 and 2 more"
        );
    }
}
