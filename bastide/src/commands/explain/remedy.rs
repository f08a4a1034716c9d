//! What stands in the way of a denied call: the statements that deny, and of each layer that has to allow and does not, the
//! statements that nearly would. A statement that would allow it is proposed only where none comes near: one that is there
//! may want conditions that a proposal would lift.

use super::{is_no_such_role, kind, mismatch_text};
use bastide_policy::{Effect, Layer, LayerTrace, Mismatch, Outcome, PolicyTrace, StatementTrace, Trace};
use std::fmt::Write;

pub fn text(trace: &Trace, within_account: bool) -> String {
    let mut text = String::from("\n\nIn the way:");
    let on_resource = |outcome: Outcome| {
        let is_there = |layer: &LayerTrace| matches!(layer.layer, Layer::Resource | Layer::RoleTrust);
        trace.layers.iter().any(|layer| is_there(layer) && layer.outcome == outcome)
    };
    let resource_allows = on_resource(Outcome::Allowed);
    // Within an account, a statement there that names the caller needs none on the caller's side.
    let resource_suffices = on_resource(Outcome::ImplicitDeny) && within_account;
    for layer in &trace.layers {
        if is_no_such_role(layer) {
            let _ = write!(text, "\n  there is no role {}", trace.resource);
            continue;
        }
        let (denies, allows): (Vec<_>, Vec<_>) =
            statements(layer).filter(|(_, one)| one.matched).partition(|(_, one)| one.effect == Effect::Deny);
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
            lacking(&mut text, layer, trace);
        }
    }
    text
}

fn statements(layer: &LayerTrace) -> impl Iterator<Item = (&PolicyTrace, &StatementTrace)> {
    layer.policies.iter().flat_map(|policy| policy.statements.iter().map(move |one| (policy, one)))
}

/// A layer that had to allow.
fn lacking(text: &mut String, layer: &LayerTrace, trace: &Trace) {
    let near = statements(layer).filter_map(|(policy, one)| {
        let mismatch = one.mismatch.as_ref().filter(|_| one.effect == Effect::Allow)?;
        // The elements are judged in this order, so that what stands before the mismatch matched.
        let nearly = match mismatch {
            Mismatch::Action { .. } => return None,
            Mismatch::Resource { .. } | Mismatch::Principal { .. } => format!("allows {}", trace.action),
            Mismatch::Condition { .. } => "would allow it".to_owned(),
        };
        let but = mismatch_text(mismatch, trace);
        Some(format!("statement {} of {} {nearly}, but {but}", one.index + 1, policy.policy))
    });
    let near: Vec<String> = near.collect();
    match least_statement(layer.layer, trace).filter(|_| near.is_empty()) {
        Some(least) => {
            let _ = write!(text, "\n  no {} has {least}", layer.layer.policy_type());
        }
        None => {
            let _ = write!(text, "\n  no {} allows it", kind(layer));
        }
    }
    for one in near {
        let _ = write!(text, "\n    {one}");
    }
}

/// The least that allows, where a statement of this layer grants at all and the caller is one that an ARN names.
fn least_statement(layer: Layer, trace: &Trace) -> Option<String> {
    let Trace { principal, action, resource, .. } = trace;
    let named = principal.starts_with("arn:");
    match layer {
        Layer::Identity => Some(format!(r#"{{"Effect": "Allow", "Action": "{action}", "Resource": "{resource}"}}"#)),
        Layer::RoleTrust if named => {
            Some(format!(r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "{action}"}}"#))
        }
        Layer::Resource if named => Some(format!(
            r#"{{"Effect": "Allow", "Principal": {{"AWS": "{principal}"}}, "Action": "{action}", "Resource": "{resource}"}}"#
        )),
        _ => None,
    }
}
