//! The canonical request and the string to sign: one piece of code for signing and for verifying.

use crate::encode::{hex32, push_path_escaped, push_path_recoded, push_query_recoded, sha256};
use crate::head::Head;
use std::borrow::Cow;

/// How many layers of escapes the canonical path has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PathEncoding {
    /// The path with one canonical layer (S3).
    Once,
    /// The path as it came, escaped once more (every other service).
    Twice,
}

/// What services differ in when they sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Style {
    /// Whether `.`, `..` and repeated slashes are removed before signing.
    pub normalize_path: bool,
    pub path: PathEncoding,
    /// Whether a body may go unhashed: `UNSIGNED-PAYLOAD`, and a presigned request without any hash.
    pub unsigned_payload: bool,
    /// Whether aws-chunked bodies are understood.
    pub chunked: bool,
    /// Whether a header-signed request must name its body's hash in `x-amz-content-sha256`.
    pub needs_content_sha256: bool,
    /// Whether a presigned request must say how long it lives.
    pub needs_expires: bool,
    /// Whether the old V2 presigned query and policy are accepted.
    pub sigv2: bool,
}

impl Style {
    /// Every service but S3.
    pub const GENERAL: Style = Style {
        normalize_path: true,
        path: PathEncoding::Twice,
        unsigned_payload: false,
        chunked: false,
        needs_content_sha256: false,
        needs_expires: false,
        sigv2: false,
    };

    /// S3: keys are signed as they are, and bodies may stream.
    pub const S3: Style = Style {
        normalize_path: false,
        path: PathEncoding::Once,
        unsigned_payload: true,
        chunked: true,
        needs_content_sha256: true,
        needs_expires: true,
        sigv2: true,
    };

    /// The style of a signing name (`s3`, `iam`, …).
    pub fn of(service: &str) -> Style {
        if matches!(service, "s3" | "s3-object-lambda" | "s3-outposts" | "s3express") {
            Style::S3
        } else {
            Style::GENERAL
        }
    }
}

/// The canonical request. `signed_headers` is the semicolon list in lower case; query parameters in `skip` (decoded
/// names) stay out of it.
pub(crate) fn request(head: &Head<'_>, signed_headers: &str, payload: &str, style: Style, skip: &[&str]) -> Vec<u8> {
    let values: usize = head.headers.iter().map(|(name, value)| name.len() + value.len() + 2).sum();
    let mut out = Vec::with_capacity(values + signed_headers.len() + head.path.len() + 3 * head.query.len() + 160);
    out.extend_from_slice(head.method.as_bytes());
    out.push(b'\n');
    push_path(&mut out, head.path, style);
    out.push(b'\n');
    push_query(&mut out, head, skip);
    out.push(b'\n');
    for name in signed_headers.split(';').filter(|name| !name.is_empty()) {
        out.extend_from_slice(name.as_bytes());
        out.push(b':');
        let values = head.headers.iter().filter(|(other, _)| *other == name);
        for (index, (_, value)) in values.enumerate() {
            if index > 0 {
                out.push(b',');
            }
            push_trimmed(&mut out, value);
        }
        out.push(b'\n');
    }
    out.push(b'\n');
    out.extend_from_slice(signed_headers.as_bytes());
    out.push(b'\n');
    out.extend_from_slice(payload.as_bytes());
    out
}

/// The string to sign over a canonical request. `scope` is `date/region/service/aws4_request` (V4a: no region).
pub(crate) fn string_to_sign(algorithm: &str, date: &str, scope: &str, canonical: &[u8]) -> Vec<u8> {
    let mut out = Vec::with_capacity(algorithm.len() + date.len() + scope.len() + 67);
    for line in [algorithm, date, scope] {
        out.extend_from_slice(line.as_bytes());
        out.push(b'\n');
    }
    out.extend_from_slice(&hex32(&sha256(canonical)));
    out
}

fn push_path(out: &mut Vec<u8>, path: &str, style: Style) {
    let path = match path {
        "" => Cow::Borrowed("/"),
        path if style.normalize_path => normalized(path),
        path => Cow::Borrowed(path),
    };
    match style.path {
        PathEncoding::Once => push_path_recoded(out, &path),
        PathEncoding::Twice => push_path_escaped(out, &path),
    }
}

fn normalized(path: &str) -> Cow<'_, str> {
    if !path.contains("//") && !path.contains("/.") {
        return Cow::Borrowed(path);
    }
    let mut kept = Vec::new();
    for segment in path.split('/') {
        match segment {
            "" | "." => {}
            ".." => {
                kept.pop();
            }
            segment => kept.push(segment),
        }
    }
    let end = if path.ends_with('/') && !kept.is_empty() { "/" } else { "" };
    Cow::Owned(format!("/{}{end}", kept.join("/")))
}

fn push_query(out: &mut Vec<u8>, head: &Head<'_>, skip: &[&str]) {
    if head.query.is_empty() {
        return;
    }
    let canonical = |text: &str| {
        let mut out = Vec::with_capacity(text.len() + 8);
        push_query_recoded(&mut out, text);
        out
    };
    let mut pairs: Vec<_> = head
        .pairs()
        .map(|(name, value)| (canonical(name), canonical(value)))
        .filter(|(name, _)| !skip.iter().any(|skipped| skipped.as_bytes() == name))
        .collect();
    pairs.sort_unstable();
    for (index, (name, value)) in pairs.iter().enumerate() {
        if index > 0 {
            out.push(b'&');
        }
        out.extend_from_slice(name);
        out.push(b'=');
        out.extend_from_slice(value);
    }
}

/// Trims a header's value and folds each run of white space to one space.
fn push_trimmed(out: &mut Vec<u8>, value: &[u8]) {
    let mut words = value.split(u8::is_ascii_whitespace).filter(|word| !word.is_empty());
    out.extend_from_slice(words.next().unwrap_or_default());
    for word in words {
        out.push(b' ');
        out.extend_from_slice(word);
    }
}

/// Headers and parameters whose values must not come back in an error, though S3's answer shows the canonical request.
fn is_secret(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    name == "x-amz-security-token" || name.ends_with("-customer-key") || name == "authorization" || name == "cookie"
}

/// The canonical request as it may be shown to the caller: without session tokens and customer keys.
pub(crate) fn shown(canonical: &[u8]) -> String {
    let text = String::from_utf8_lossy(canonical);
    let mut lines: Vec<Cow<'_, str>> = text.split('\n').map(Cow::Borrowed).collect();
    // Method, path, query, headers, an empty line, signed headers, payload.
    for (index, line) in lines.iter_mut().enumerate().skip(2) {
        if index == 2 {
            let pairs = line.split('&').map(|pair| match pair.split_once('=') {
                Some((name, _)) if is_secret(name) => format!("{name}=REDACTED"),
                _ => pair.to_owned(),
            });
            *line = Cow::Owned(pairs.collect::<Vec<_>>().join("&"));
        } else if line.is_empty() {
            break;
        } else if let Some((name, _)) = line.split_once(':')
            && is_secret(name)
        {
            *line = Cow::Owned(format!("{name}:REDACTED"));
        }
    }
    lines.join("\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lose_their_dots_where_the_service_says_so() {
        for (from, to) in
            [("/a/./b//c/", "/a/b/c/"), ("/../..", "/"), ("/a/..", "/"), ("/a", "/a"), ("//", "/"), ("/a/.b", "/a/.b")]
        {
            assert_eq!(normalized(from), to, "{from}");
        }
    }

    #[test]
    fn what_is_shown_holds_no_token_and_no_customer_key() {
        let headers: [(&str, &[u8]); 3] = [
            ("host", b"h"),
            ("x-amz-security-token", b"TOKEN1"),
            ("x-amz-server-side-encryption-customer-key", b"KEY1"),
        ];
        let head = Head { method: "GET", path: "/", query: "X-Amz-Security-Token=TOKEN2&a=b", headers: &headers };
        let signed = "host;x-amz-security-token;x-amz-server-side-encryption-customer-key";
        let text = shown(&request(&head, signed, "UNSIGNED-PAYLOAD", Style::S3, &[]));
        assert!(!text.contains("TOKEN") && !text.contains("KEY1"), "{text}");
        assert!(
            text.starts_with("GET\n/\nX-Amz-Security-Token=REDACTED&a=b\nhost:h\nx-amz-security-token:REDACTED\n"),
            "{text}"
        );
        assert!(text.ends_with(&format!("\n\n{signed}\nUNSIGNED-PAYLOAD")), "{text}");
    }
}
