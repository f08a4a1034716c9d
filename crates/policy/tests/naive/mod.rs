//! A second evaluator, written from AWS's documents alone and as simply as they read: no compilation, no index, no shared
//! code with the crate beyond the types that describe a request. It works on JSON as it stands.

pub mod condition;
pub mod text;

use bastide_policy::{Caller, Layer, PrincipalFacts, Reach, Request};
use serde_json::Value;
use text::Pattern;

/// Everything that applies, as documents.
#[derive(Debug, Clone, Default)]
pub struct Documents {
    pub rcps: Vec<Vec<Value>>,
    pub scps: Vec<Vec<Value>>,
    pub endpoint: Option<Value>,
    pub resource: Vec<Value>,
    pub grants: Vec<Reach>,
    pub resource_must_allow: bool,
    pub identity: Vec<Value>,
    pub boundary: Option<Value>,
    pub session: Option<Vec<Value>>,
}

/// `None` is allow; else the layer that denied, and whether explicitly.
pub fn decide(request: &Request<'_>, documents: &Documents) -> Option<(Layer, bool)> {
    let who = request.principal;
    let has_own_policies =
        matches!(who.caller, Caller::Root | Caller::User | Caller::RoleSession { .. } | Caller::FederatedUser { .. });
    let rcps_bind = !who.is_service_linked_role;
    let scps_bind = has_own_policies && !who.is_service_linked_role && !who.is_management_account;
    let none = Vec::new();
    let rcps = if rcps_bind { &documents.rcps } else { &none };
    let scps = if scps_bind { &documents.scps } else { &none };

    // Deny evaluation.
    let mut all: Vec<(Layer, &Value)> = Vec::new();
    all.extend(rcps.iter().flatten().map(|document| (Layer::ResourceControl, document)));
    all.extend(scps.iter().flatten().map(|document| (Layer::ServiceControl, document)));
    all.extend(documents.endpoint.iter().map(|document| (Layer::Endpoint, document)));
    all.extend(documents.resource.iter().map(|document| (Layer::Resource, document)));
    if has_own_policies {
        all.extend(documents.identity.iter().map(|document| (Layer::Identity, document)));
        all.extend(documents.boundary.iter().map(|document| (Layer::Boundary, document)));
        all.extend(documents.session.iter().flatten().map(|document| (Layer::Session, document)));
    }
    for (layer, document) in all {
        if says("Deny", document, request) {
            return Some((layer, true));
        }
    }

    // Organisation and network: everything must allow.
    let allowed_by = |documents: &[Value]| documents.iter().any(|document| says("Allow", document, request));
    for level in rcps {
        if !allowed_by(level) {
            return Some((Layer::ResourceControl, false));
        }
    }
    for level in scps {
        if !allowed_by(level) {
            return Some((Layer::ServiceControl, false));
        }
    }
    if let Some(endpoint) = &documents.endpoint
        && !says("Allow", endpoint, request)
    {
        return Some((Layer::Endpoint, false));
    }

    // What the resource's side grants, and to whom.
    let mut to_caller = documents.grants.contains(&Reach::Direct);
    let mut to_entity_behind = documents.grants.contains(&Reach::Limited);
    let mut to_account = documents.grants.contains(&Reach::Account);
    for document in &documents.resource {
        for statement in statements(document) {
            if statement["Effect"] == "Allow" && covers(statement, document, request) {
                let named = |test: &dyn Fn(&str, &str) -> bool| {
                    principals(&statement["Principal"]).iter().any(|(kind, value)| test(kind, value))
                };
                to_caller |= named(&|kind, value| is_caller(kind, value, who));
                to_entity_behind |= named(&|kind, value| is_entity_behind(kind, value, who));
                to_account |= named(&|kind, value| is_account(kind, value, who));
            }
        }
    }
    let any = to_caller || to_entity_behind || to_account;

    if !has_own_policies {
        return if any { None } else { Some((Layer::Resource, false)) };
    }
    let cross = request.resource_account.is_some() && who.account.as_deref() != request.resource_account;
    let identity = who.caller == Caller::Root || allowed_by(&documents.identity);
    let boundary = documents.boundary.as_ref().is_none_or(|document| says("Allow", document, request));
    let session = match (&documents.session, &who.caller) {
        (Some(session), _) => allowed_by(session),
        (None, Caller::FederatedUser { .. }) => false,
        (None, _) => true,
    };

    if (cross || documents.resource_must_allow) && !any {
        return Some((Layer::Resource, false));
    }
    // Same account, the caller itself named: implicit denies elsewhere do not matter.
    if !cross && to_caller {
        return None;
    }
    // Same account, the role or user behind the session named: the identity-based policies do not matter.
    let identity_matters = cross || !to_entity_behind;
    if identity_matters && !identity {
        return Some((Layer::Identity, false));
    }
    if !boundary {
        return Some((Layer::Boundary, false));
    }
    if !session {
        return Some((Layer::Session, false));
    }
    None
}

fn says(effect: &str, document: &Value, request: &Request<'_>) -> bool {
    statements(document)
        .into_iter()
        .any(|statement| statement["Effect"] == effect && covers(statement, document, request))
}

fn statements(document: &Value) -> Vec<&Value> {
    match &document["Statement"] {
        Value::Array(list) => list.iter().collect(),
        one => vec![one],
    }
}

pub fn strings(value: &Value) -> Vec<String> {
    match value {
        Value::Null => Vec::new(),
        Value::Array(list) => list.iter().flat_map(strings).collect(),
        Value::String(text) => vec![text.clone()],
        other => vec![other.to_string()],
    }
}

/// Whether a statement applies to the request, effect aside.
fn covers(statement: &Value, document: &Value, request: &Request<'_>) -> bool {
    let variables = document["Version"] == "2012-10-17";
    let action = request.action.to_lowercase();
    let lists_action = |element: &str| {
        strings(&statement[element]).iter().any(|pattern| Pattern::plain(&pattern.to_lowercase()).matches(&action))
    };
    let action_fits = match statement.get("NotAction") {
        Some(_) => !lists_action("NotAction"),
        None => lists_action("Action"),
    };

    let (mut resource_listed, mut unresolved) = (false, false);
    let negated = statement.get("NotResource").is_some();
    let element = if negated { "NotResource" } else { "Resource" };
    for pattern in strings(&statement[element]) {
        match Pattern::resource(&pattern, variables, request.context) {
            Some(pattern) => resource_listed |= pattern.matches(request.resource),
            None => unresolved = true,
        }
    }
    let resource_fits = match (statement.get("Resource"), negated) {
        (None, false) => true,
        (_, false) => resource_listed,
        (_, true) => !resource_listed && (!unresolved || statement["Effect"] == "Deny"),
    };

    let principal_fits = match (statement.get("Principal"), statement.get("NotPrincipal")) {
        (Some(principal), _) => principals(principal).iter().any(|(kind, value)| {
            let who = request.principal;
            is_caller(kind, value, who) || is_entity_behind(kind, value, who) || is_account(kind, value, who)
        }),
        (_, Some(principal)) => !is_spared(&principals(principal), request.principal),
        (None, None) => true,
    };

    action_fits
        && resource_fits
        && principal_fits
        && condition::holds(&statement["Condition"], variables, request.context)
}

/// Kind and value of each principal.
fn principals(element: &Value) -> Vec<(String, String)> {
    match element {
        Value::String(text) => vec![("AWS".to_owned(), text.clone())],
        Value::Object(kinds) => kinds
            .iter()
            .flat_map(|(kind, values)| strings(values).into_iter().map(move |value| (kind.clone(), value)))
            .collect(),
        _ => Vec::new(),
    }
}

/// The principal that makes the request is named, or everyone is.
fn is_caller(kind: &str, value: &str, who: &PrincipalFacts) -> bool {
    let id = who.unique_id.as_deref() == Some(value);
    let everyone = kind == "AWS" && value == "*";
    everyone
        || match &who.caller {
            Caller::Root => kind == "AWS" && is_account(kind, value, who),
            Caller::User => kind == "AWS" && (value == who.arn || id),
            Caller::RoleSession { session_arn, .. } => kind == "AWS" && value == session_arn,
            Caller::FederatedUser { .. } => kind == "AWS" && value == who.arn,
            Caller::Service { name } => kind == "Service" && (value == name || value == "*"),
            Caller::Federated { provider } => kind == "Federated" && value == provider,
            Caller::Account | Caller::Anonymous => false,
        }
}

/// The role of a session, or the user of a federated session, is named.
fn is_entity_behind(kind: &str, value: &str, who: &PrincipalFacts) -> bool {
    let id = who.unique_id.as_deref() == Some(value);
    kind == "AWS"
        && match &who.caller {
            Caller::RoleSession { role_arn, .. } => value == role_arn || id,
            Caller::FederatedUser { user_arn } => value == user_arn || id,
            _ => false,
        }
}

fn is_account(kind: &str, value: &str, who: &PrincipalFacts) -> bool {
    match kind {
        "AWS" => who
            .account
            .as_deref()
            .is_some_and(|account| value == account || value == format!("arn:aws:iam::{account}:root")),
        "CanonicalUser" => who.canonical_id.as_deref() == Some(value),
        _ => false,
    }
}

/// NotPrincipal: every form of the caller must be listed.
fn is_spared(listed: &[(String, String)], who: &PrincipalFacts) -> bool {
    if listed.iter().any(|(kind, value)| kind == "AWS" && value == "*") {
        return true;
    }
    let lists = |wanted: &str| listed.iter().any(|(kind, value)| kind == "AWS" && value == wanted);
    let lists_id = || who.unique_id.as_deref().is_some_and(lists);
    let account = listed.iter().any(|(kind, value)| is_account(kind, value, who));
    match &who.caller {
        Caller::Root | Caller::Account => account,
        Caller::User => account && (lists(&who.arn) || lists_id()),
        Caller::RoleSession { role_arn, session_arn } => {
            account && (lists(role_arn) || lists_id()) && lists(session_arn)
        }
        Caller::FederatedUser { .. } => account && lists(&who.arn),
        Caller::Service { .. } | Caller::Federated { .. } | Caller::Anonymous => {
            listed.iter().any(|(kind, value)| is_caller(kind, value, who))
        }
    }
}
