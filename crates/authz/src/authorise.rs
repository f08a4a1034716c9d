//! From an ask to the proof, or to the sentence that says why not.

use crate::context::{context, facts, organizations};
use crate::decision::Layers;
use crate::{
    AppliedPolicy, Ask, Circumstances, Decided, Decision, Gathered, Need, PolicyDocument, PolicySource, Verdict,
};
use bastide_authn::{Caller, Directory};
use bastide_policy::{Layer, PrincipalFacts, Request, evaluate};
use bastide_store::{Document, Snapshot};
use std::marker::PhantomData;
use std::sync::Arc;

/// Proof that the caller may do `O`. Only [`authorise`] makes it.
#[derive(Debug)]
pub struct Granted<O> {
    for_operation: PhantomData<fn(O)>,
}

/// What was decided, and the policy texts it was decided on.
#[derive(Debug, Clone)]
pub struct Authorisation {
    pub decision: Decision,
    pub documents: Vec<Document>,
}

/// Why the caller may not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Denial {
    /// AWS's AccessDenied sentence.
    pub sentence: String,
    pub action: String,
}

/// Where the policies and the tags of callers come from.
pub struct Sources<'a> {
    pub policies: &'a [Arc<dyn PolicySource>],
    pub directory: &'a dyn Directory,
    pub state: &'a Snapshot,
}

/// Decides every need of `ask` on one snapshot; the first denied one ends it.
pub fn authorise<O>(
    ask: &Ask,
    caller: &Caller,
    circumstances: &Circumstances,
    sources: &Sources<'_>,
) -> (Authorisation, Result<Granted<O>, Denial>) {
    let granted = Granted { for_operation: PhantomData };
    if let Ask::Exempt(reason) = ask {
        let decision = Decision {
            verdict: Verdict::Exempt,
            exempt: Some((*reason).to_owned()),
            principal: None,
            needs: Vec::new(),
        };
        return (Authorisation { decision, documents: Vec::new() }, Ok(granted));
    }
    let mut principal = facts(caller);
    let tags = sources.directory.principal_tags(sources.state, &caller.principal);
    let mut documents = Vec::new();
    let mut needs = Vec::new();
    let mut denial = None;
    for need in ask.needs() {
        let mut gathered = Gathered::default();
        for source in sources.policies {
            source.gather(sources.state, caller, need, &mut gathered);
        }
        principal.is_management_account = gathered.outside_scps;
        let (decided, denied) = decide(need, caller, &principal, circumstances, &tags, &gathered, &mut documents);
        needs.push(decided);
        if denied.is_some() {
            denial = denied;
            break;
        }
    }
    let verdict = if denial.is_some() { Verdict::Denied } else { Verdict::Allowed };
    let decision = Decision { verdict, exempt: None, principal: Some(principal), needs };
    let proof = match denial {
        Some(denial) => Err(denial),
        None => Ok(granted),
    };
    (Authorisation { decision, documents }, proof)
}

/// Whether the same question would be answered with yes. An opinion without a proof: for checks like KMS's, whether a new key
/// policy would still let its caller change it.
pub fn would_allow(ask: &Ask, caller: &Caller, circumstances: &Circumstances, sources: &Sources<'_>) -> bool {
    authorise::<()>(ask, caller, circumstances, sources).1.is_ok()
}

fn decide(
    need: &Need,
    caller: &Caller,
    principal: &PrincipalFacts,
    circumstances: &Circumstances,
    tags: &[(String, String)],
    gathered: &Gathered,
    documents: &mut Vec<Document>,
) -> (Decided, Option<Denial>) {
    let mut applied = Vec::new();
    let mut layers = Layers::default();
    if gathered.session.is_some() {
        layers.session = Some(Vec::new());
    }
    let mut broken = None;
    for (layer, level, name, document) in listed(need, gathered) {
        if layers.add(layer, level, name, document).is_none() {
            broken = Some(name);
        }
        let stored = document.document();
        applied.push(AppliedPolicy {
            layer,
            level,
            name: name.to_owned(),
            kind: document.kind(),
            document: stored.hash().to_string(),
        });
        documents.push(stored.clone());
    }
    layers.grant(&need.resource.grants);
    layers.resource_must_allow = need.resource.policy.as_ref().is_some_and(|policy| policy.must_allow);

    let mut context = context(caller, principal, circumstances, need, tags);
    organizations(&mut context, gathered);
    let resource_account = need.resource.account.map(|account| account.to_string());
    let request = Request {
        principal,
        action: &need.action,
        resource: &need.resource.arn,
        resource_account: resource_account.as_deref(),
        context: &context,
    };
    let shown = need.resource.shown.as_deref().unwrap_or(&need.resource.arn);
    let sentence = match broken {
        // A stored policy that no longer compiles could hide a deny: nothing is allowed beside it.
        Some(name) => Some(format!(
            "User: {} is not authorized to perform: {} on resource: {} because the policy {name} cannot be evaluated",
            principal.shown_arn(),
            need.action,
            shown,
        )),
        None => layers.with(|policies| {
            let decision = evaluate(&request, policies);
            (!decision.is_allowed()).then(|| decision.denied_sentence(principal.shown_arn(), &need.action, shown))
        }),
    };
    let decided = Decided {
        action: need.action.to_string(),
        resource: need.resource.arn.clone(),
        resource_account,
        context,
        policies: applied,
        grants: need.resource.grants.clone(),
        resource_must_allow: layers.resource_must_allow,
        session_limited: layers.session.is_some(),
        allowed: sentence.is_none(),
    };
    (decided, sentence.map(|sentence| Denial { sentence, action: need.action.to_string() }))
}

/// Every gathered policy with its layer and level.
fn listed<'a>(need: &'a Need, gathered: &'a Gathered) -> Vec<(Layer, usize, &'a str, &'a PolicyDocument)> {
    let mut list = Vec::new();
    for (layer, levels) in [(Layer::ResourceControl, &gathered.rcps), (Layer::ServiceControl, &gathered.scps)] {
        for (level, policies) in levels.iter().enumerate() {
            list.extend(policies.iter().map(|policy| (layer, level, policy.name.as_str(), &policy.document)));
        }
    }
    let mut layer = |layer, policies: &'a [crate::NamedPolicy]| {
        list.extend(policies.iter().map(|policy| (layer, 0, policy.name.as_str(), &policy.document)));
    };
    layer(Layer::Endpoint, gathered.endpoint.as_slice());
    layer(Layer::Identity, &gathered.identity);
    layer(Layer::Boundary, gathered.boundary.as_slice());
    layer(Layer::Session, gathered.session.as_deref().unwrap_or_default());
    if let Some(policy) = &need.resource.policy {
        list.push((Layer::Resource, 0, policy.name.as_str(), &policy.document));
    }
    list
}
