//! The decision ("How AWS enforcement code logic evaluates requests to allow or deny access" and "Cross-account policy
//! evaluation logic").

use crate::document::Policy;
use crate::principal::{Caller, Reach};
use crate::request::{Layer, Policies, Request, ResourceSource, Source};
use crate::statement::{Asked, Effect};

/// What was decided. Cheap: it borrows the names it cites and holds no prose.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Decision<'a> {
    pub verdict: Verdict<'a>,
    /// Whether an AccessDenied sentence may name the policy: only within one account or organisation does AWS.
    pub(crate) may_name_policy: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict<'a> {
    Allow,
    Deny(Denial<'a>),
}

/// Who denied: the first layer with an explicit deny, or else the first that does not allow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Denial<'a> {
    pub layer: Layer,
    /// The statement that denied; `None` for an implicit deny.
    pub explicit: Option<Citation<'a>>,
}

/// A statement, by its policy's name and its position there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Citation<'a> {
    pub policy: &'a str,
    /// Counted from zero.
    pub statement: usize,
}

impl Decision<'_> {
    pub fn is_allowed(&self) -> bool {
        matches!(self.verdict, Verdict::Allow)
    }
}

/// Decides a request. Pure and total: whatever is given, there is a decision, and without a policy that allows it is deny.
///
/// It ends soon whatever is given: what one decision may compare is bounded. Once that is spent, statements that allow do
/// not apply any more, and those that deny the action to the caller do.
pub fn evaluate<'a>(request: &Request<'_>, policies: &Policies<'a>) -> Decision<'a> {
    decide(&Asked::new(request), policies)
}

pub(crate) fn decide<'a>(asked: &Asked<'_>, policies: &Policies<'a>) -> Decision<'a> {
    let request = asked.request;
    let verdict = match first_explicit_deny(asked, policies).or_else(|| first_implicit_deny(asked, policies)) {
        Some(denial) => Verdict::Deny(denial),
        None => Verdict::Allow,
    };
    let may_name_policy = matches!(verdict, Verdict::Deny(_)) && request.is_among_friends();
    Decision { verdict, may_name_policy }
}

/// Whether a layer is considered at all for this caller.
pub(crate) fn considers(layer: Layer, request: &Request<'_>) -> bool {
    let principal = request.principal;
    match layer {
        // AWS Organizations User Guide, "Resource control policies": they bind everyone, anonymous callers and services
        // included, but not service-linked roles.
        Layer::ResourceControl => !principal.is_service_linked_role,
        // AWS Organizations User Guide, "Service control policies": they bind users and roles of member accounts, the root
        // user too, and neither the management account nor service-linked roles nor anyone outside.
        Layer::ServiceControl => {
            has_identity_side(request) && !principal.is_service_linked_role && !principal.is_management_account
        }
        Layer::Endpoint | Layer::Resource | Layer::RoleTrust => true,
        Layer::Identity | Layer::Boundary | Layer::Session => has_identity_side(request),
    }
}

/// Whether the caller has policies of its own. Services, identity providers, anonymous callers and bare accounts have none:
/// the resource's side alone decides.
pub(crate) fn has_identity_side(request: &Request<'_>) -> bool {
    match request.principal.caller {
        Caller::Root | Caller::User | Caller::RoleSession { .. } | Caller::FederatedUser { .. } => true,
        Caller::Federated { .. } | Caller::Service { .. } | Caller::Account | Caller::Anonymous => false,
    }
}

/// Every policy with its layer, in order.
pub(crate) fn sources<'p, 'a>(policies: &'p Policies<'a>) -> impl Iterator<Item = (Layer, Source<'a>)> + use<'p, 'a> {
    let level = |layer| move |source: &Source<'a>| (layer, *source);
    let resource = policies.resource.iter().filter_map(|source| match source {
        ResourceSource::Policy(source) => Some((layer_of(source), *source)),
        ResourceSource::Grant { .. } => None,
    });
    policies
        .rcps
        .iter()
        .flatten()
        .map(level(Layer::ResourceControl))
        .chain(policies.scps.iter().flatten().map(level(Layer::ServiceControl)))
        .chain(policies.endpoint.iter().map(level(Layer::Endpoint)))
        .chain(resource)
        .chain(policies.identity.iter().map(level(Layer::Identity)))
        .chain(policies.boundary.iter().map(level(Layer::Boundary)))
        .chain(policies.session.into_iter().flatten().map(level(Layer::Session)))
}

fn layer_of(source: &Source<'_>) -> Layer {
    if source.policy.is_trust() { Layer::RoleTrust } else { Layer::Resource }
}

/// The resource's layer as it is called when nothing in it allows.
pub(crate) fn resource_layer(policies: &Policies<'_>) -> Layer {
    let trust = policies
        .resource
        .iter()
        .any(|source| matches!(source, ResourceSource::Policy(source) if source.policy.is_trust()));
    if trust { Layer::RoleTrust } else { Layer::Resource }
}

/// "Deny evaluation": one applicable Deny in any policy that is considered is final.
fn first_explicit_deny<'a>(asked: &Asked<'_>, policies: &Policies<'a>) -> Option<Denial<'a>> {
    sources(policies).find_map(|(layer, source)| {
        if !source.policy.can_deny() || !considers(layer, asked.request) {
            return None;
        }
        let statement = source.policy.first_applying(Effect::Deny, asked)?;
        Some(Denial { layer, explicit: Some(Citation { policy: source.name, statement }) })
    })
}

/// The first layer that had to allow and does not.
fn first_implicit_deny<'a>(asked: &Asked<'_>, policies: &Policies<'a>) -> Option<Denial<'a>> {
    let request = asked.request;
    let allows = |policy: &Policy| policy.first_applying(Effect::Allow, asked).is_some();
    let any_allows = |sources: &[Source<'_>]| sources.iter().any(|source| allows(source.policy));
    // Every level from the organisation's root to the account must allow ("SCP evaluation", "RCP evaluation").
    let every_level_allows =
        |layer, levels: &[Vec<Source<'_>>]| !considers(layer, request) || levels.iter().all(|level| any_allows(level));
    let implicit = |layer| Some(Denial { layer, explicit: None });

    if !every_level_allows(Layer::ResourceControl, policies.rcps) {
        return implicit(Layer::ResourceControl);
    }
    if !every_level_allows(Layer::ServiceControl, policies.scps) {
        return implicit(Layer::ServiceControl);
    }
    if policies.endpoint.is_some_and(|source| !allows(source.policy)) {
        return implicit(Layer::Endpoint);
    }

    let reach = resource_reach(asked, policies);
    let needs = Needs::of(request, policies, reach);
    if needs.resource && reach.is_none() {
        return implicit(resource_layer(policies));
    }
    let root = request.principal.caller == Caller::Root;
    if needs.identity && !root && !any_allows(policies.identity) {
        return implicit(Layer::Identity);
    }
    if needs.limits && policies.boundary.is_some_and(|source| !allows(source.policy)) {
        return implicit(Layer::Boundary);
    }
    if needs.limits && !session_allows(request, policies, any_allows) {
        return implicit(Layer::Session);
    }
    None
}

/// A federated user without a session policy has no permissions but those a resource gives it ("Permissions for
/// GetFederationToken").
fn session_allows(request: &Request<'_>, policies: &Policies<'_>, any_allows: impl Fn(&[Source<'_>]) -> bool) -> bool {
    match policies.session {
        Some(session) => any_allows(session),
        None => !matches!(request.principal.caller, Caller::FederatedUser { .. }),
    }
}

/// The most direct Allow on the resource's side.
pub(crate) fn resource_reach(asked: &Asked<'_>, policies: &Policies<'_>) -> Option<Reach> {
    let reaches = policies.resource.iter().map(|source| match source {
        ResourceSource::Policy(source) => source.policy.best_reach(asked),
        ResourceSource::Grant { reach, .. } => Some(*reach),
    });
    reaches.max().flatten()
}

/// Which sides must allow, given how directly the resource's side does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Needs {
    pub(crate) resource: bool,
    pub(crate) identity: bool,
    /// Permissions boundary and session policies.
    pub(crate) limits: bool,
}

impl Needs {
    /// Within an account either side may allow; across accounts both must, and nothing the resource says lifts a limit of
    /// the caller's account. A key policy or trust policy must allow in any case.
    pub(crate) fn of(request: &Request<'_>, policies: &Policies<'_>, reach: Option<Reach>) -> Needs {
        if !has_identity_side(request) {
            return Needs { resource: true, identity: false, limits: false };
        }
        if request.is_cross_account() {
            return Needs { resource: true, identity: true, limits: true };
        }
        let resource = policies.resource_must_allow;
        match reach {
            Some(Reach::Direct) => Needs { resource, identity: false, limits: false },
            Some(Reach::Limited) => Needs { resource, identity: false, limits: true },
            Some(Reach::Account) | None => Needs { resource, identity: true, limits: true },
        }
    }
}
