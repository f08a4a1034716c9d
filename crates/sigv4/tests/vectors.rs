//! AWS's own signing test suite (`tests/vectors`, with its licence): every case, header and query form, V4 and V4a.

mod common;

use bastide_sigv4::{BodyCheck, Credentials, PathEncoding, Signer, Style, parse_basic, payload_sha256, public_key};
use common::{Request, SECRET};
use serde_json::Value;
use std::path::{Path, PathBuf};

struct Case {
    dir: PathBuf,
    context: Value,
}

impl Case {
    fn all(version: &str) -> Vec<Case> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors").join(version);
        let mut dirs: Vec<_> = std::fs::read_dir(root).unwrap().map(|entry| entry.unwrap().path()).collect();
        dirs.sort();
        // Two cases of an older suite have no context; they are tested by name below.
        let with_context = dirs.into_iter().filter(|dir| dir.join("context.json").exists());
        let cases = with_context.map(|dir| {
            let context = serde_json::from_str(&std::fs::read_to_string(dir.join("context.json")).unwrap()).unwrap();
            Case { dir, context }
        });
        cases.collect()
    }

    fn text(&self, file: &str) -> String {
        std::fs::read_to_string(self.dir.join(file)).unwrap_or_else(|error| panic!("{:?} {file}: {error}", self.dir))
    }

    fn credential(&self, name: &str) -> Option<&str> {
        self.context["credentials"][name].as_str()
    }

    fn credentials(&self) -> Credentials<'_> {
        Credentials {
            access_key_id: self.credential("access_key_id").unwrap(),
            secret: self.credential("secret_access_key").unwrap().as_bytes(),
            session_token: self.credential("token"),
        }
    }

    fn time(&self) -> i64 {
        let text: String = self.context["timestamp"].as_str().unwrap().replace(['-', ':'], "");
        parse_basic(&text).unwrap()
    }

    fn style(&self) -> Style {
        // The suite was recorded with one layer of escapes.
        let normalize_path = self.context["normalize"].as_bool().unwrap();
        Style { normalize_path, path: PathEncoding::Once, ..Style::GENERAL }
    }

    fn signer(&self, v4a: bool) -> Signer<'_> {
        let (region, service) = (self.context["region"].as_str().unwrap(), self.context["service"].as_str().unwrap());
        let signer = match v4a {
            true => Signer::new_v4a(self.credentials(), region, service).unwrap(),
            false => Signer::new(self.credentials(), region, service),
        };
        let sign_body = self.context["sign_body"].as_bool().unwrap();
        let signer = signer.with_style(self.style()).with_content_sha256_header(sign_body);
        if self.context["omit_session_token"].as_bool() == Some(true) { signer.with_token_last() } else { signer }
    }

    fn verifies(&self, request: &Request) {
        let verified = request.verify(self.style(), self.time(), self.credentials().secret);
        assert!(matches!(verified.map(|ok| ok.body), Ok(BodyCheck::Done)), "{:?} {request:?}", self.dir);
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn v4_signs_and_verifies_every_case() {
    let cases = Case::all("v4");
    assert_eq!(cases.len(), 38);
    for case in cases {
        let (dir, signer) = (&case.dir, case.signer(false));
        let request = Request::read(&case.text("request.txt"));
        let expires = case.context["expiration_in_seconds"].as_i64().unwrap();
        let payload = payload_sha256(request.body.as_bytes());

        let header = request.heads(|head| signer.headers(&head, &payload, case.time()));
        assert_eq!(text(&header.canonical_request), case.text("header-canonical-request.txt"), "{dir:?}");
        assert_eq!(text(&header.string_to_sign), case.text("header-string-to-sign.txt"), "{dir:?}");
        assert_eq!(header.signature, case.text("header-signature.txt"), "{dir:?}");
        let recorded = Request::read(&case.text("header-signed-request.txt"));
        let authorization = &header.headers.iter().find(|(name, _)| name == "authorization").unwrap().1;
        assert_eq!(authorization, recorded.header("authorization"), "{dir:?}");
        case.verifies(&recorded);

        let query = request.heads(|head| signer.presign(&head, &payload, case.time(), expires));
        assert_eq!(text(&query.canonical_request), case.text("query-canonical-request.txt"), "{dir:?}");
        assert_eq!(text(&query.string_to_sign), case.text("query-string-to-sign.txt"), "{dir:?}");
        assert_eq!(query.signature, case.text("query-signature.txt"), "{dir:?}");
        case.verifies(&Request::read(&case.text("query-signed-request.txt")));
        case.verifies(&Request { query: query.query, ..request });
    }
}

#[test]
fn v4a_derives_the_key_and_verifies_every_case() {
    let cases = Case::all("v4a");
    assert_eq!(cases.len(), 38);
    for case in cases {
        let (dir, signer) = (&case.dir, case.signer(true));
        let request = Request::read(&case.text("request.txt"));
        let expires = case.context["expiration_in_seconds"].as_i64().unwrap();
        let payload = payload_sha256(request.body.as_bytes());

        let point: Value = serde_json::from_str(&case.text("public-key.json")).unwrap();
        let expected = format!("04{}{}", point["X"].as_str().unwrap(), point["Y"].as_str().unwrap());
        let credentials = case.credentials();
        assert_eq!(
            hex::encode(public_key(credentials.access_key_id, credentials.secret).unwrap()),
            expected,
            "{dir:?}"
        );

        let header = request.heads(|head| signer.headers(&head, &payload, case.time()));
        assert_eq!(text(&header.canonical_request), case.text("header-canonical-request.txt"), "{dir:?}");
        assert_eq!(text(&header.string_to_sign), case.text("header-string-to-sign.txt"), "{dir:?}");
        // Each V4a signature is another; the suite records two per form, and all must hold, as must ours.
        let recorded = Request::read(&case.text("header-signed-request.txt"));
        case.verifies(&recorded);
        let (claim, _) = recorded.header("authorization").rsplit_once('=').unwrap();
        let second = format!("{claim}={}", case.text("header-signature.txt"));
        case.verifies(&recorded.with("authorization", &second));
        case.verifies(&recorded.with("authorization", &format!("{claim}={}", header.signature)));

        let query = request.heads(|head| signer.presign(&head, &payload, case.time(), expires));
        assert_eq!(text(&query.canonical_request), case.text("query-canonical-request.txt"), "{dir:?}");
        assert_eq!(text(&query.string_to_sign), case.text("query-string-to-sign.txt"), "{dir:?}");
        let recorded = Request::read(&case.text("query-signed-request.txt"));
        case.verifies(&recorded);
        let (before, rest) = recorded.query.split_once("X-Amz-Signature=").unwrap();
        let after = rest.split_once('&').map_or("", |(_, after)| after);
        let second = format!("{before}{after}&X-Amz-Signature={}", case.text("query-signature.txt"));
        case.verifies(&Request { query: second, ..recorded });
        case.verifies(&Request { query: query.query, ..request });
    }
}

/// The two cases of the older suite: a path with escapes gets a second layer of them.
#[test]
fn paths_are_escaped_twice_outside_s3() {
    for (name, region, service) in
        [("double-encode-path", "us-east-1", "service"), ("double-url-encode", "us-east-2", "lambda")]
    {
        let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/vectors/v4").join(name);
        let read = |file: &str| std::fs::read_to_string(dir.join(file)).unwrap();
        let request = Request::read(&read("request.txt"));
        let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret: SECRET, session_token: None };
        let signer = Signer::new(credentials, region, service);
        let at = parse_basic("20210511T154045Z").unwrap();
        let signed = request.heads(|head| signer.headers(&head, &payload_sha256(b""), at));
        assert_eq!(text(&signed.canonical_request), read("header-canonical-request.txt"), "{name}");
        if name == "double-url-encode" {
            assert_eq!(text(&signed.string_to_sign), read("header-string-to-sign.txt").trim_end());
            let recorded = Request::read(&read("header-signed-request.txt"));
            assert!(recorded.header("authorization").ends_with(&signed.signature));
            assert!(matches!(recorded.verify(Style::GENERAL, at, SECRET).unwrap().body, BodyCheck::Done));
            assert!(recorded.verify(Style::S3, at, SECRET).is_err(), "S3 would sign another path");
        }
    }
}
