//! Whatever we sign we verify, whatever it is cut from; and no garbage passes or panics.

mod common;

use bastide_sigv4::{
    BodyCheck, Call, Credentials, Dialect, Expect, Form, Head, KeyCache, Payload, Signer, Style, parse, payload_sha256,
    public_key, region_set_matches, verify,
};
use common::Request;
use proptest::prelude::*;

fn text() -> impl Strategy<Value = String> {
    prop_oneof!["[a-z0-9]{1,8}", "[ -~]{0,12}", "\\PC{0,6}"]
}

fn request() -> impl Strategy<Value = Request> {
    let headers = prop::collection::vec(("[a-z]{1,6}-[a-z]{1,6}", "[!-~][ -~]{0,20}"), 0..5);
    let query = prop::collection::vec(("[a-zA-Z0-9%+*._~-]{1,8}", "[a-zA-Z0-9%+=*/._~-]{0,12}"), 0..5);
    let path = "(/[a-zA-Z0-9%.+*()@: ~-]{0,10}){1,4}/?";
    (prop_oneof!["GET", "POST", "PUT"], path, query, headers, text()).prop_map(
        |(method, path, query, headers, body)| {
            let query = query.into_iter().map(|(name, value)| format!("{name}={value}")).collect::<Vec<_>>().join("&");
            let mut headers = headers;
            headers.retain(|(name, _)| !name.starts_with("x-amz"));
            headers.push(("host".into(), "example.amazonaws.com".into()));
            Request { method, path, query, headers, body }
        },
    )
}

proptest! {
    #[test]
    fn what_is_signed_verifies_and_with_another_secret_does_not(
        request in request(),
        secret in "[!-~]{1,44}",
        token in prop::option::of("[!-~]{1,30}"),
        at in 0i64..4_000_000_000,
        v4a in prop::bool::weighted(0.1),
        s3: bool,
        presigned: bool,
        token_last: bool,
    ) {
        let service = if s3 { "s3" } else { "kms" };
        let credentials = Credentials { access_key_id: "AKID", secret: secret.as_bytes(), session_token: token.as_deref() };
        let signer = match v4a {
            true => Signer::new_v4a(credentials, "eu-*", service).unwrap(),
            false => Signer::new(credentials, "eu-west-1", service),
        };
        let signer = if token_last { signer.with_token_last() } else { signer };
        let style = Style::of(service);
        let mut signed_request = request.clone();
        if presigned {
            let payload = if s3 { "UNSIGNED-PAYLOAD".to_owned() } else { payload_sha256(request.body.as_bytes()) };
            signed_request.query = request.heads(|head| signer.presign(&head, &payload, at, 60)).query;
        } else {
            let payload = payload_sha256(request.body.as_bytes());
            signed_request.headers.extend(request.heads(|head| signer.headers(&head, &payload, at)).headers);
        }
        let verified = signed_request.verify(style, at + 30, secret.as_bytes());
        let unsigned = presigned && s3;
        prop_assert!(matches!(
            verified.map(|verified| verified.body),
            Ok(BodyCheck::Unsigned) if unsigned
        ) || !unsigned);
        if !unsigned {
            let verified = signed_request.verify(style, at + 30, secret.as_bytes());
            prop_assert!(matches!(&verified.map(|verified| verified.body), Ok(BodyCheck::Done)));
        }
        signed_request.parses(|form| {
            assert_eq!(form.unwrap().session_token(), token.as_deref());
        });
        let other = format!("{secret}x");
        prop_assert!(signed_request.verify(style, at + 30, other.as_bytes()).is_err());
        prop_assert!(signed_request.verify(style, at + 1000, secret.as_bytes()).is_err());
    }

    #[test]
    fn garbage_never_passes_and_never_panics(
        method in text(),
        path in text(),
        query in prop_oneof![
            text(),
            "(X-Amz-(Algorithm|Credential|Date|Expires|SignedHeaders|Signature)=(AWS4-HMAC-SHA256|a/20150830/b/c/aws4_request|20150830T123600Z|host|[0-9]{1,3}|[0-9a-f]{64})&){0,8}",
            "(AWSAccessKeyId|Signature|Expires|acl)=[a-z0-9%]{0,5}(&(AWSAccessKeyId|Signature|Expires|acl)=[0-9%]{0,5}){0,3}",
        ],
        authorization in prop::option::of(prop_oneof![
            text(),
            "AWS4-(HMAC|ECDSA-P256)-SHA256 (Credential=a/20150830/b(/c)?/aws4_request, |SignedHeaders=host;x-amz-date, |Signature=[0-9a-f*]{0,70}, ?|Credential=[a-z/]{0,9}, ){0,4}",
        ]),
        date in prop::option::of(prop_oneof![Just("20150830T123600Z".to_owned()), text()]),
        content in prop::option::of(prop_oneof![Just("UNSIGNED-PAYLOAD".to_owned()), text()]),
        bytes in prop::collection::vec(any::<u8>(), 0..20),
        s3: bool,
    ) {
        let mut headers: Vec<(&str, &[u8])> = vec![("host", b"h"), ("x-amz-other", &bytes), ("content-type", &bytes)];
        for (name, value) in [("authorization", &authorization), ("x-amz-date", &date), ("x-amz-content-sha256", &content)] {
            headers.extend(value.as_ref().map(|value| (name, value.as_bytes())));
        }
        let head = Head { method: &method, path: &path, query: &query, headers: &headers };
        let style = if s3 { Style::S3 } else { Style::GENERAL };
        let call = Call { head, payload: Payload::Whole(&bytes), now: 1_440_938_160, style, host_bucket: Some("b") };
        let refused = parse(&head).and_then(|form| {
            let _ = (form.access_key_id(), form.session_token(), form.scope(), form.place(), form.signed_at());
            let _ = form.check(&head, call.now, Expect { region: Some("b"), service: Some("c") });
            verify(&form, &call, b"secret", &KeyCache::new(8))
        });
        let error = refused.map(drop).unwrap_err();
        for dialect in [Dialect::Query, Dialect::Json, Dialect::Rest, Dialect::S3] {
            let fault = error.fault(dialect);
            prop_assert!((400..=500).contains(&fault.status) && !fault.code.is_empty() && !fault.message.is_empty());
        }
    }

    #[test]
    fn form_fields_and_region_sets_of_any_kind_do_not_panic(
        fields in prop::collection::vec((prop_oneof![text(), Just("policy".to_owned()), Just("x-amz-credential".to_owned()), Just("x-amz-algorithm".to_owned()), Just("AWSAccessKeyId".to_owned())], text()), 0..8),
        set in "[a-z*,-]{0,20}",
        region in "[a-z-]{0,12}",
    ) {
        let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let head = Head { method: "POST", path: "/", query: "", headers: &[] };
        let call = Call { head, payload: Payload::Streamed, now: 0, style: Style::S3, host_bucket: None };
        if let Ok(Some(post)) = bastide_sigv4::PostPolicy::from_fields(&fields) {
            prop_assert!(verify(&Form::Post(post), &call, b"secret", &KeyCache::new(8)).is_err());
        }
        // The naive reading of the pattern: every split of the region at every star.
        fn naive(pattern: &[u8], text: &[u8]) -> bool {
            match pattern {
                [] => text.is_empty(),
                [b'*', rest @ ..] => (0..=text.len()).any(|at| naive(rest, &text[at..])),
                [first, rest @ ..] => text.first() == Some(first) && naive(rest, &text[1..]),
            }
        }
        let expected = set.split(',').any(|pattern| naive(pattern.as_bytes(), region.as_bytes()));
        prop_assert_eq!(region_set_matches(&set, &region), expected);
        prop_assert!(public_key(&region, set.as_bytes()).is_some_and(|point| point[0] == 4));
    }
}
