use bytes::Bytes;
use http::HeaderMap;
use std::net::IpAddr;

/// Where a request came from.
#[derive(Debug, Clone, Copy)]
pub struct Peer {
    pub ip: IpAddr,
    /// It came over TLS.
    pub secure: bool,
}

/// A request's head, as it came; its body follows separately.
#[derive(Debug, Clone)]
pub struct Request {
    pub method: String,
    /// Undecoded, without the query.
    pub path: String,
    /// Undecoded, without the question mark.
    pub query: String,
    pub headers: HeaderMap,
    pub peer: Peer,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Response {
    pub status: u16,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Request {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name).and_then(|value| value.to_str().ok())
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.headers.get(name).map(|value| String::from_utf8_lossy(value.as_bytes()).into_owned())
    }
}
