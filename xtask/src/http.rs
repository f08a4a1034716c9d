//! A client as small as one can be: one connection that stays open, signed POSTs, answers read to their end.
//!
//! The crash suite and the benchmark use it for every server, so that the client is never what differs.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bastide_sigv4::{Credentials, Head, Signer, payload_sha256};

use crate::Result;

/// How long a server may take for one answer before the run is given up.
const PATIENCE: Duration = Duration::from_secs(60);
const FORM: &str = "application/x-www-form-urlencoded; charset=utf-8";
const REGION: &str = "us-east-1";

/// An access key of a server under test.
#[derive(Clone)]
pub struct Key {
    pub id: String,
    pub secret: String,
}

pub struct Connection {
    /// `127.0.0.1:4566`
    address: String,
    key: Key,
    stream: Option<BufReader<TcpStream>>,
}

pub struct Answer {
    pub status: u16,
    pub body: String,
}

impl Connection {
    pub fn to(address: &str, key: &Key) -> Self {
        Connection { address: address.to_owned(), key: key.clone(), stream: None }
    }

    /// A query call: `form` is the body (`Action=ListUsers&Version=2010-05-08`). Connects when it must.
    pub fn call(&mut self, service: &str, form: &str) -> Result<Answer> {
        let request = self.request(service, FORM, None, form)?;
        self.send(&request)
    }

    /// An AWS JSON 1.1 call; `target` is what goes into x-amz-target (`TrentService.Encrypt`).
    pub fn json(&mut self, service: &str, target: &str, body: &str) -> Result<Answer> {
        let request = self.request(service, "application/x-amz-json-1.1", Some(target), body)?;
        self.send(&request)
    }

    fn send(&mut self, request: &[u8]) -> Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => {
                let stream = TcpStream::connect(&self.address)?;
                stream.set_nodelay(true)?;
                stream.set_read_timeout(Some(PATIENCE))?;
                BufReader::new(stream)
            }
        };
        stream.get_mut().write_all(request)?;
        let (answer, stays) = read_answer(&mut stream)?;
        if stays {
            self.stream = Some(stream);
        }
        Ok(answer)
    }

    fn request(&self, service: &str, content_type: &str, target: Option<&str>, body: &str) -> Result<Vec<u8>> {
        let at = SystemTime::now().duration_since(UNIX_EPOCH)?.as_secs() as i64;
        let mut headers: Vec<(&str, &[u8])> =
            vec![("content-type", content_type.as_bytes()), ("host", self.address.as_bytes())];
        headers.extend(target.map(|target| ("x-amz-target", target.as_bytes())));
        let head = Head { method: "POST", path: "/", query: "", headers: &headers };
        let credentials =
            Credentials { access_key_id: &self.key.id, secret: self.key.secret.as_bytes(), session_token: None };
        let signed = Signer::new(credentials, REGION, service).headers(&head, &payload_sha256(body.as_bytes()), at);
        let mut request = format!(
            "POST / HTTP/1.1\r\nhost: {}\r\ncontent-type: {content_type}\r\ncontent-length: {}\r\n",
            self.address,
            body.len()
        );
        if let Some(target) = target {
            request.push_str(&format!("x-amz-target: {target}\r\n"));
        }
        for (name, value) in &signed.headers {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        Ok(format!("{request}\r\n{body}").into_bytes())
    }
}

/// One answer, and whether the connection stays open after it.
fn read_answer(stream: &mut BufReader<TcpStream>) -> Result<(Answer, bool)> {
    let status_line = line(stream)?;
    let mut words = status_line.split(' ');
    let mut stays = words.next() == Some("HTTP/1.1");
    let status = words.next().and_then(|status| status.parse().ok()).ok_or("the answer has no status")?;
    let (mut length, mut chunked) = (None, false);
    loop {
        let header = line(stream)?;
        let Some((name, value)) = header.split_once(':') else { break };
        let value = value.trim();
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.parse::<usize>()?),
            "transfer-encoding" => chunked = value.eq_ignore_ascii_case("chunked"),
            "connection" => stays = stays && !value.eq_ignore_ascii_case("close"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    match (chunked, length) {
        (true, _) => loop {
            let size = usize::from_str_radix(line(stream)?.trim(), 16)?;
            let from = body.len();
            body.resize(from + size, 0);
            stream.read_exact(&mut body[from..])?;
            line(stream)?;
            if size == 0 {
                break;
            }
        },
        (false, Some(length)) => {
            body.resize(length, 0);
            stream.read_exact(&mut body)?;
        }
        (false, None) => {
            stays = false;
            stream.read_to_end(&mut body)?;
        }
    }
    Ok((Answer { status, body: String::from_utf8(body)? }, stays))
}

fn line(stream: &mut BufReader<TcpStream>) -> Result<String> {
    let mut line = String::new();
    if stream.read_line(&mut line)? == 0 {
        return Err("the server closed the connection".into());
    }
    Ok(line.trim_end().to_owned())
}
