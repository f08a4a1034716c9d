//! Asks a running house, as any client would: signed calls of the service `bastide` through the door.

use crate::failure::{Failure, Result};
use crate::profile::Profile;
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
    /// It ended while it was spoken to.
    Broken(hyper::Error),
    /// Its certificate is of no authority that we trust.
    Untrusted(io::Error),
    NotBastide(String),
}

impl Client {
    /// The house that the environment names (`AWS_ENDPOINT_URL` with keys, as `bastide env` sets them, or `AWS_PROFILE` with an
    /// `endpoint_url`), unless the command line names a data directory; else the one in the data directory, as its root user.
    ///
    /// # Errors
    /// When the environment names a house and no keys; else when the data directory gives none.
    pub fn find(settings: &Settings) -> Result<Client> {
        if !settings.data_dir_named
            && let Some(client) = Client::of_environment(
                |name| std::env::var(name).ok().filter(|value| !value.is_empty()),
                Profile::load,
            )?
        {
            return Ok(client);
        }
        let directory = &settings.data_dir;
        let endpoint = server::announced(directory).unwrap_or_else(|| url_of(settings.listen));
        let (_, root) = house::root_of(directory)?;
        let ca_bundle = Some(directory.join(bastide_gateway::tls::CERTIFICATE_FILE));
        Ok(Client { endpoint, key_id: root.id, secret: root.secret, token: None, ca_bundle })
    }

    /// `None` when the environment names no house: keys without an endpoint are somebody's keys of the real AWS and stay
    /// where they are.
    ///
    /// # Errors
    /// When it names a house and no keys: another house is not what was meant.
    fn of_environment(
        variable: impl Fn(&str) -> Option<String>,
        profile: impl Fn(&str) -> Profile,
    ) -> Result<Option<Client>> {
        let name = variable("AWS_PROFILE");
        let profile = name.as_deref().map(profile).unwrap_or_default();
        let given = variable("AWS_ENDPOINT_URL");
        let Some(endpoint) = given.clone().or_else(|| profile.get("endpoint_url")) else { return Ok(None) };
        // Either all of the variables or all of the profile: halves of two keys are no key.
        let keys = ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"];
        let missing: Vec<&str> = keys.into_iter().filter(|name| variable(name).is_none()).collect();
        let (id, secret, token) = match missing.as_slice() {
            [] => (variable(keys[0]), variable(keys[1]), variable("AWS_SESSION_TOKEN")),
            _ => {
                let of_profile = ["aws_access_key_id", "aws_secret_access_key", "aws_session_token"];
                let [id, secret, token] = of_profile.map(|key| profile.get(key));
                (id, secret, token)
            }
        };
        let (Some(key_id), Some(secret)) = (id, secret) else {
            let source = if given.is_some() { "AWS_ENDPOINT_URL is set" } else { "AWS_PROFILE names an endpoint_url" };
            let files = name.map(|name| format!(", and the profile {name} of ~/.aws has no keys")).unwrap_or_default();
            return Err(Failure::usage(format!(
                "{source} ({endpoint}), but {} not{files}: set {}, or name the house by its directory with --data-dir",
                match missing.as_slice() {
                    [one] => format!("{one} is"),
                    _ => format!("{} are", keys.join(" and ")),
                },
                if missing.len() == 1 { "it" } else { "them" },
            )));
        };
        let ca_bundle = variable("AWS_CA_BUNDLE").or_else(|| profile.get("ca_bundle")).map(Into::into);
        let (secret, token) = (SecretString::new(secret), token.map(SecretString::new));
        Ok(Some(Client { endpoint, key_id, secret, token, ca_bundle }))
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
        let untrusted = |why: io::Error| match why.get_ref().and_then(|why| why.downcast_ref::<rustls::Error>()) {
            Some(rustls::Error::InvalidCertificate(_)) => Unreached::Untrusted(why),
            _ => wrong(&why.to_string()),
        };
        exchange(TokioIo::new(stream.map_err(untrusted)?), request).await
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
        match why {
            Unreached::Nobody(why) if why.kind() == io::ErrorKind::ConnectionRefused => {
                Failure::unreached(format!("no Bastide answers at {endpoint}: start one with `bastide up`"))
            }
            Unreached::Nobody(why) => Failure::unreached(format!(
                "no Bastide answers at {endpoint} ({why}): is AWS_ENDPOINT_URL right, and is it up?"
            )),
            Unreached::Broken(why) => Failure::unreached(format!("the connection to {endpoint} broke: {why}")),
            Unreached::Untrusted(why) => Failure::new(format!(
                "what answers at {endpoint} cannot be spoken to: {why}\nAWS_CA_BUNDLE must name the certificate of this \
                 Bastide's authority: `bastide ca --path` says where it is, and `eval \"$(bastide env)\"` sets it."
            )),
            Unreached::NotBastide(why) => {
                Failure::new(format!("what answers at {endpoint} is not a Bastide, or cannot be spoken to: {why}"))
            }
        }
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
    let broken = |why: hyper::Error| match why.is_parse() {
        true => Unreached::NotBastide(why.to_string()),
        false => Unreached::Broken(why),
    };
    let (mut sender, connection) = hyper::client::conn::http1::handshake(stream).await.map_err(broken)?;
    let connection = tokio::spawn(connection);
    let response = sender.send_request(request).await.map_err(broken)?;
    let status = response.status().as_u16();
    let body = response.into_body().collect().await.map_err(broken)?.to_bytes();
    connection.abort();
    Ok((status, body))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(variables: &[(&str, &str)], profile: fn(&str) -> Profile) -> Result<Option<Client>> {
        let variable =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value).to_owned());
        Client::of_environment(variable, profile)
    }

    #[test]
    fn an_endpoint_without_keys_is_never_another_house() {
        let none = |_: &str| Profile::default();
        let said = |variables: &[(&str, &str)]| found(variables, none).err().unwrap().to_string();
        let endpoint = ("AWS_ENDPOINT_URL", "http://h:1");
        assert_eq!(
            said(&[endpoint]),
            "AWS_ENDPOINT_URL is set (http://h:1), but AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not: set them, or name \
             the house by its directory with --data-dir"
        );
        let half = said(&[endpoint, ("AWS_ACCESS_KEY_ID", "A"), ("AWS_PROFILE", "p")]);
        assert!(
            half.contains("but AWS_SECRET_ACCESS_KEY is not, and the profile p of ~/.aws has no keys: set it,"),
            "{half}"
        );
        let keys = [("AWS_ACCESS_KEY_ID", "A"), ("AWS_SECRET_ACCESS_KEY", "s")];
        assert!(found(&keys, none).unwrap().is_none(), "keys of the real AWS");
        assert_eq!(found(&[keys.as_slice(), &[endpoint]].concat(), none).unwrap().unwrap().key_id, "A");
    }

    #[test]
    fn a_profile_names_the_house_and_the_key() {
        let profile = |name: &str| {
            assert_eq!(name, "lab");
            Profile::new(&[("endpoint_url", "http://p:1"), ("aws_access_key_id", "P"), ("aws_secret_access_key", "s")])
        };
        let client = found(&[("AWS_PROFILE", "lab")], profile).unwrap().unwrap();
        assert_eq!((client.endpoint.as_str(), client.key_id.as_str()), ("http://p:1", "P"));
        let client = found(&[("AWS_PROFILE", "lab"), ("AWS_ENDPOINT_URL", "http://h:1")], profile).unwrap().unwrap();
        assert_eq!((client.endpoint.as_str(), client.key_id.as_str()), ("http://h:1", "P"));
    }
}
