//! What must not pass, and what AWS says to it.

mod common;

use bastide_sigv4::{
    Credentials, Dialect, Expect, Form, Head, KeyCache, Payload, SigError, Signer, Style, parse, payload_sha256,
};
use common::{Request, SECRET};

const NOW: i64 = 1_440_938_160;

/// An IAM call signed at noon thirty-six.
fn signed() -> Request {
    sign(Request::read(
        "POST /a?b=c HTTP/1.1\nhost:iam.amazonaws.com\ncontent-type:application/json\nx-amz-target:IAM.Do\nplain:x\n\n\
         {\"Name\":\"value\"}",
    ))
}

fn sign(mut request: Request) -> Request {
    let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret: SECRET, session_token: None };
    let signer = Signer::new(credentials, "us-east-1", "iam");
    let signed = request.heads(|head| signer.headers(&head, &payload_sha256(request.body.as_bytes()), NOW));
    request.headers.extend(signed.headers);
    request
}

fn general(request: &Request) -> SigError {
    request.verify(Style::GENERAL, NOW, SECRET).unwrap_err()
}

fn says(error: &SigError, dialect: Dialect) -> (u16, &'static str, String) {
    let fault = error.fault(dialect);
    (fault.status, fault.code, fault.message)
}

#[test]
fn every_signed_part_is_under_the_signature() {
    let good = signed();
    assert!(good.verify(Style::GENERAL, NOW, SECRET).is_ok());
    let authorization = good.header("authorization").to_owned();
    let swap = |from: &str, to: &str| {
        assert!(authorization.contains(from));
        good.with("authorization", &authorization.replacen(from, to, 1))
    };
    let (claim, signature) = authorization.rsplit_once('=').unwrap();
    let last = authorization.chars().last().unwrap();
    let flipped = format!("{}{}", &authorization[..authorization.len() - 1], if last == '0' { '1' } else { '0' });
    for (what, changed) in [
        ("method", Request { method: "PUT".into(), ..good.clone() }),
        ("path", Request { path: "/b".into(), ..good.clone() }),
        ("query value", Request { query: "b=d".into(), ..good.clone() }),
        ("query name", Request { query: "c=c".into(), ..good.clone() }),
        ("query added", Request { query: "b=c&d".into(), ..good.clone() }),
        ("body", Request { body: good.body.replace("value", "valuf"), ..good.clone() }),
        ("body longer", Request { body: good.body.clone() + " ", ..good.clone() }),
        ("host", good.with("host", "iam.amazonaws.con")),
        ("content-type", good.with("content-type", "application/jsom")),
        ("target", good.with("x-amz-target", "IAM.Dp")),
        ("unnamed header", good.with("plain", "y")),
        ("date", good.with("x-amz-date", "20150830T123601Z")),
        ("signature", good.with("authorization", &flipped)),
        ("signature in upper case", good.with("authorization", &format!("{claim}={}", signature.to_ascii_uppercase()))),
        ("no signature", swap("Signature=", "Signature=0")),
        ("service", swap("/iam/", "/sts/")),
        ("region", swap("us-east-1", "us-east-2")),
        ("signed headers", swap(";plain;", ";")),
        ("secret", good.clone()),
    ] {
        let secret = if what == "secret" { &SECRET[1..] } else { SECRET };
        let error = changed.verify(Style::GENERAL, NOW, secret).unwrap_err();
        assert!(matches!(error, SigError::Mismatch(_)), "{what}: {error:?}");
    }
    // A header twice is another value; a header that is signed and absent counts as empty.
    let mut twice = good.clone();
    twice.headers.push(("plain".into(), "x".into()));
    assert!(matches!(general(&twice), SigError::Mismatch(_)));
    let mut without = good.clone();
    without.headers.retain(|(name, _)| name != "plain");
    assert!(matches!(general(&without), SigError::Mismatch(_)));
}

#[test]
fn the_cached_key_is_used_and_forgotten_with_its_secret() {
    let (good, cache) = (signed(), KeyCache::new(64));
    let run = |secret: &[u8]| {
        let payload = Payload::Whole(good.body.as_bytes());
        good.verify_with(Style::GENERAL, NOW, secret, &cache, payload, None)
    };
    assert!(run(b"wrong").is_err());
    assert!(cache.is_empty(), "a refused signature puts nothing in the cache");
    assert!(run(SECRET).is_ok());
    assert_eq!(cache.len(), 1);
    assert!(run(SECRET).is_ok());
    assert!(run(b"the new secret").is_err(), "the old key does not stand in for a new secret");
    assert!(cache.is_empty());
}

#[test]
fn nothing_claimed_and_too_much_claimed() {
    let nothing = Request::read("GET / HTTP/1.1\nhost:h");
    nothing.parses(|form| assert!(matches!(form, Ok(Form::Anonymous))));
    let error = general(&nothing);
    assert_eq!(error, SigError::MissingAuthentication);
    let missing = "Request is missing Authentication Token".to_owned();
    assert_eq!(says(&error, Dialect::Query), (403, "MissingAuthenticationToken", missing.clone()));
    assert_eq!(says(&error, Dialect::Json), (400, "MissingAuthenticationTokenException", missing));
    assert_eq!(says(&error, Dialect::S3), (403, "AccessDenied", "Access Denied".to_owned()));

    let bearer = nothing.with("authorization", "Bearer abc");
    assert_eq!(general(&bearer), SigError::UnsupportedAuthorization);
    assert_eq!(says(&general(&bearer), Dialect::Query).1, "MissingAuthenticationToken");
    assert_eq!(
        says(&general(&bearer), Dialect::S3),
        (400, "InvalidArgument", "Unsupported Authorization Type".to_owned())
    );

    let mut both = signed();
    both.query = "X-Amz-Algorithm=AWS4-HMAC-SHA256".into();
    assert_eq!(general(&both), SigError::TwoMechanisms);
    assert_eq!(
        general(&both).to_string(),
        "Found both 'X-Amz-Algorithm' as a query-string param and 'Authorization' as HTTP header."
    );
    let mut twice = signed();
    twice.headers.push(("authorization".into(), twice.header("authorization").to_owned()));
    assert_eq!(general(&twice), SigError::TwoMechanisms);
    let two_queries = Request { query: "X-Amz-Signature=a&AWSAccessKeyId=b".into(), ..nothing };
    assert_eq!(general(&two_queries), SigError::TwoMechanisms);
    assert_eq!(
        says(&general(&two_queries), Dialect::S3).2,
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter \
         or the Authorization header should be specified"
    );
}

#[test]
fn incomplete_headers() {
    let with = |value: &str| Request::read("GET / HTTP/1.1\nhost:h").with("authorization", value);
    assert_eq!(
        says(&general(&with("AWS4-HMAC-SHA256")), Dialect::Query),
        (
            400,
            "IncompleteSignature",
            "Authorization header requires 'Credential' parameter. Authorization header requires 'Signature' \
             parameter. Authorization header requires 'SignedHeaders' parameter. Authorization header requires \
             existence of either a 'X-Amz-Date' or a 'Date' header. Authorization=AWS4-HMAC-SHA256"
                .to_owned()
        )
    );
    let no_signature = with("AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host").with("x-amz-date", "x");
    assert_eq!(
        general(&no_signature).to_string(),
        "Authorization header requires 'Signature' parameter. Authorization=AWS4-HMAC-SHA256"
    );
    assert_eq!(says(&general(&no_signature), Dialect::S3).1, "AuthorizationHeaderMalformed");
    let full = "Credential=a/20150830/r/s/aws4_request, SignedHeaders=host, Signature=00";
    let dated = |value: &str, date: &str| general(&with(value).with("x-amz-date", date));
    assert_eq!(
        dated(&format!("AWS4-HMAC-SHA256 {full}"), "201").to_string(),
        "Date must be in ISO-8601 'basic format'. Got '201'. See http://en.wikipedia.org/wiki/ISO_8601"
    );
    assert_eq!(
        dated(&format!("AWS4-HMAC-SHA25 {full}"), "20150830T123600Z").to_string(),
        "Unsupported AWS 'algorithm': 'AWS4-HMAC-SHA25'."
    );
    assert_eq!(
        dated("AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00", "20150830T123600Z").to_string(),
        "Credential must have exactly 5 slash-delimited elements, e.g. keyid/date/region/service/term, got 'a/b/c/d'"
    );
    let s3 = dated("AWS4-HMAC-SHA256 Credential=a/b/c/d, SignedHeaders=host, Signature=00", "20150830T123600Z");
    assert_eq!(
        says(&s3, Dialect::S3),
        (
            400,
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the Credential is mal-formed; expecting \
             \"<YOUR-AKID>/YYYYMMDD/REGION/SERVICE/aws4_request\"."
                .to_owned()
        )
    );
    let twice = dated(&format!("AWS4-HMAC-SHA256 {full}, Signature=01"), "20150830T123600Z");
    assert!(matches!(twice, SigError::DuplicateParameter { .. }));
    let error = dated("AWS4-HMAC-SHA256 Credential", "20150830T123600Z");
    assert_eq!(
        error.to_string(),
        "Invalid key=value pair (missing equal-sign) in Authorization header (hashed with SHA-256 and encoded with \
         Base64): 'KfSoC26UaBDGXxo5AUFS45c1cmAbyLKDOxOTKcZYWt4='."
    );
}

#[test]
fn incomplete_queries() {
    let get = |query: &str| Request::read(&format!("GET /?{query} HTTP/1.1\nhost:h"));
    let error = general(&get("X-Amz-Algorithm=AWS4-HMAC-SHA256"));
    assert_eq!(
        says(&error, Dialect::Json),
        (
            400,
            "IncompleteSignatureException",
            "AWS query-string parameters must include 'X-Amz-Credential'. AWS query-string parameters must include \
             'X-Amz-Signature'. AWS query-string parameters must include 'X-Amz-SignedHeaders'. AWS query-string \
             parameters must include 'X-Amz-Date'. Re-examine the query-string parameters."
                .to_owned()
        )
    );
    assert_eq!(says(&error, Dialect::S3).1, "AuthorizationQueryParametersError");
    let full = "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=a%2F20150830%2Fr%2Fs3%2Faws4_request&\
                X-Amz-Date=20150830T123600Z&X-Amz-SignedHeaders=host&X-Amz-Signature=00";
    let s3 = |more: &str| get(&format!("{full}{more}")).verify(Style::S3, NOW, SECRET).unwrap_err();
    assert_eq!(
        says(&s3(""), Dialect::S3).2,
        "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, \
         X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters."
    );
    for (expires, text) in [
        ("x", "X-Amz-Expires should be a number"),
        ("0", "X-Amz-Expires must be non-negative"),
        ("-5", "X-Amz-Expires must be non-negative"),
        (
            "604801",
            "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than \
             604800 seconds",
        ),
    ] {
        let error = s3(&format!("&X-Amz-Expires={expires}"));
        assert_eq!(says(&error, Dialect::S3), (400, "AuthorizationQueryParametersError", text.to_owned()));
    }
    assert!(matches!(s3("&X-Amz-Expires=604800"), SigError::Mismatch(_)));
    assert!(matches!(s3("&X-Amz-Expires=1&X-Amz-Expires=604800"), SigError::DuplicateParameter { .. }));
    assert!(matches!(s3("&X-Amz-Expires=1&X-Amz%2DExpires=604800"), SigError::DuplicateParameter { .. }));
    assert_eq!(general(&get("AWSAccessKeyId=a&Expires=1")), SigError::IncompleteV2);
}

#[test]
fn clocks_may_differ_by_a_quarter_of_an_hour() {
    let good = signed();
    for at in [NOW - 900, NOW + 900] {
        assert!(good.verify(Style::GENERAL, at, SECRET).is_ok());
    }
    let late = good.verify(Style::GENERAL, NOW + 901, SECRET).unwrap_err();
    assert_eq!(
        says(&late, Dialect::Query),
        (
            403,
            "SignatureDoesNotMatch",
            "Signature expired: 20150830T123600Z is now earlier than 20150830T123601Z (20150830T125101Z - 15 min.)"
                .to_owned()
        )
    );
    let early = good.verify(Style::GENERAL, NOW - 901, SECRET).unwrap_err();
    assert_eq!(
        says(&early, Dialect::Json),
        (
            400,
            "InvalidSignatureException",
            "Signature not yet current: 20150830T123600Z is still later than 20150830T123559Z (20150830T122059Z + 15 \
             min.)"
                .to_owned()
        )
    );
    let fault = late.fault(Dialect::S3);
    assert_eq!((fault.status, fault.code), (403, "RequestTimeTooSkewed"));
    assert_eq!(fault.details[2], ("MaxAllowedSkewMilliseconds", "900000".to_owned()));
}

#[test]
fn the_scope_must_be_the_endpoints() {
    let changed = signed();
    let authorization = changed.header("authorization").replace("20150830/us-east-1/iam/aws4_request", "b/c/d/e");
    let changed = changed.with("authorization", &authorization);
    changed.heads(|head| {
        let expect = Expect { region: Some("us-east-1"), service: Some("iam") };
        let error = parse(&head).unwrap().check(&head, NOW, expect).unwrap_err();
        assert_eq!(
            error.to_string(),
            "Credential should be scoped to a valid region, not 'c'. Credential should be scoped to correct service: \
             'iam'. Credential should be scoped with a valid terminator: 'aws4_request', not 'e'. Date in Credential \
             scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: 'b' != '20150830', from \
             '20150830T123600Z'."
        );
        let s3 = error.fault(Dialect::S3);
        assert_eq!(s3.message, "The authorization header is malformed; the region 'c' is wrong; expecting 'us-east-1'");
        assert_eq!(s3.details, [("Region", "us-east-1".to_owned())]);
    });
    // Verifying refuses a wrong day and terminator on its own.
    assert!(matches!(general(&changed), SigError::Scope { faults, .. } if faults.len() == 2));
    signed().heads(|head| {
        let form = parse(&head).unwrap();
        assert!(form.check(&head, NOW, Expect { region: Some("us-east-1"), service: Some("iam") }).is_ok());
    });
}

#[test]
fn the_host_and_all_amz_headers_must_be_signed() {
    let good = signed();
    let more = good.with("x-amz-other", "1");
    assert_eq!(general(&more).to_string(), "'X-Amz-Other' must be a 'SignedHeader' in the AWS Authorization.");
    let s3 = general(&more).fault(Dialect::S3);
    assert_eq!((s3.status, s3.code), (403, "AccessDenied"));
    assert_eq!(s3.details, [("HeadersNotSigned", "x-amz-other".to_owned())]);
    assert!(good.with("x-amzn-trace-id", "Root=1").verify(Style::GENERAL, NOW, SECRET).is_ok());
    let authorization = good.header("authorization").replace(";host;", ";");
    assert_eq!(
        general(&good.with("authorization", &authorization)).to_string(),
        "'Host' or ':authority' must be a 'SignedHeader' in the AWS Authorization."
    );
}

#[test]
fn bodies_must_be_hashed_unless_the_service_lets_them_be() {
    let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret: SECRET, session_token: None };
    let request = |payload: &str, header: bool, style: Style| {
        let mut request = Request::read("POST / HTTP/1.1\nhost:h\n\nbody");
        let signer = Signer::new(credentials, "us-east-1", "x").with_style(style).with_content_sha256_header(header);
        let signed = request.heads(|head| signer.headers(&head, payload, NOW));
        request.headers.extend(signed.headers);
        request
    };
    let error = |payload: &str, header: bool, style: Style| {
        request(payload, header, style).verify(style, NOW, SECRET).unwrap_err()
    };
    assert_eq!(error("UNSIGNED-PAYLOAD", true, Style::GENERAL), SigError::UnsignedPayload);
    assert!(request("UNSIGNED-PAYLOAD", true, Style::S3).verify(Style::S3, NOW, SECRET).is_ok());
    let streaming = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD";
    assert!(matches!(error(streaming, true, Style::GENERAL), SigError::BadContentSha256 { .. }));
    assert_eq!(error(streaming, true, Style::S3), SigError::MissingDecodedLength);
    let wrong_kind = "STREAMING-AWS4-ECDSA-P256-SHA256-PAYLOAD";
    assert!(matches!(error(wrong_kind, true, Style::S3), SigError::BadContentSha256 { .. }));
    for bad in ["", "abc", "unsigned-payload", "zz"] {
        let error = error(bad, true, Style::S3);
        assert_eq!(error, SigError::BadContentSha256 { got: bad.to_owned() });
        assert_eq!(error.fault(Dialect::S3).details[1], ("ArgumentValue", bad.to_owned()));
    }
    assert_eq!(error(&payload_sha256(b"body"), false, Style::S3), SigError::MissingContentSha256);
    let other = error(&payload_sha256(b"other"), true, Style::S3);
    assert_eq!(
        other.fault(Dialect::S3).message,
        "The provided 'x-amz-content-sha256' header does not match what was computed."
    );
    assert!(matches!(error(&payload_sha256(b"other"), false, Style::GENERAL), SigError::Mismatch(_)));
    assert!(request(&payload_sha256(b"body"), true, Style::GENERAL).verify(Style::GENERAL, NOW, SECRET).is_ok());
}

#[test]
fn a_mismatch_shows_what_was_calculated_but_no_secret() {
    let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret: SECRET, session_token: Some("TOPSECRET") };
    let mut request = Request::read("GET /b/k HTTP/1.1\nhost:h");
    let signer = Signer::new(credentials, "us-east-1", "s3");
    let signed = request.heads(|head| signer.headers(&head, "UNSIGNED-PAYLOAD", NOW));
    request.headers.extend(signed.headers.clone());
    let error = request.verify(Style::S3, NOW, b"other").unwrap_err();
    let SigError::Mismatch(mismatch) = &error else { panic!() };
    assert_eq!(mismatch.string_to_sign, String::from_utf8(signed.string_to_sign.clone()).unwrap());
    assert_eq!(mismatch.signature_provided, signed.signature);
    assert!(mismatch.canonical_request.starts_with("GET\n/b/k\n\nhost:h\n"));
    let fault = error.fault(Dialect::S3);
    let names: Vec<_> = fault.details.iter().map(|(name, _)| *name).collect();
    assert_eq!(
        names,
        [
            "AWSAccessKeyId",
            "StringToSign",
            "SignatureProvided",
            "StringToSignBytes",
            "CanonicalRequest",
            "CanonicalRequestBytes"
        ]
    );
    request.heads(|head| {
        let payload = Payload::Whole(b"TOPSECRET");
        let call = bastide_sigv4::Call { head, payload, now: NOW, style: Style::S3, host_bucket: None };
        let form = parse(&head).unwrap();
        assert_eq!(form.session_token(), Some("TOPSECRET"));
        let presigned = signer.presign(&head, "UNSIGNED-PAYLOAD", NOW, 60);
        let all = format!("{error:?} {error} {fault:?} {form:?} {call:?} {signer:?} {signed:?} {presigned:?}");
        assert!(!all.contains("TOPSECRET") && !all.contains(std::str::from_utf8(SECRET).unwrap()), "{all}");
    });
    assert_eq!(format!("{credentials:?}"), "Credentials(AKIDEXAMPLE)");
    assert_eq!(
        error.to_string(),
        "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access \
         Key and signing method. Consult the service documentation for details."
    );
}

#[test]
fn v4a_needs_its_region_set_under_the_signature_and_matching() {
    let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret: SECRET, session_token: None };
    let signer = Signer::new_v4a(credentials, "eu-*,us-east-1", "s3").unwrap();
    let mut request = Request::read("GET /b/k HTTP/1.1\nhost:h");
    let signed = request.heads(|head| signer.headers(&head, "UNSIGNED-PAYLOAD", NOW));
    request.headers.extend(signed.headers);
    assert!(request.verify(Style::S3, NOW, SECRET).is_ok());
    assert!(matches!(request.verify(Style::S3, NOW, b"other"), Err(SigError::Mismatch(_))));
    let check = |request: &Request, region: &str| {
        request.heads(|head: Head<'_>| {
            let expect = Expect { region: Some(region), service: Some("s3") };
            parse(&head).unwrap().check(&head, NOW, expect)
        })
    };
    assert_eq!(check(&request, "eu-west-1"), Ok(()));
    assert_eq!(check(&request, "us-east-1"), Ok(()));
    assert!(matches!(check(&request, "us-west-2"), Err(SigError::Scope { .. })));
    assert!(matches!(request.with("x-amz-region-set", "*").verify(Style::S3, NOW, SECRET), Err(SigError::Mismatch(_))));
    let mut without = request.clone();
    without.headers.retain(|(name, _)| name != "x-amz-region-set");
    assert_eq!(without.verify(Style::S3, NOW, SECRET).unwrap_err(), SigError::RegionSetNotSigned);
}
