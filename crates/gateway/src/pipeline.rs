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

use crate::body::{BadBody, Larder, Raw, Unread};
use crate::limits::body_bytes_max;
use crate::{Limits, Request, Response, health, respond};
use bastide_authn::{Authenticator, Caller, Claim, Evidence, Refusal};
use bastide_authz::Circumstances;
use bastide_base::{Random, Region};
use bastide_codec::{Found, RequestHead, Route, RouteError, decode, encode, find, gzip, validate, validation_error};
use bastide_kernel::{Call, CallRecord, Cloud, Executed, Fault, OpEntry, is_secret};
use bastide_shape::{Protocol, Service, Value};
use bastide_sigv4::{BodyCheck, Head, Payload, SigError, Style};
use bytes::Bytes;
use http_body::Body;
use http_body_util::Either;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// The house's door.
pub struct Gateway {
    cloud: Arc<Cloud>,
    authenticator: Authenticator,
    larder: Larder,
    pub(crate) limits: Limits,
}

/// What is known of a request so far; it grows from stage to stage, and the record is made of it.
struct Walk {
    cloud: Arc<Cloud>,
    /// The call has its record, or is about to get it.
    settled: bool,
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

impl Walk {
    fn record(&self) -> CallRecord {
        let known = self.caller.as_ref().and_then(|caller| caller.principal.account());
        let account = known.unwrap_or(self.cloud.management());
        let mut record = CallRecord::refused(&self.request_id, self.service.name, &self.operation, account);
        record.caller = self.caller.clone();
        record.surround(&self.circumstances);
        record
    }
}

/// A walk that nobody ends is recorded all the same: the client went away, or a defect cut it short.
impl Drop for Walk {
    fn drop(&mut self) {
        if self.settled {
            return;
        }
        let fault = match std::thread::panicking() {
            true => Fault::internal("the walk panicked"),
            false => Fault::common("RequestAborted", 400, "The client went away before its request was complete."),
        };
        let Executed { ticket, .. } = self.cloud.refuse(self.record(), fault);
        drop(ticket);
    }
}

impl Gateway {
    pub fn new(cloud: Arc<Cloud>, limits: Limits) -> Self {
        let larder = Larder::new(limits.bodies_bytes_max);
        Gateway { cloud, authenticator: Authenticator::default(), larder, limits }
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
        let body = Unread::new(body, self.limits.body_deadline, &self.larder);

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
        let signed_for = claim.as_ref().ok().and_then(Claim::service).map(clipped);
        let found = match self.service(&wire, &claim, &request) {
            Ok(found) => found,
            Err(error) => return self.stray(&request, &request_id, signed_for.as_deref(), &error).await,
        };
        // An unsigned form names its service in its body, and nothing else does.
        let (spoken, body) = match found.service().zip(found.protocol()) {
            Some(spoken) => (Ok(spoken), Either::Left(body)),
            None => match body.whole(body_bytes_max(Protocol::Query)).await {
                Ok(raw) => (form_service(&found, &wire, &raw), Either::Right(raw)),
                Err(_) => {
                    return self.stray(&request, &request_id, signed_for.as_deref(), &RouteError::UnknownService).await;
                }
            },
        };
        let (service, protocol) = match spoken {
            Ok(spoken) => spoken,
            Err(error) => return self.stray(&request, &request_id, signed_for.as_deref(), &error).await,
        };
        let mut walk = Walk {
            cloud: self.cloud.clone(),
            settled: false,
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
            Err(Refused(fault)) => (self.cloud.refuse(walk.record(), fault), None),
        };
        walk.settled = true;
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
        body: Either<Unread<'_, B>, Raw>,
    ) -> Result<(Executed, Route), Refused>
    where
        B: Body<Data = Bytes> + Unpin,
    {
        // Where the head names the operation, nothing is read that need not be before the caller is known.
        let early = if found.needs_body() { None } else { Some(found.route(wire, &[], None)) };
        if let Some(early) = &early {
            walk.operation = operation_name(early);
        }
        let believe = |refusal: Refusal| Refused(respond::refusal(&refusal, walk.service, walk.protocol));
        let claim = claim.map_err(believe)?;
        walk.circumstances.region = claim.region(Region::US_EAST_1).map_err(believe)?;
        check_framing(request)?;
        check_path(request, walk.service, walk.protocol)?;

        let named = early.as_ref().and_then(|route| route.as_ref().ok());
        if claim.is_anonymous() && named.is_some_and(|route| !route.operation.unsigned) {
            return Err(believe(Refusal::Signature(SigError::MissingAuthentication)));
        }
        let raw = match body {
            _ if named.is_some_and(Route::streams_input) => None,
            Either::Left(body) => Some(body.whole(body_bytes_max(walk.protocol)).await.map_err(bad_body)?),
            Either::Right(raw) => Some(raw),
        };
        let authenticated = self.authenticate(&claim, walk.service, raw.as_ref().map(|raw| raw.bytes.as_ref()));
        if let (Err(_), None, Some(raw)) = (&authenticated, &early, &raw) {
            walk.operation = operation_name(&found.route(wire, &raw.bytes, None));
        }
        walk.caller = authenticated.map_err(believe)?;

        let streams = raw.is_none();
        let inflated = raw.as_ref().map(|raw| inflate(request, &raw.bytes, body_bytes_max(walk.protocol)));
        let plain = inflated.transpose()?.unwrap_or_default();
        let route = early.unwrap_or_else(|| found.route(wire, &plain, None));
        walk.operation = operation_name(&route);
        let route = route.map_err(|error| {
            let out = error.to_error();
            Fault::common(out.code, out.status, clipped(&out.message))
        })?;
        walk.service = route.service;
        walk.protocol = route.protocol;

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
        // From here on the bracket records the call, even if the client is gone by then.
        walk.settled = true;
        // Slow work may not keep other calls from this thread.
        let executed = match prepares {
            true => tokio::task::spawn_blocking(execute).await.map_err(Fault::internal)?,
            false => execute(),
        };
        // The transaction went with the panic; the call is recorded as failed, and the house goes on.
        Ok((executed.map_err(|_| Fault::internal("the operation panicked"))?, route))
    }

    /// Who calls; `None` when nobody claims to. A body that is not read yet must be vouched for by the signature.
    fn authenticate(
        &self,
        claim: &Claim<'_>,
        service: &Service,
        body: Option<&[u8]>,
    ) -> Result<Option<Caller>, Refusal> {
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
        let authenticated = self.authenticator.authenticate(claim, service.signing_name, payload, None, evidence)?;
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
        let kept = if effects.is_empty() {
            ticket.await.map(drop).map_err(Fault::internal)
        } else {
            // What is committed takes effect, whether or not its client still waits for the answer.
            let cloud = self.cloud.clone();
            let begin = tokio::spawn(async move {
                ticket.await.map_err(Fault::internal)?;
                cloud.apply(effects);
                run_due_jobs(cloud).await;
                Ok(())
            });
            begin.await.unwrap_or_else(|cut_short| Err(Fault::internal(cut_short)))
        };
        let outcome = kept.and(outcome);
        let answer = |value: &Value, route: &Route| {
            encode(route.service, route.protocol, route.operation, value, &walk.request_id)
        };
        match (outcome, route) {
            (Ok(value), Some(route)) => match answer(&value, &route) {
                Ok(response) => respond::encoded(response),
                Err(error) => respond::fault(&Fault::internal(error), walk.service, walk.protocol, &walk.request_id),
            },
            (Ok(_), None) => respond::fault(&no_route(), walk.service, walk.protocol, &walk.request_id),
            (Err(fault), _) => respond::fault(&fault, walk.service, walk.protocol, &walk.request_id),
        }
    }

    /// Everything that has fallen due.
    pub(crate) async fn run_due_jobs(&self) {
        run_due_jobs(self.cloud.clone()).await;
    }

    /// A request for no service at all. It is recorded, too.
    async fn stray(
        &self,
        request: &Request,
        request_id: &str,
        signed_for: Option<&str>,
        error: &RouteError,
    ) -> Response {
        let fault = match signed_for {
            Some(name) => {
                let message =
                    format!("Bastide has no model of the service {name}; `bastide coverage` lists those it knows.");
                Fault::common("NotImplemented", 501, message)
            }
            None => {
                let message = "Bastide could not tell which AWS service this request is for: it is not signed for one, and \
                               neither its X-Amz-Target nor its host names one.";
                let out = error.to_error();
                Fault::common(out.code, out.status, message)
            }
        };
        let called = clipped(&format!("{} {}", request.method, request.path));
        let mut record =
            CallRecord::refused(request_id, signed_for.unwrap_or("unknown"), &called, self.cloud.management());
        record.surround(&self.circumstances(request));
        let Executed { ticket, .. } = self.cloud.refuse(record, fault.clone());
        match ticket.await {
            Ok(_) => respond::stray(request, &fault, request_id),
            Err(error) => respond::stray(request, &Fault::internal(error), request_id),
        }
    }

    fn circumstances(&self, request: &Request) -> Circumstances {
        Circumstances {
            now: self.cloud.clock().now(),
            region: Region::US_EAST_1,
            source_ip: Some(request.peer.ip),
            secure: request.peer.secure,
            user_agent: request.text("user-agent").map(|text| bounded(&text)),
            referer: request.text("referer").map(|text| bounded(&text)),
        }
    }
}

/// Characters of a header that policies see: browsers and programs need no more, and every pattern is held against them.
const HEADER_CHARS_MAX: usize = 4_096;

fn bounded(text: &str) -> String {
    text.chars().take(HEADER_CHARS_MAX).collect()
}

/// Only a routed call is executed, so this is never seen.
fn no_route() -> Fault {
    Fault::internal("a call ran without a route")
}

/// Runs what has fallen due. A job whose commit fails stays due and is tried at the next turn.
async fn run_due_jobs(cloud: Arc<Cloud>) {
    let ran = tokio::task::spawn_blocking(move || cloud.run_due_jobs()).await;
    if let Ok(Err(error)) = ran {
        eprintln!("bastide: a job could not be committed and will be tried again: {error}");
    }
}

/// The service and protocol of a form that nobody signed.
fn form_service(found: &Found, wire: &RequestHead<'_>, raw: &Raw) -> Result<(&'static Service, Protocol), RouteError> {
    match found.route(wire, &raw.bytes, None) {
        Ok(route) => Ok((route.service, route.protocol)),
        Err(error) => error.speaks().ok_or(error),
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

/// Signatures see a path without its dots and doubled slashes, the model's routes see it as it came. A path that is not
/// the same to both could be changed on its way under a signature that still holds.
fn check_path(request: &Request, service: &Service, protocol: Protocol) -> Result<(), Fault> {
    let by_path = matches!(protocol, Protocol::RestJson | Protocol::RestXml | Protocol::Cbor);
    let mut segments = request.path.strip_prefix('/').unwrap_or(&request.path).split('/').peekable();
    let mut plain = true;
    while let Some(segment) = segments.next() {
        plain &= !matches!(segment, "." | "..") && (!segment.is_empty() || segments.peek().is_none());
    }
    if plain || !by_path || !Style::of(service.signing_name).normalize_path {
        return Ok(());
    }
    Err(Fault::common("InvalidRequest", 400, "A path has no empty segments and none of dots."))
}

fn bad_body(bad: BadBody) -> Refused {
    Refused(match bad {
        BadBody::TooLarge { bytes_max } => {
            Fault::common("RequestEntityTooLarge", 413, format!("The request body is longer than {bytes_max} bytes."))
        }
        BadBody::NoRoom => {
            Fault::common("ServiceUnavailable", 503, "Too many request bodies are being read. Please try again.")
        }
        BadBody::TooSlow => Fault::common("RequestTimeout", 408, "The request body did not arrive in time."),
        BadBody::Broken => Fault::common("IncompleteBody", 400, "The request body ended before its announced length."),
    })
}

fn inflate(request: &Request, raw: &Bytes, bytes_max: usize) -> Result<Bytes, Fault> {
    match request.header("content-encoding") {
        Some(encoding) if encoding.trim().eq_ignore_ascii_case("gzip") => match gzip::inflate(raw, bytes_max) {
            Ok(plain) => Ok(Bytes::from(plain)),
            Err(error) if error.code.is_some() => Err(Fault::common("RequestEntityTooLarge", 413, error.to_string())),
            Err(error) => Err(Fault::common("InvalidRequest", 400, error.to_string())),
        },
        _ => Ok(raw.clone()),
    }
}

fn check_constraints(route: &Route, input: &Value) -> Result<(), Fault> {
    let Some(root) = route.operation.input else { return Ok(()) };
    match validate(route.service, root.shape, input) {
        Ok(()) => Ok(()),
        Err(mut violations) => {
            for violation in violations.iter_mut().filter(|violation| names_secret(&violation.path)) {
                violation.value = None;
            }
            let out = validation_error(route.protocol, &violations);
            Err(Fault::common(out.code, out.status, clipped_to(VIOLATIONS_CHARS_MAX, &out.message)))
        }
    }
}

/// Whether the path (`tokenCode`, `entries.1.member.password`) ends in a member whose values are not told.
fn names_secret(path: &str) -> bool {
    let mut letters = path.rsplit('.').next().unwrap_or_default().chars();
    let member: String = letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect();
    is_secret(&member)
}

/// The operation's name, or what the request calls one that does not exist.
fn operation_name(route: &Result<Route, RouteError>) -> String {
    match route {
        Ok(route) => route.operation.name.to_owned(),
        Err(RouteError::UnknownOperation { name, .. }) => clipped(name),
        Err(_) => String::new(),
    }
}

/// Characters of a message about violated constraints, which quotes the values that violate them.
const VIOLATIONS_CHARS_MAX: usize = 8_192;

/// Words from outside are kept short in records and answers.
pub(crate) fn clipped(text: &str) -> String {
    clipped_to(512, text)
}

fn clipped_to(chars_max: usize, text: &str) -> String {
    text.chars().take(chars_max).collect()
}
