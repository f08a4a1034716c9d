//! A decision as the record keeps it: no prose, but everything that is needed to decide again.

use crate::{Grant, PolicyDocument};
use bastide_policy::{
    Context, Layer, Policies, PolicyKind, PrincipalFacts, Request, ResourceSource, Source, Trace, explain,
};
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    Allowed,
    Denied,
    /// AWS leaves the call open.
    Exempt,
}

/// What was decided about a call.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decision {
    pub verdict: Verdict,
    /// Why nothing had to be asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exempt: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<PrincipalFacts>,
    /// In the order asked, up to the first that was denied.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<Decided>,
}

/// One need and what was decided about it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Decided {
    pub action: String,
    pub resource: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub resource_account: Option<String>,
    pub context: Context,
    pub policies: Vec<AppliedPolicy>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<Grant>,
    pub resource_must_allow: bool,
    /// The session carries session policies (it may be an empty list that allows nothing).
    pub session_limited: bool,
    pub allowed: bool,
}

/// A policy that was looked at: where it stands, and which version, by the hash of its text.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AppliedPolicy {
    pub layer: Layer,
    /// Distance from the organisation's root, for SCPs and RCPs; 0 elsewhere.
    pub level: usize,
    pub name: String,
    pub kind: PolicyKind,
    /// SHA-256 of the text, hexadecimal.
    pub document: String,
}

/// Decides `decided` again with the policy texts of its time and says what every statement did. `text` finds a document by
/// its hash. `None` when a document is gone or no longer compiles: then nothing truthful can be said.
pub fn re_evaluate(
    principal: &PrincipalFacts,
    decided: &Decided,
    mut text: impl FnMut(&str) -> Option<String>,
) -> Option<Trace> {
    let documents: Option<Vec<PolicyDocument>> = decided
        .policies
        .iter()
        .map(|policy| Some(PolicyDocument::stored(text(&policy.document)?, policy.kind)))
        .collect();
    let documents = documents?;
    let mut layers = Layers { resource_must_allow: decided.resource_must_allow, ..Layers::default() };
    if decided.session_limited {
        layers.session = Some(Vec::new());
    }
    for (policy, document) in decided.policies.iter().zip(&documents) {
        layers.add(policy.layer, policy.level, &policy.name, document)?;
    }
    layers.grant(&decided.grants);
    let request = Request {
        principal,
        action: &decided.action,
        resource: &decided.resource,
        resource_account: decided.resource_account.as_deref(),
        context: &decided.context,
    };
    Some(layers.with(|policies| explain(&request, policies)))
}

/// Policies laid out by layer, for one evaluation.
#[derive(Default)]
pub(crate) struct Layers<'a> {
    rcps: Vec<Vec<Source<'a>>>,
    scps: Vec<Vec<Source<'a>>>,
    endpoint: Option<Source<'a>>,
    resource: Vec<ResourceSource<'a>>,
    pub resource_must_allow: bool,
    identity: Vec<Source<'a>>,
    boundary: Option<Source<'a>>,
    pub session: Option<Vec<Source<'a>>>,
}

impl<'a> Layers<'a> {
    /// `None` when the document does not compile.
    pub fn add(&mut self, layer: Layer, level: usize, name: &'a str, document: &'a PolicyDocument) -> Option<()> {
        let source = Source { name, policy: document.compiled().ok()? };
        let at_level = |levels: &mut Vec<Vec<Source<'a>>>| {
            if levels.len() <= level {
                levels.resize_with(level + 1, Vec::new);
            }
            if let Some(sources) = levels.get_mut(level) {
                sources.push(source);
            }
        };
        match layer {
            Layer::ResourceControl => at_level(&mut self.rcps),
            Layer::ServiceControl => at_level(&mut self.scps),
            Layer::Endpoint => self.endpoint = Some(source),
            Layer::Resource | Layer::RoleTrust => self.resource.push(ResourceSource::Policy(source)),
            Layer::Identity => self.identity.push(source),
            Layer::Boundary => self.boundary = Some(source),
            Layer::Session => self.session.get_or_insert_default().push(source),
        }
        Some(())
    }

    pub fn grant(&mut self, grants: &'a [Grant]) {
        self.resource
            .extend(grants.iter().map(|grant| ResourceSource::Grant { name: &grant.name, reach: grant.reach }));
    }

    pub fn with<R>(&self, use_them: impl FnOnce(&Policies<'_>) -> R) -> R {
        use_them(&Policies {
            rcps: &self.rcps,
            scps: &self.scps,
            endpoint: self.endpoint,
            resource: &self.resource,
            resource_must_allow: self.resource_must_allow,
            identity: &self.identity,
            boundary: self.boundary,
            session: self.session.as_deref(),
        })
    }
}
