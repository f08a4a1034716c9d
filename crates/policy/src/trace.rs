//! The explanation of a decision: every layer, policy and statement, and what did not match.

use crate::context::Context;
use crate::document::Policy;
use crate::evaluate::{Needs, Verdict, considers, decide, resource_layer, resource_reach};
use crate::principal::{Caller, Reach};
use crate::request::{Layer, Policies, Request, ResourceSource, Source};
use crate::statement::{Asked, Effect, Judged, Statement};
use serde::{Deserialize, Serialize};

/// A decision, explained. Owned, so that it can be stored and printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct Trace {
    pub principal: String,
    pub action: String,
    pub resource: String,
    pub allowed: bool,
    /// The layer that denied.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub denied_by: Option<Layer>,
    pub layers: Vec<LayerTrace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct LayerTrace {
    pub layer: Layer,
    /// For SCPs and RCPs, the level of the organisation, counted from its root.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<usize>,
    pub outcome: Outcome,
    pub policies: Vec<PolicyTrace>,
}

/// What a layer comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum Outcome {
    /// A statement denies.
    ExplicitDeny,
    /// A statement allows, and none denies.
    Allowed,
    /// Nothing allows, and something had to.
    ImplicitDeny,
    /// Nothing allows, and nothing had to: another layer's Allow suffices.
    NotNeeded,
    /// The root user may do everything its account may.
    RootUser,
    /// The layer does not bind this caller.
    DoesNotApply,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct PolicyTrace {
    pub policy: String,
    /// Set for grants and ACL entries, which have no statements.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grant: Option<Reach>,
    pub statements: Vec<StatementTrace>,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub struct StatementTrace {
    /// Counted from zero.
    pub index: usize,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sid: Option<String>,
    pub effect: Effect,
    pub matched: bool,
    /// How directly a matching statement names the caller.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reach: Option<Reach>,
    /// The first thing that did not match. Absent, too, where `exhausted` is set and where finding it would take too long.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mismatch: Option<Mismatch>,
    /// Whether the bound of what one decision may compare was reached before the statement was judged. Then it applies if
    /// it denies, and does not if it allows.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub exhausted: bool,
}

/// What did not match: the element, what the request has and what the statement wants. `negated` marks NotAction,
/// NotResource and NotPrincipal, where the request is among what is listed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "Element", rename_all = "PascalCase", rename_all_fields = "PascalCase")]
pub enum Mismatch {
    Action {
        negated: bool,
        wanted: Vec<String>,
    },
    Resource {
        negated: bool,
        wanted: Vec<String>,
    },
    Principal {
        negated: bool,
        wanted: Vec<String>,
    },
    Condition {
        /// With its modifiers.
        operator: String,
        key: String,
        /// The request's values; `None` where the key is absent.
        seen: Option<Vec<String>>,
        wanted: Vec<String>,
    },
}

/// Explains what [`crate::evaluate`] decides: it decides again with the same predicates and tells what came of each
/// statement. Those the decision did not come to, and what did not match, have as many steps once more.
pub fn explain(request: &Request<'_>, policies: &Policies<'_>) -> Trace {
    let asked = Asked::new(request).remembering();
    let decision = decide(&asked, policies);
    asked.budget.renew();
    let explainer = Explainer { asked: &asked, needs: Needs::of(request, policies, resource_reach(&asked, policies)) };
    Trace {
        principal: request.principal.shown_arn().to_owned(),
        action: request.action.to_owned(),
        resource: request.resource.to_owned(),
        allowed: decision.is_allowed(),
        denied_by: match decision.verdict {
            Verdict::Allow => None,
            Verdict::Deny(denial) => Some(denial.layer),
        },
        layers: explainer.layers(policies),
    }
}

struct Explainer<'a> {
    asked: &'a Asked<'a>,
    needs: Needs,
}

impl Explainer<'_> {
    fn layers(&self, policies: &Policies<'_>) -> Vec<LayerTrace> {
        let mut layers = Vec::new();
        for (layer, levels) in [(Layer::ResourceControl, policies.rcps), (Layer::ServiceControl, policies.scps)] {
            for (level, sources) in levels.iter().enumerate() {
                layers.push(self.layer(layer, Some(level), sources));
            }
        }
        if let Some(endpoint) = policies.endpoint {
            layers.push(self.layer(Layer::Endpoint, None, &[endpoint]));
        }
        if !policies.resource.is_empty() || self.needs.resource {
            layers.push(self.resource_layer(policies));
        }
        if considers(Layer::Identity, self.asked.request) {
            layers.push(self.layer(Layer::Identity, None, policies.identity));
        }
        if let Some(boundary) = policies.boundary {
            layers.push(self.layer(Layer::Boundary, None, &[boundary]));
        }
        let federated = matches!(self.asked.request.principal.caller, Caller::FederatedUser { .. });
        if policies.session.is_some() || federated {
            layers.push(self.layer(Layer::Session, None, policies.session.unwrap_or_default()));
        }
        layers
    }

    fn layer(&self, layer: Layer, level: Option<usize>, sources: &[Source<'_>]) -> LayerTrace {
        let policies = sources.iter().map(|source| self.policy(source.name, source.policy)).collect();
        self.judged(layer, level, policies)
    }

    fn resource_layer(&self, policies: &Policies<'_>) -> LayerTrace {
        let traces = policies.resource.iter().map(|source| match source {
            ResourceSource::Policy(source) => self.policy(source.name, source.policy),
            ResourceSource::Grant { name, reach } => {
                PolicyTrace { policy: (*name).to_owned(), grant: Some(*reach), statements: Vec::new() }
            }
        });
        self.judged(resource_layer(policies), None, traces.collect())
    }

    fn judged(&self, layer: Layer, level: Option<usize>, policies: Vec<PolicyTrace>) -> LayerTrace {
        let matched = |effect| {
            policies.iter().flat_map(|policy| &policy.statements).any(|one| one.matched && one.effect == effect)
        };
        let root = layer == Layer::Identity && self.asked.request.principal.caller == Caller::Root;
        let outcome = if !considers(layer, self.asked.request) {
            Outcome::DoesNotApply
        } else if matched(Effect::Deny) {
            Outcome::ExplicitDeny
        } else if matched(Effect::Allow) || policies.iter().any(|policy| policy.grant.is_some()) {
            Outcome::Allowed
        } else if root {
            Outcome::RootUser
        } else if self.needed(layer) {
            Outcome::ImplicitDeny
        } else {
            Outcome::NotNeeded
        };
        LayerTrace { layer, level, outcome, policies }
    }

    fn needed(&self, layer: Layer) -> bool {
        match layer {
            Layer::ResourceControl | Layer::ServiceControl | Layer::Endpoint => true,
            Layer::Resource | Layer::RoleTrust => self.needs.resource,
            Layer::Identity => self.needs.identity,
            Layer::Boundary | Layer::Session => self.needs.limits,
        }
    }

    fn policy(&self, name: &str, policy: &Policy) -> PolicyTrace {
        let statements =
            policy.statements().iter().enumerate().map(|(index, statement)| self.statement(index, statement));
        PolicyTrace { policy: name.to_owned(), grant: None, statements: statements.collect() }
    }

    fn statement(&self, index: usize, statement: &Statement) -> StatementTrace {
        let Judged { reach, exhausted } = statement.judged(self.asked);
        let mismatch = if reach.is_some() || exhausted { None } else { self.mismatch(statement) };
        StatementTrace {
            index,
            sid: statement.sid().map(str::to_owned),
            effect: statement.effect(),
            matched: reach.is_some(),
            reach: reach.filter(|_| statement.principal.is_some()),
            mismatch,
            exhausted,
        }
    }

    /// In the order in which a statement is judged.
    fn mismatch(&self, statement: &Statement) -> Option<Mismatch> {
        fn texts<T>(patterns: &[(Box<str>, T)]) -> Vec<String> {
            patterns.iter().map(|(text, _)| text.to_string()).collect()
        }
        let actions = &statement.actions;
        if !statement.covers_action(self.asked) {
            return Some(Mismatch::Action { negated: actions.negated, wanted: texts(&actions.patterns) });
        }
        let principal = || {
            let principal = statement.principal.as_ref()?;
            Some(Mismatch::Principal { negated: principal.negated, wanted: texts(&principal.named) })
        };
        let unnamed = statement.reach(self.asked).is_none();
        let covers_resource = statement.covers_resource(self.asked);
        let context = self.asked.request.context;
        let budget = &self.asked.budget;
        let failing = || statement.conditions.iter().find(|condition| !condition.holds(context, budget));
        let condition = if covers_resource && !unnamed { failing() } else { None };
        if budget.is_spent() {
            // Of what costs steps nothing is certain any more.
            return if unnamed { principal() } else { None };
        }
        if !covers_resource {
            let resources = statement.resources.as_ref()?;
            return Some(Mismatch::Resource { negated: resources.negated, wanted: texts(&resources.patterns) });
        }
        if unnamed {
            return principal();
        }
        let condition = condition?;
        Some(Mismatch::Condition {
            operator: condition.name.to_string(),
            key: condition.key.to_string(),
            seen: seen(context, &condition.key),
            wanted: texts(&condition.wanted),
        })
    }
}

fn seen(context: &Context, key: &str) -> Option<Vec<String>> {
    context.get(key).map(|values| values.as_slice().iter().map(|value| value.to_string()).collect())
}
