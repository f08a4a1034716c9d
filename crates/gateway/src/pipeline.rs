//! The walk of a request. Every call from outside goes through [`Gateway::handle`], top to bottom:
//!
//! ```text
//! service      which service is meant, by what the request claims about itself
//! body         read it, within limits
//! authenticate who calls
//! operation    which operation
//! decode       what it says, checked against the model
//! execute      ask, authorise, run, commit: the kernel's bracket
//! record       wait until the record is kept as the law demands, then let effects begin
//! encode       the answer, or the fault, in the service's protocol
//! ```
//!
//! A stage that refuses ends the walk with a [`Refused`]; what is recorded and answered then is decided in one place.

use crate::body::{BadBody, Unread};
use crate::limits::body_bytes_max;
use crate::{Limits, Request, Response, health, respond};
use bastide_authn::{Authenticator, Caller, Claim, Evidence, Refusal};
use bastide_authz::Circumstances;
use bastide_base::{Random, Region};
use bastide_codec::{Found, RequestHead, Route, RouteError, decode, encode, find, gzip, validate, validation_error};
use bastide_kernel::{Call, CallRecord, Cloud, Executed, Fault, OpEntry};
use bastide_shape::{Protocol, Service, Value};
use bastide_sigv4::{BodyCheck, Head, Payload, SigError};
use bytes::Bytes;
use http_body::Body;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The house's door.
pub struct Gateway {
    cloud: Arc<Cloud>,
    authenticator: Authenticator,
    pub(crate) limits: Limits,
}

/// What is known of a request so far; it grows from stage to stage, and the record is made of it.
struct Walk {
    request_id: String,
    random: Random,
    circumstances: Circumstances,
    caller: Option<Caller>,
    service: &'static Service,
    protocol: Protocol,
    /// The operation's name, or what the request calls it.
    operation: String,
}

/// Why the walk ends before the bracket.
struct Refused(Fault);

impl From<Fault> for Refused {
    fn from(fault: Fault) -> Self {
        Refused(fault)
    }
}

impl Gateway {
    pub fn new(cloud: Arc<Cloud>, limits: Limits) -> Self {
        Gateway { cloud, authenticator: Authenticator::default(), limits }
    }

    pub fn cloud(&self) -> &Arc<Cloud> {
        &self.cloud
    }

    /// Takes one request all the way.
    pub async fn handle<B>(&self, request: Request, body: B) -> Response
    where
        B: Body<Data = Bytes> + Unpin,
    {
        if let Some(answer) = health::answer(&request, &self.cloud) {
            return answer;
        }
        let mut random = self.cloud.next_random();
        let request_id = random.uuid();
        let body = Unread::new(body, self.limits.body_deadline);

        let signature_head = signature_headers(&request);
        let head =
            Head { method: &request.method, path: &request.path, query: &request.query, headers: &signature_head };
        let wire = RequestHead {
            method: &request.method,
            path: &request.path,
            query: &request.query,
            headers: &request.headers,
        };
        let claim = Claim::read(head);
        let found = match self.service(&wire, &claim, &request) {
            Ok(found) => found,
            Err(error) => return self.stray(&request, &request_id, &error),
        };
        let (Some(service), Some(protocol)) = (found.service(), found.protocol()) else {
            return self.stray(&request, &request_id, &RouteError::UnknownService);
        };
        let mut walk = Walk {
            request_id,
            random,
            circumstances: self.circumstances(&request),
            caller: None,
            service,
            protocol,
            operation: String::new(),
        };
        let walked = self.walk(&mut walk, &request, &wire, claim, &found, body).await;
        let (executed, route) = match walked {
            Ok((executed, route)) => (executed, Some(route)),
            Err(Refused(fault)) => (self.cloud.refuse(self.record_of(&walk), fault), None),
        };
        self.finish(&walk, route, executed).await
    }

    fn service(
        &self,
        wire: &RequestHead<'_>,
        claim: &Result<Claim<'_>, Refusal>,
        request: &Request,
    ) -> Result<Found, RouteError> {
        let signing_name = claim.as_ref().ok().and_then(Claim::service);
        find(wire, signing_name, request.header("host"))
    }

    async fn walk<B>(
        &self,
        walk: &mut Walk,
        request: &Request,
        wire: &RequestHead<'_>,
        claim: Result<Claim<'_>, Refusal>,
        found: &Found,
        body: Unread<B>,
    ) -> Result<(Executed, Route), Refused>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        let believe = |refusal: Refusal| Refused(respond::refusal(&refusal, walk.service, walk.protocol));
        let claim = claim.map_err(believe)?;
        walk.circumstances.region = claim.region(Region::US_EAST_1).map_err(believe)?;
        check_framing(request)?;

        // Where the head names the operation and its body streams, nothing is read before the caller is known.
        let early = if found.needs_body() { None } else { Some(found.route(wire, &[], None)) };
        let streams = early.as_ref().is_some_and(|route| route.as_ref().is_ok_and(Route::streams_input));
        let raw = if streams { None } else { Some(body.whole(body_bytes_max(walk.protocol)).await.map_err(bad_body)?) };

        walk.caller = self.authenticate(&claim, raw.as_ref().map(Bytes::as_ref)).map_err(believe)?;

        let plain =
            raw.map(|raw| inflate(request, raw, body_bytes_max(walk.protocol))).transpose()?.unwrap_or_default();
        let route = early.unwrap_or_else(|| found.route(wire, &plain, None)).map_err(|error| {
            walk.operation = operation_name(&error);
            let out = error.to_error();
            Fault::common(out.code, out.status, out.message)
        })?;
        walk.service = route.service;
        walk.protocol = route.protocol;
        walk.operation = route.operation.name.to_owned();

        let caller = match walk.caller.clone() {
            Some(caller) => caller,
            // Calls that make credentials are unsigned by nature; every other call is signed.
            None if route.operation.unsigned => Caller::anonymous(),
            None => {
                let missing = Refusal::Signature(SigError::MissingAuthentication);
                return Err(Refused(respond::refusal(&missing, walk.service, walk.protocol)));
            }
        };
        if !caller.may_call(walk.service.name, &walk.operation) {
            return Err(Refused(respond::refusal(&Refusal::UnknownKey, walk.service, walk.protocol)));
        }
        let Some(prepares) = self.cloud.operation(walk.service.name, &walk.operation).map(OpEntry::prepares) else {
            return Err(Refused(Fault::not_implemented(walk.service.name, &walk.operation)));
        };
        let body = if streams { bastide_codec::Body::Streaming } else { bastide_codec::Body::Bytes(&plain) };
        let input = decode(&route, wire, body).map_err(|error| {
            let out = error.to_error(route.protocol);
            Fault::common(out.code, out.status, out.message)
        })?;
        check_constraints(&route, &input)?;

        let call = Call {
            request_id: walk.request_id.clone(),
            service: walk.service.name,
            operation: walk.operation.clone(),
            account: caller.principal.account().unwrap_or(self.cloud.management()),
            region: walk.circumstances.region,
            caller,
            circumstances: walk.circumstances.clone(),
            parent: None,
        };
        let random = std::mem::replace(&mut walk.random, self.cloud.next_random());
        let cloud = self.cloud.clone();
        let execute = move || catch_unwind(AssertUnwindSafe(|| cloud.execute(&call, random, input)));
        // Slow work may not keep other calls from this thread.
        let executed = match prepares {
            true => tokio::task::spawn_blocking(execute).await.map_err(Fault::internal)?,
            false => execute(),
        };
        // The transaction went with the panic; the call is recorded as failed, and the house goes on.
        Ok((executed.map_err(|_| Fault::internal("the operation panicked"))?, route))
    }

    /// Who calls; `None` when nobody claims to. A body that is not read yet must be vouched for by the signature.
    fn authenticate(&self, claim: &Claim<'_>, body: Option<&[u8]>) -> Result<Option<Caller>, Refusal> {
        if claim.is_anonymous() {
            return Ok(None);
        }
        let payload = body.map_or(Payload::Streamed, Payload::Whole);
        let state = self.cloud.state();
        let ports = &self.cloud.ports;
        let evidence = Evidence {
            clock: self.cloud.clock(),
            state: &state,
            directory: ports.directory.as_ref(),
            sessions: &ports.sessions,
        };
        let authenticated = self.authenticator.authenticate(claim, payload, None, evidence)?;
        match (authenticated.body, body) {
            (BodyCheck::Done | BodyCheck::Unsigned, _) | (_, None) => Ok(Some(authenticated.caller)),
            // Only services whose bodies stream understand chunks or a hash to be checked later; verify() says so.
            (BodyCheck::Sha256(_) | BodyCheck::Chunked(_), Some(_)) => Err(Refusal::Signature(SigError::BodyNeeded)),
        }
    }

    /// The answer leaves once the record is kept as the law demands: writes, denials and failures on disk, allowed reads
    /// in the log's queue. Then what the call set in motion begins.
    async fn finish(&self, walk: &Walk, route: Option<Route>, executed: Executed) -> Response {
        let Executed { outcome, ticket, effects } = executed;
        let outcome = match ticket.await {
            Ok(_) => outcome,
            Err(error) => Err(Fault::internal(error)),
        };
        if outcome.is_ok() && !effects.is_empty() {
            self.cloud.apply(effects);
            self.run_due_jobs().await;
        }
        let answer = |value: &Value, route: &Route| {
            encode(route.service, route.protocol, route.operation, value, &walk.request_id)
        };
        match (outcome, route) {
            (Ok(value), Some(route)) => match answer(&value, &route) {
                Ok(response) => respond::encoded(response),
                Err(error) => respond::fault(&Fault::internal(error), walk.service, walk.protocol, &walk.request_id),
            },
            (Ok(_), None) => respond::stray(500, "InternalFailure", "", &walk.request_id),
            (Err(fault), _) => respond::fault(&fault, walk.service, walk.protocol, &walk.request_id),
        }
    }

    /// Everything that has fallen due. A job whose commit fails stays due and is tried at the next turn.
    pub(crate) async fn run_due_jobs(&self) {
        let cloud = self.cloud.clone();
        let ran = tokio::task::spawn_blocking(move || cloud.run_due_jobs()).await;
        if let Ok(Err(error)) = ran {
            eprintln!("bastide: a job could not be committed and will be tried again: {error}");
        }
    }

    /// A request for no service at all. It is recorded, too.
    fn stray(&self, request: &Request, request_id: &str, error: &RouteError) -> Response {
        let out = error.to_error();
        let circumstances = self.circumstances(request);
        let mut record = CallRecord::refused(
            request_id,
            "unknown",
            &format!("{} {}", request.method, clipped(&request.path)),
            self.cloud.management(),
        );
        record.surround(&circumstances);
        let Executed { ticket, .. } =
            self.cloud.refuse(record, Fault::common(out.code.clone(), out.status, out.message.clone()));
        // Nothing was done or shown, so the record need not be awaited.
        drop(ticket);
        let message = "Bastide could not tell which AWS service this request is for: it is not signed for one, and neither its \
                       X-Amz-Target nor its host names one.";
        respond::stray(out.status, &out.code, message, request_id)
    }

    fn record_of(&self, walk: &Walk) -> CallRecord {
        let account =
            walk.caller.as_ref().and_then(|caller| caller.principal.account()).unwrap_or(self.cloud.management());
        let mut record = CallRecord::refused(&walk.request_id, walk.service.name, &walk.operation, account);
        record.caller = walk.caller.clone();
        record.surround(&walk.circumstances);
        record
    }

    fn circumstances(&self, request: &Request) -> Circumstances {
        Circumstances {
            now: self.cloud.clock().now(),
            region: Region::US_EAST_1,
            source_ip: Some(request.peer.ip),
            secure: request.peer.secure,
            user_agent: request.text("user-agent"),
            referer: request.text("referer"),
        }
    }
}

/// The head as signatures see it: repeated headers in order, HTTP/2's authority as `host`.
fn signature_headers(request: &Request) -> Vec<(&str, &[u8])> {
    request.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect()
}

/// What two readers of one request could read differently.
fn check_framing(request: &Request) -> Result<(), Fault> {
    let hosts = request.headers.get_all("host").iter().count();
    let lengths = request.headers.get_all("content-length").iter().count();
    if hosts == 1 && lengths <= 1 {
        return Ok(());
    }
    Err(Fault::common("InvalidRequest", 400, "A request has one Host and at most one Content-Length header."))
}

fn bad_body(bad: BadBody) -> Refused {
    Refused(match bad {
        BadBody::TooLarge { bytes_max } => {
            Fault::common("RequestEntityTooLarge", 413, format!("The request body is longer than {bytes_max} bytes."))
        }
        BadBody::TooSlow => Fault::common("RequestTimeout", 408, "The request body did not arrive in time."),
        BadBody::Broken => Fault::common("IncompleteBody", 400, "The request body ended before its announced length."),
    })
}

fn inflate(request: &Request, raw: Bytes, bytes_max: usize) -> Result<Bytes, Fault> {
    match request.header("content-encoding") {
        Some(encoding) if encoding.trim().eq_ignore_ascii_case("gzip") => match gzip::inflate(&raw, bytes_max) {
            Ok(plain) => Ok(Bytes::from(plain)),
            Err(error) => Err(Fault::common("InvalidRequest", 400, error.to_string())),
        },
        _ => Ok(raw),
    }
}

fn check_constraints(route: &Route, input: &Value) -> Result<(), Fault> {
    let Some(root) = route.operation.input else { return Ok(()) };
    match validate(route.service, root.shape, input) {
        Ok(()) => Ok(()),
        Err(violations) => {
            let out = validation_error(route.protocol, &violations);
            Err(Fault::validation(out.message))
        }
    }
}

/// What a request for an operation that does not exist called it.
fn operation_name(error: &RouteError) -> String {
    match error {
        RouteError::UnknownOperation { name, .. } => clipped(name),
        _ => String::new(),
    }
}

/// Names from outside are kept short in the record.
fn clipped(name: &str) -> String {
    name.chars().take(200).collect()
}
