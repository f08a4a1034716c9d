//! Requests as text, for the vectors and the examples of AWS's documents.
#![allow(dead_code)]

use bastide_sigv4::{Call, Form, Head, KeyCache, Payload, SigError, Style, Verified, parse, verify};

pub const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

/// A request read from its text; header names in lower case, folded lines joined.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    pub method: String,
    pub path: String,
    pub query: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
}

impl Request {
    pub fn read(text: &str) -> Self {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let first = lines.next().unwrap();
        let (method, target) = first.strip_suffix(" HTTP/1.1").unwrap_or(first).split_once(' ').unwrap();
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers: Vec<(String, String)> = Vec::new();
        for line in lines.filter(|line| !line.is_empty()) {
            if line.starts_with(' ') {
                let value = &mut headers.last_mut().unwrap().1;
                value.push('\n');
                value.push_str(line);
            } else {
                let (name, value) = line.split_once(':').unwrap();
                headers.push((name.to_ascii_lowercase(), value.to_owned()));
            }
        }
        let body = body.to_owned();
        Request { method: method.into(), path: path.into(), query: query.into(), headers, body }
    }

    pub fn with(&self, name: &str, value: &str) -> Self {
        let mut request = self.clone();
        request.headers.retain(|(other, _)| other != name);
        request.headers.push((name.into(), value.into()));
        request
    }

    pub fn header(&self, name: &str) -> &str {
        &self.headers.iter().find(|(other, _)| other == name).unwrap().1
    }

    pub fn heads<T>(&self, use_it: impl FnOnce(Head<'_>) -> T) -> T {
        let headers: Vec<(&str, &[u8])> = self.headers.iter().map(|(n, v)| (n.as_str(), v.as_bytes())).collect();
        use_it(Head { method: &self.method, path: &self.path, query: &self.query, headers: &headers })
    }

    pub fn parses<T>(&self, use_it: impl FnOnce(Result<Form<'_>, SigError>) -> T) -> T {
        self.heads(|head| use_it(parse(&head)))
    }

    pub fn verify(&self, style: Style, now: i64, secret: &[u8]) -> Result<Verified, SigError> {
        self.verify_with(style, now, secret, &KeyCache::default(), Payload::Whole(self.body.as_bytes()), None)
    }

    pub fn verify_with(
        &self,
        style: Style,
        now: i64,
        secret: &[u8],
        cache: &KeyCache,
        payload: Payload<'_>,
        host_bucket: Option<&str>,
    ) -> Result<Verified, SigError> {
        self.heads(|head| {
            let call = Call { head, payload, now, style, host_bucket };
            verify(&parse(&head)?, &call, secret, cache)
        })
    }
}
