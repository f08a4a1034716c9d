//! A house in a test: in memory, with a seed, a clock that stands still until moved, and signed clients that walk through
//! the real door. Nothing is mocked; only the socket is left out.
//!
//! Start at [`House::new`] and [`Client::call`].

use bastide_authn::SessionSeal;
use bastide_base::{AccountId, Clock, Seed, Timestamp};
use bastide_codec::{Reply, decode_response, encode_request, plain};
use bastide_gateway::{Gateway, Limits, Peer, Request, Response};
use bastide_kernel::{Cloud, Opening, Ports, Service, tables};
use bastide_service_organizations::Organizations;
use bastide_sigv4::{Credentials, Head, Signer, payload_sha256};
use bastide_store::{Engine, MasterKey, MemoryEngine, Settings, Store};
use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue};
use http_body_util::Full;
use serde_json::Value as Json;
use std::sync::Arc;

/// The wall clock of every house under test.
pub const WALL: Timestamp = Timestamp::from_secs(1_800_000_000);
/// The management account of every house under test.
pub const ACCOUNT: &str = "111122223333";

/// A house of its own, gone when dropped.
#[derive(Clone)]
pub struct House {
    gateway: Arc<Gateway>,
}

/// What a house is made of, where it is not as usual.
pub struct Plan<'a> {
    /// Further services.
    pub services: Vec<Service>,
    pub seed: &'a str,
    pub engine: Arc<dyn Engine>,
    pub limits: Limits,
}

impl Default for Plan<'_> {
    fn default() -> Self {
        let engine = Arc::new(MemoryEngine::new());
        Plan { services: Vec::new(), seed: "testkit", engine, limits: Limits::default() }
    }
}

impl Plan<'_> {
    pub fn build(self) -> House {
        let mut services = bastide_services();
        services.extend(self.services);
        let master = MasterKey::from_bytes([7; 32]);
        let sessions = SessionSeal::new(&master.subkey(b"session-tokens")).expect("subkeys have 32 bytes");
        let iam = Arc::new(bastide_service_iam::Iam);
        let ports = Ports {
            directory: iam.clone(),
            policies: vec![iam.clone(), Arc::new(Organizations)],
            roles: iam.clone(),
            accounts: iam,
            sessions,
        };
        let store = Store::open(self.engine, tables(&services), master, Settings::default());
        let opening = Opening {
            store: store.expect("an empty store opens"),
            services,
            ports,
            seed: Seed::from_text(self.seed),
            management: Some(account()),
            found: Box::new(bastide_service_iam::found),
            clock: Some(Clock::manual(WALL)),
            directory: None,
        };
        let cloud = Cloud::open(opening).unwrap_or_else(|error| panic!("the house does not open: {error}"));
        House { gateway: Arc::new(Gateway::new(Arc::new(cloud), self.limits)) }
    }
}

/// An error as a client sees it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    pub status: u16,
    pub code: String,
    pub message: String,
}

impl House {
    /// A new house with the services of the binary.
    pub fn new() -> Self {
        Self::with(Vec::new(), "testkit")
    }

    /// A new house with further services and its own seed.
    pub fn with(more: Vec<Service>, seed: &str) -> Self {
        Plan { services: more, seed, ..Plan::default() }.build()
    }

    pub fn cloud(&self) -> &Cloud {
        self.gateway.cloud()
    }

    pub fn gateway(&self) -> &Arc<Gateway> {
        &self.gateway
    }

    /// Listens on a port of this machine for as long as the answer is held.
    pub fn listen(&self, settings: bastide_gateway::Settings) -> Listening {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.expect("a runtime starts");
        let listener = runtime.block_on(tokio::net::TcpListener::bind("127.0.0.1:0")).expect("a port is free");
        let address = listener.local_addr().expect("a listener has an address");
        runtime.spawn(bastide_gateway::serve(self.gateway.clone(), listener, settings, std::future::pending()));
        Listening { address, runtime: Some(runtime) }
    }

    /// The management account's root user.
    pub fn root(&self) -> Client {
        let key =
            bastide_service_iam::root_access_key(&self.cloud().state(), account()).expect("the root user has a key");
        self.client(&key.id, key.secret.expose(), None)
    }

    /// The root user of any account of the house; `None` where there is no such account or it has no active key.
    pub fn root_of(&self, account: &str) -> Option<Client> {
        let key = bastide_service_iam::root_access_key(&self.cloud().state(), account.parse().ok()?)?;
        Some(self.client(&key.id, key.secret.expose(), None))
    }

    pub fn client(&self, id: &str, secret: &str, token: Option<&str>) -> Client {
        Client {
            house: self.clone(),
            id: id.to_owned(),
            secret: secret.to_owned(),
            token: token.map(str::to_owned),
            region: "us-east-1".to_owned(),
        }
    }

    /// A client of a new user with one access key and, if given, an inline policy.
    pub fn user(&self, name: &str, policy: Option<&str>) -> Client {
        let root = self.root();
        root.call("iam", "CreateUser", serde_json::json!({ "UserName": name })).expect("root creates a user");
        if let Some(policy) = policy {
            let input = serde_json::json!({ "UserName": name, "PolicyName": "test", "PolicyDocument": policy });
            root.call("iam", "PutUserPolicy", input).expect("root gives it a policy");
        }
        let made =
            root.call("iam", "CreateAccessKey", serde_json::json!({ "UserName": name })).expect("root makes it a key");
        let text = |member: &str| made["AccessKey"][member].as_str().expect("a key has it").to_owned();
        self.client(&text("AccessKeyId"), &text("SecretAccessKey"), None)
    }

    /// Moves the clock and lets everything that falls due happen.
    pub fn advance(&self, secs: i64) {
        let cloud = self.cloud();
        let state = cloud.clock().moved_to(cloud.clock().now().plus_secs(secs)).expect("forward");
        cloud.clock().restore(state);
        cloud.run_due_jobs().expect("jobs commit");
    }

    /// SHA-256 over the whole state, in hexadecimal.
    pub fn state_hash(&self) -> String {
        let hash = self.cloud().state().state_hash().expect("every row encodes");
        hash.iter().map(|byte| format!("{byte:02x}")).collect()
    }

    /// Sends a request as it is.
    pub fn send(&self, request: Request, body: Vec<u8>) -> Response {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime starts");
        runtime.block_on(self.gateway.handle(request, Full::new(Bytes::from(body))))
    }
}

/// A house that answers on a port; it stops when this is dropped.
pub struct Listening {
    pub address: std::net::SocketAddr,
    runtime: Option<tokio::runtime::Runtime>,
}

impl Drop for Listening {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

impl Default for House {
    fn default() -> Self {
        Self::new()
    }
}

/// The services of the binary.
fn bastide_services() -> Vec<Service> {
    vec![
        bastide_service_iam::service(),
        bastide_service_kms::service(),
        bastide_service_organizations::service(),
        bastide_service_sts::service(),
        bastide_service_bastide::service(),
    ]
}

fn account() -> AccountId {
    ACCOUNT.parse().expect("twelve digits")
}

/// A principal with its credentials.
#[derive(Clone)]
pub struct Client {
    house: House,
    id: String,
    secret: String,
    token: Option<String>,
    region: String,
}

impl Client {
    pub fn access_key_id(&self) -> &str {
        &self.id
    }

    pub fn secret(&self) -> &str {
        &self.secret
    }

    pub fn session_token(&self) -> Option<&str> {
        self.token.as_deref()
    }

    /// The same principal, calling in another region.
    pub fn in_region(&self, region: &str) -> Self {
        Client { region: region.to_owned(), ..self.clone() }
    }

    /// A client with the credentials in an answer of STS.
    pub fn of_session(&self, answer: &Json) -> Self {
        let text = |member: &str| answer["Credentials"][member].as_str().expect("credentials have it").to_owned();
        self.house.client(&text("AccessKeyId"), &text("SecretAccessKey"), Some(&text("SessionToken")))
    }

    /// Calls an operation with its input as JSON, in the service's first protocol; the output as JSON. Blobs are base64,
    /// timestamps epoch seconds.
    pub fn call(&self, service: &str, operation: &str, input: Json) -> Result<Json, Refusal> {
        let model = bastide_shape::service(service).unwrap_or_else(|| panic!("{service} has no model"));
        let protocol = *model.protocols.first().expect("a service speaks");
        let operation = model.operation(operation).unwrap_or_else(|| panic!("{service} has no {operation}"));
        let value = match operation.input.and_then(|root| model.structure(root.shape)) {
            Some(structure) => plain::from_json(model, structure, &input).expect("the input fits the model"),
            None => bastide_codec::Value::Structure(Default::default()),
        };
        let encoded = encode_request(model, protocol, operation, &value).expect("the input encodes");
        let (request, body) = self.sign(model.signing_name, model.endpoint_prefix, encoded);
        let response = self.house.send(request, body);
        match decode_response(model, protocol, operation, response.status, &response.headers, &response.body) {
            Ok(Reply::Output(value)) => Ok(plain::to_json(&value)),
            Ok(Reply::Failure(failure)) => {
                Err(Refusal { status: failure.status, code: failure.code, message: failure.message })
            }
            Err(error) => panic!("the answer does not decode: {error}: {}", String::from_utf8_lossy(&response.body)),
        }
    }

    fn sign(&self, signing_name: &str, host: &str, encoded: bastide_codec::Request) -> (Request, Vec<u8>) {
        let (path, query) = encoded.uri.split_once('?').unwrap_or((&encoded.uri, ""));
        let mut headers = encoded.headers;
        let host = format!("{host}.{}.amazonaws.com", self.region);
        headers.insert("host", HeaderValue::from_str(&host).expect("a host is a header"));
        headers.insert("user-agent", HeaderValue::from_static("bastide-testkit"));
        let listed: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())).collect();
        let head = Head { method: encoded.method, path, query, headers: &listed };
        let credentials = Credentials {
            access_key_id: &self.id,
            secret: self.secret.as_bytes(),
            session_token: self.token.as_deref(),
        };
        let signed = Signer::new(credentials, &self.region, signing_name).headers(
            &head,
            &payload_sha256(&encoded.body),
            WALL.secs(),
        );
        let mut all: HeaderMap = headers.clone();
        for (name, value) in signed.headers {
            let name: HeaderName = name.parse().expect("a header name");
            all.insert(name, HeaderValue::from_str(&value).expect("a header value"));
        }
        let request = Request {
            method: encoded.method.to_owned(),
            path: path.to_owned(),
            query: query.to_owned(),
            headers: all,
            peer: Peer { ip: std::net::Ipv4Addr::LOCALHOST.into(), secure: false },
        };
        (request, encoded.body)
    }
}

/// The newest thousand records.
pub fn every_record() -> bastide_store::RecordQuery {
    bastide_store::RecordQuery::newest(bastide_store::RecordQuery::LIMIT_MAX)
}
