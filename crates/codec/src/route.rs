//! Which service, protocol and operation a request means.

use std::borrow::Cow;

use bastide_shape::{Operation, Protocol, Service};
use http::HeaderMap;

use crate::template::{Fit, Found as Match, Labels, Table};
use crate::{DecodeError, RouteError, form};

/// A request without its body.
#[derive(Debug, Clone, Copy)]
pub struct RequestHead<'a> {
    pub method: &'a str,
    /// As it stood in the request line, still percent-encoded, without the query string.
    pub path: &'a str,
    /// As it stood in the request line, without the question mark.
    pub query: &'a str,
    pub headers: &'a HeaderMap,
}

impl RequestHead<'_> {
    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }
}

/// What the head of a request says about where it goes. Where [`Found::needs_body`] says so, the operation stands in
/// the (form) body.
#[derive(Debug, Clone)]
pub struct Found {
    /// More than one only where several services sign with one name.
    candidates: Vec<&'static Service>,
    form: Form,
}

const FORM: &str = "application/x-www-form-urlencoded";

#[derive(Debug, Clone, PartialEq, Eq)]
enum Form {
    Cbor {
        operation: String,
    },
    Target {
        operation: String,
    },
    /// Query, ec2 or REST, as the service speaks.
    Plain,
}

/// The operation that a request calls.
#[derive(Debug, Clone)]
pub struct Route {
    pub service: &'static Service,
    pub protocol: Protocol,
    pub operation: &'static Operation,
    /// The labels of a REST path, decoded.
    pub labels: Vec<(&'static str, String)>,
}

impl Route {
    /// Whether the body of the request streams: [`crate::decode`] is then called without it.
    pub fn streams_input(&self) -> bool {
        streams(self.service, self.operation.input.map(|root| root.shape))
    }

    /// Whether the answer's body streams beside its value.
    pub fn streams_output(&self) -> bool {
        streams(self.service, self.operation.output.map(|root| root.shape))
    }
}

fn streams(service: &Service, shape: Option<bastide_shape::ShapeId>) -> bool {
    let Some(structure) = shape.and_then(|shape| service.structure(shape)) else { return false };
    let payload = structure.payload.and_then(|at| structure.members.get(at));
    payload.is_some_and(|member| crate::rest::streaming(service, member))
        || structure.members.iter().any(|member| crate::rest::event_stream(service, member))
}

/// Finds the service and the protocol by the signing name, the `X-Amz-Target` or rpc-v2-cbor path, the host, or (for
/// unsigned query calls) the `Version` in the query string.
///
/// `signing_name` is the service in the request's credential scope; `host` the value of its `Host` header.
pub fn find(head: &RequestHead<'_>, signing_name: Option<&str>, host: Option<&str>) -> Result<Found, RouteError> {
    let (prefix, form) = shape_of(head);
    let named = signing_name.map(bastide_shape::by_signing_name).unwrap_or_default();
    let by_prefix = prefix.and_then(bastide_shape::by_target_prefix);
    let labels = || host.unwrap_or_default().split([':', '.']);
    let names: Vec<&'static str> = if named.is_empty() {
        let version = || form::pairs(head.query).ok()?.into_iter().find(|(name, _)| name == "Version");
        match by_prefix {
            Some(name) => vec![name],
            None => labels()
                .map(bastide_shape::by_endpoint_prefix)
                .find(|names| !names.is_empty())
                .or_else(|| version().map(|(_, version)| bastide_shape::by_query_version(&version)))
                .unwrap_or_default()
                .to_vec(),
        }
    } else {
        match by_prefix {
            Some(name) if named.contains(&name) => vec![name],
            _ => named.to_vec(),
        }
    };
    let mut candidates: Vec<&'static Service> = names.iter().filter_map(|name| bastide_shape::service(name)).collect();
    // `iam` signs for a query service and a REST one.
    if form == Form::Plain && candidates.iter().any(|service| !by_action(service)) {
        let action = is_form(head) || head.query.starts_with("Action=") || head.query.contains("&Action=");
        if candidates.iter().any(|service| by_action(service) == action) {
            candidates.retain(|service| by_action(service) == action);
        }
    }
    if candidates.len() > 1 {
        let hosted: Vec<_> =
            candidates.iter().copied().filter(|s| labels().any(|label| label == s.endpoint_prefix)).collect();
        if hosted.len() == 1 {
            candidates = hosted;
        }
    }
    // An unsigned form names its service by the version in its body.
    let in_body = form == Form::Plain && is_form(head);
    if candidates.is_empty() && !in_body { Err(RouteError::UnknownService) } else { Ok(Found { candidates, form }) }
}

/// Finds the operation of a request whose service the caller knows.
pub fn find_in(service: &'static Service, head: &RequestHead<'_>) -> Found {
    Found { candidates: vec![service], form: shape_of(head).1 }
}

/// What the head itself says: the service's name on the wire, and the form.
fn shape_of<'h>(head: &RequestHead<'h>) -> (Option<&'h str>, Form) {
    let cbor = head.headers.get("smithy-protocol").is_some_and(|value| value.as_bytes() == b"rpc-v2-cbor");
    if cbor {
        let mut parts = head.path.rsplit('/');
        if let (Some(operation), Some("operation"), Some(service), Some("service")) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        {
            // Smithy allows a namespace before the service's name.
            let service = service.rsplit('.').next();
            return (service, Form::Cbor { operation: operation.to_owned() });
        }
    }
    let target = head.headers.get("x-amz-target").and_then(|value| value.to_str().ok());
    if let Some((prefix, operation)) = target.and_then(|target| target.rsplit_once('.')) {
        return (Some(prefix), Form::Target { operation: operation.to_owned() });
    }
    (None, Form::Plain)
}

impl Found {
    /// The service, as far as the head tells: the first of several that sign with one name. `None` when the body of an
    /// unsigned form must tell.
    pub fn service(&self) -> Option<&'static Service> {
        self.candidates.first().copied()
    }

    /// The protocol, as far as the head tells; for errors that happen before the operation is known.
    pub fn protocol(&self) -> Option<Protocol> {
        let service = self.service()?;
        match self.form {
            Form::Cbor { .. } => Some(Protocol::Cbor),
            Form::Target { .. } => Some(Protocol::Json),
            Form::Plain => plain(service).or_else(|| service.protocols.first().copied()),
        }
    }

    /// Whether the operation is named in the body, so that the body must be read before [`Found::route`].
    pub fn needs_body(&self) -> bool {
        self.form == Form::Plain
            && (self.candidates.is_empty() || self.candidates.iter().any(|service| by_action(service)))
    }

    /// Finds the operation. `body` is looked at only where [`Found::needs_body`]. `bucket` is the bucket that the host
    /// names (S3's virtual-host style): it is put before the path.
    pub fn route(&self, head: &RequestHead<'_>, body: &[u8], bucket: Option<&str>) -> Result<Route, RouteError> {
        let Some(first) = self.service() else { return unsigned_form(head, body)?.route(head, body, bucket) };
        match &self.form {
            Form::Cbor { operation } => self.by_name(Protocol::Cbor, operation, None),
            Form::Target { operation } => self.by_name(Protocol::Json, operation, None),
            Form::Plain => match plain(first) {
                Some(protocol @ (Protocol::Query | Protocol::Ec2)) => self.by_action(protocol, head, body),
                Some(protocol) => self.by_path(protocol, head, bucket),
                None => Err(RouteError::UnknownProtocol { service: first }),
            },
        }
    }

    fn by_name(&self, protocol: Protocol, name: &str, version: Option<&str>) -> Result<Route, RouteError> {
        let first = self.service().ok_or(RouteError::UnknownService)?;
        let speaks = |service: &&&'static Service| service.protocols.contains(&protocol);
        let mut speaking = self.candidates.iter().filter(speaks).peekable();
        if speaking.peek().is_none() {
            return Err(RouteError::UnknownProtocol { service: first });
        }
        let service = speaking.peek().map_or(first, |service| **service);
        speaking
            .filter(|service| version.is_none_or(|version| version == service.api_version))
            .find_map(|service| {
                let operation = service.operation(name)?;
                Some(Route { service, protocol, operation, labels: Labels::new() })
            })
            .ok_or_else(|| RouteError::UnknownOperation {
                service,
                protocol,
                name: name.to_owned(),
                version: version.map(str::to_owned),
            })
    }

    fn by_action(&self, protocol: Protocol, head: &RequestHead<'_>, body: &[u8]) -> Result<Route, RouteError> {
        let service = self.service().ok_or(RouteError::UnknownService)?;
        let malformed = |error| RouteError::Malformed { service, protocol, error };
        let text = form_text(head, body).map_err(malformed)?;
        let field = |name: &str| {
            let plain = text.split('&').filter_map(|part| part.strip_prefix(name)?.strip_prefix('='));
            plain.map(form::decode_label).next().transpose()
        };
        let action = field("Action").map_err(malformed)?;
        let version = field("Version").map_err(malformed)?;
        match action {
            None => Err(RouteError::MissingAction { service, protocol }),
            Some(action) => {
                // A version picks among services; where there is one, any version of it will do for ec2's clients.
                let version = version.as_deref();
                self.by_name(protocol, &action, if protocol == Protocol::Ec2 { None } else { version })
            }
        }
    }

    fn by_path(&self, protocol: Protocol, head: &RequestHead<'_>, bucket: Option<&str>) -> Result<Route, RouteError> {
        let first = self.service().ok_or(RouteError::UnknownService)?;
        let path: Cow<'_, str> = match bucket {
            Some(bucket) => format!("/{bucket}{}", head.path).into(),
            None => head.path.into(),
        };
        let mut best: Option<(Fit, &'static Service, &'static Operation, Labels)> = None;
        let mut other_method = false;
        for service in &self.candidates {
            match Table::of(service).find(head, &path) {
                Ok(Match::Operation(operation, labels, fit)) => {
                    if best.as_ref().is_none_or(|(known, ..)| fit > *known) {
                        best = Some((fit, *service, operation, labels));
                    }
                }
                Ok(Match::OtherMethod) => other_method = true,
                Ok(Match::Nothing) => {}
                Err(error) => return Err(RouteError::Malformed { service: first, protocol, error }),
            }
        }
        match best {
            Some((_, service, operation, labels)) => Ok(Route { service, protocol, operation, labels }),
            None if other_method => Err(RouteError::MethodNotAllowed { service: first, protocol }),
            None => Err(RouteError::UnknownOperation {
                service: first,
                protocol,
                name: format!("{} {}", head.method, head.path),
                version: None,
            }),
        }
    }
}

fn is_form(head: &RequestHead<'_>) -> bool {
    head.header("content-type").is_some_and(|kind| kind.starts_with(FORM))
}

/// Whether the service's operations are named by `Action`, when nothing in the head says otherwise.
fn by_action(service: &Service) -> bool {
    matches!(plain(service), Some(Protocol::Query | Protocol::Ec2))
}

/// The services that the version in a form means.
fn unsigned_form(head: &RequestHead<'_>, body: &[u8]) -> Result<Found, RouteError> {
    let text = form_text(head, body).map_err(|_| RouteError::UnknownService)?;
    let version = text.split('&').find_map(|part| part.strip_prefix("Version="));
    let names = version.map(bastide_shape::by_query_version).unwrap_or_default();
    let candidates: Vec<_> = names.iter().filter_map(|name| bastide_shape::service(name)).collect();
    if candidates.is_empty() { Err(RouteError::UnknownService) } else { Ok(Found { candidates, form: Form::Plain }) }
}

/// The protocol of a service that is spoken without a mark in the head.
fn plain(service: &Service) -> Option<Protocol> {
    let marked = |protocol: &&Protocol| !matches!(protocol, Protocol::Cbor | Protocol::Json);
    service.protocols.iter().find(marked).copied()
}

/// The form of a query request: its body, or for GET its query string.
pub(crate) fn form_text<'r>(head: &RequestHead<'r>, body: &'r [u8]) -> Result<&'r str, DecodeError> {
    if body.is_empty() || head.header("content-type").is_none() && head.method == "GET" {
        return Ok(head.query);
    }
    std::str::from_utf8(body).map_err(|_| DecodeError::new("The body is not UTF-8"))
}
