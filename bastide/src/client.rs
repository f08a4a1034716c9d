//! Asks a running house, as any client would: signed calls of the service `bastide` through the door.

use crate::failure::{Failure, Result};
use crate::settings::{Settings, url_of};
use crate::{house, server};
use bastide_base::{SecretString, Timestamp};
use bastide_sigv4::{Credentials, Head, Signer, payload_sha256};
use bytes::Bytes;
use http_body_util::{BodyExt, Full};
use hyper_util::rt::TokioIo;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::Value;
use std::io;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// The operator's service (`models/own/bastide.json`).
const SERVICE: &str = "bastide";
const TARGET: &str = "Bastide_20261124";
const REGION: &str = "us-east-1";
const CONNECT_DEADLINE: Duration = Duration::from_secs(5);

/// A house to ask, and with whose key.
pub struct Client {
    pub endpoint: String,
    pub key_id: String,
    pub secret: SecretString,
    pub token: Option<SecretString>,
    /// A PEM file of authorities to trust instead of none.
    pub ca_bundle: Option<std::path::PathBuf>,
}

/// Why no answer came.
enum Unreached {
    Nobody(io::Error),
    NotBastide(String),
}

impl Client {
    /// The house that the environment names (`AWS_ENDPOINT_URL` with keys, as `bastide env` sets them), unless the command
    /// line names a data directory; else the one in the data directory, as its root user.
    ///
    /// # Errors
    /// When neither the environment nor the data directory gives credentials.
    pub fn find(settings: &Settings) -> Result<Client> {
        if !settings.data_dir_named
            && let Some(client) = Client::of_environment()
        {
            return Ok(client);
        }
        let directory = &settings.data_dir;
        let endpoint = server::announced(directory).unwrap_or_else(|| url_of(settings.listen));
        let (_, root) = house::root_of(directory)?;
        let ca_bundle = Some(directory.join(bastide_gateway::tls::CERTIFICATE_FILE));
        Ok(Client { endpoint, key_id: root.id, secret: root.secret, token: None, ca_bundle })
    }

    /// Keys without an endpoint are somebody's keys of the real AWS and stay where they are.
    fn of_environment() -> Option<Client> {
        let variable = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
        Some(Client {
            endpoint: variable("AWS_ENDPOINT_URL")?,
            key_id: variable("AWS_ACCESS_KEY_ID")?,
            secret: SecretString::new(variable("AWS_SECRET_ACCESS_KEY")?),
            token: variable("AWS_SESSION_TOKEN").map(SecretString::new),
            ca_bundle: variable("AWS_CA_BUNDLE").map(Into::into),
        })
    }

    /// Calls an operation of the service `bastide`.
    ///
    /// # Errors
    /// When nobody answers, or the answer is no.
    pub fn call(&self, operation: &str, input: &Value) -> Result<Value> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::new)?;
        let (status, body) =
            runtime.block_on(self.post(operation, input.to_string())).map_err(|why| self.unreached(why))?;
        let not_json = || self.unreached(Unreached::NotBastide(format!("it answered {status} and no JSON")));
        let answer: Value = serde_json::from_slice(&body).map_err(|_| not_json())?;
        if status == 200 { Ok(answer) } else { Err(self.refused(status, &answer)) }
    }

    async fn post(&self, operation: &str, body: String) -> Result<(u16, Bytes), Unreached> {
        let wrong = |why: &str| Unreached::NotBastide(why.to_owned());
        let uri: http::Uri = self.endpoint.parse().map_err(|_| wrong("that is not a URL"))?;
        let authority = uri.authority().ok_or_else(|| wrong("that is not a URL"))?;
        let secure = uri.scheme_str() == Some("https");
        let port = authority.port_u16().unwrap_or(if secure { 443 } else { 80 });
        let host = authority.host().trim_matches(['[', ']']);

        let connecting = tokio::time::timeout(CONNECT_DEADLINE, TcpStream::connect((host, port)));
        let stream =
            connecting.await.unwrap_or_else(|_| Err(io::ErrorKind::TimedOut.into())).map_err(Unreached::Nobody)?;
        let _ = stream.set_nodelay(true);
        let request = self.request(authority.as_str(), operation, body).map_err(|why| wrong(&why.to_string()))?;
        if !secure {
            return exchange(TokioIo::new(stream), request).await;
        }
        let name = ServerName::try_from(host.to_owned()).map_err(|_| wrong("TLS knows no such name"))?;
        let config = self.tls().map_err(|why| wrong(&why.to_string()))?;
        let stream = tokio_rustls::TlsConnector::from(config).connect(name, stream).await;
        exchange(TokioIo::new(stream.map_err(|why| wrong(&why.to_string()))?), request).await
    }

    fn request(&self, host: &str, operation: &str, body: String) -> Result<http::Request<Full<Bytes>>, http::Error> {
        let target = format!("{TARGET}.{operation}");
        let agent = concat!("bastide/", env!("CARGO_PKG_VERSION"));
        let headers = [
            ("host", host),
            ("content-type", "application/x-amz-json-1.1"),
            ("x-amz-target", &target),
            ("user-agent", agent),
        ];
        let signed_headers: Vec<(&str, &[u8])> =
            headers.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
        let head = Head { method: "POST", path: "/", query: "", headers: &signed_headers };
        let session_token = self.token.as_ref().map(|token| token.expose().as_str());
        let credentials =
            Credentials { access_key_id: &self.key_id, secret: self.secret.expose().as_bytes(), session_token };
        let signed = Signer::new(credentials, REGION, SERVICE).headers(
            &head,
            &payload_sha256(body.as_bytes()),
            Timestamp::wall().secs(),
        );
        let request =
            headers.iter().fold(http::Request::post("/"), |request, (name, value)| request.header(*name, *value));
        let request = signed.headers.iter().fold(request, |request, (name, value)| request.header(name, value));
        request.body(Full::new(Bytes::from(body)))
    }

    fn tls(&self) -> io::Result<Arc<rustls::ClientConfig>> {
        let mut roots = rustls::RootCertStore::empty();
        if let Some(path) = &self.ca_bundle {
            for certificate in CertificateDer::pem_file_iter(path).map_err(io::Error::other)? {
                roots.add(certificate.map_err(io::Error::other)?).map_err(io::Error::other)?;
            }
        }
        let provider = Arc::new(rustls::crypto::aws_lc_rs::default_provider());
        let config = rustls::ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        Ok(Arc::new(config.map_err(io::Error::other)?.with_root_certificates(roots).with_no_client_auth()))
    }

    fn unreached(&self, why: Unreached) -> Failure {
        let endpoint = &self.endpoint;
        Failure::new(match why {
            Unreached::Nobody(why) if why.kind() == io::ErrorKind::ConnectionRefused => {
                format!("no Bastide answers at {endpoint}: start one with `bastide up`")
            }
            Unreached::Nobody(why) => {
                format!("no Bastide answers at {endpoint} ({why}): is AWS_ENDPOINT_URL right, and is it up?")
            }
            Unreached::NotBastide(why) => {
                format!("what answers at {endpoint} is not a Bastide, or cannot be spoken to: {why}")
            }
        })
    }

    fn refused(&self, status: u16, answer: &Value) -> Failure {
        let code = answer["__type"].as_str().or(answer["code"].as_str()).unwrap_or("an error without a name");
        let code = code.rsplit('#').next().unwrap_or(code);
        let message = answer["message"].as_str().or(answer["Message"].as_str()).unwrap_or_default();
        let credentials = [
            "InvalidClientTokenId",
            "UnrecognizedClientException",
            "InvalidSignatureException",
            "SignatureDoesNotMatch",
            "ExpiredTokenException",
            "ExpiredToken",
        ];
        let hint = match code {
            code if credentials.contains(&code) => {
                "\nThe credentials in AWS_ACCESS_KEY_ID are not, or no longer, of this Bastide: `eval \"$(bastide env)\"` sets them."
            }
            _ => "",
        };
        Failure::new(format!("{code} ({status}): {message}{hint}"))
    }
}

async fn exchange<S>(stream: S, request: http::Request<Full<Bytes>>) -> Result<(u16, Bytes), Unreached>
where
    S: hyper::rt::Read + hyper::rt::Write + Send + Unpin + 'static,
{
    let broken = |why: hyper::Error| Unreached::NotBastide(why.to_string());
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.map_err(broken)?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
    connection.abort();
    Ok((status, body))
}
