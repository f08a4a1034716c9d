//! What made a call go through. Only identity policies, resource policies and grants give permissions; SCPs, RCPs, endpoint
//! policies, boundaries and session policies limit what others gave ("Policy evaluation logic", IAM User Guide).

use super::{decided, is_within_account};
use bastide_kernel::CallRecord;
use bastide_policy::{Effect, Layer, LayerTrace, Outcome, Reach, Trace};

/// A sentence for every need of the call, equal ones once.
pub fn sentences(record: &CallRecord, traces: &[Trace]) -> String {
    let who = match record.principal_arn() {
        arn if arn.is_empty() => "the caller".to_owned(),
        arn => arn,
    };
    let mut said: Vec<String> = Vec::new();
    for (index, trace) in traces.iter().enumerate() {
        let decided = decided(record, index);
        let needed = match decided {
            _ if !is_within_account(record, decided) => Needed::AcrossAccounts,
            Some(decided) if decided.resource_must_allow => Needed::Always,
            _ => Needed::No,
        };
        let what = if traces.len() > 1 { format!(" {}", trace.action) } else { String::new() };
        let sentence = format!("{who} {}{}.", by(trace, needed, &what), limits(trace));
        if !said.contains(&sentence) {
            said.push(sentence);
        }
    }
    match (said.is_empty(), record.verdict()) {
        (false, _) => said.join("\n"),
        (true, "event") => "The house did this by itself: nobody asked, and nothing was decided.".to_owned(),
        (true, _) => "The call was allowed.".to_owned(),
    }
}

/// Whether the resource's side had to allow, whoever else did.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Needed {
    No,
    /// As key policies and trust policies do.
    Always,
    /// And the caller's side as well.
    AcrossAccounts,
}

fn by(trace: &Trace, needed: Needed, what: &str) -> String {
    let side = |wanted: &[Layer]| trace.layers.iter().find(|layer| wanted.contains(&layer.layer));
    let own = side(&[Layer::Identity]);
    let root = own.is_some_and(|layer| layer.outcome == Outcome::RootUser);
    let own = own.and_then(allowing).map(|(by, _)| by);
    let resource = side(&[Layer::Resource, Layer::RoleTrust]).and_then(allowing);
    let is_root = "is the root user, whom identity policies do not bind";
    match (resource, own) {
        // A resource that names the account leaves it to the account's own policies.
        (Some((theirs, reach)), Some(own)) => match needed {
            Needed::AcrossAccounts => format!("was allowed{what} by {own} and {theirs}, which both had to allow it"),
            Needed::Always if reach == Reach::Account => {
                format!("was allowed{what} by {own} and {theirs}, which both had to allow it")
            }
            Needed::Always => format!("was allowed{what} by {theirs}"),
            Needed::No if reach == Reach::Account => format!("was allowed{what} by {own}"),
            Needed::No => format!("was allowed{what} by {theirs}; {own} would have been enough, too"),
        },
        (None, Some(own)) => format!("was allowed{what} by {own}"),
        (Some((theirs, _)), None) if root => format!("was allowed{what} by {theirs}, and {is_root}"),
        (Some((theirs, _)), None) => format!("was allowed{what} by {theirs}"),
        (None, None) if root => is_root.to_owned(),
        (None, None) => format!("was allowed{what}"),
    }
}

/// What allows in a layer, and the most direct one's reach; only a resource's statements have one.
fn allowing(layer: &LayerTrace) -> Option<(String, Reach)> {
    let found = layer.policies.iter().flat_map(|policy| {
        let grant = policy.grant.map(|reach| (policy.policy.clone(), reach));
        let allows = policy.statements.iter().filter(|one| one.matched && one.effect == Effect::Allow);
        grant.into_iter().chain(allows.map(|one| {
            let kind = if layer.layer == Layer::RoleTrust { "the trust policy of " } else { "" };
            (format!("statement {} of {kind}{}", one.index + 1, policy.policy), one.reach.unwrap_or(Reach::Account))
        }))
    });
    // The first of equals, as the decision takes it.
    found.reduce(|best, next| if next.1 > best.1 { next } else { best })
}

/// The layers that could have said no and did not.
fn limits(trace: &Trace) -> String {
    let grants = [Layer::Identity, Layer::Resource, Layer::RoleTrust];
    let limits =
        trace.layers.iter().filter(|layer| !grants.contains(&layer.layer) && layer.outcome == Outcome::Allowed);
    let mut kinds: Vec<&str> = limits.map(|layer| layer.layer.policy_type()).collect();
    kinds.dedup();
    match kinds.as_slice() {
        [] => String::new(),
        [one] => format!(", within the limits of the {}", plural(one)),
        [first @ .., last] => {
            let first: Vec<String> = first.iter().map(|kind| plural(kind)).collect();
            format!(", within the limits of the {} and {}", first.join(", "), plural(last))
        }
    }
}

fn plural(kind: &str) -> String {
    match kind.strip_suffix('y') {
        // There is one boundary and one endpoint policy at most.
        Some(stem) if !kind.starts_with("permissions") && !kind.starts_with("VPC") => format!("{stem}ies"),
        _ => kind.to_owned(),
    }
}
