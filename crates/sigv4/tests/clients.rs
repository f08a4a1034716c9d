//! Requests as stock clients make them (recorded from botocore 1.44.5 with the clock at 2015-08-30T12:36:00Z) and the
//! examples of AWS's documents.

mod common;

use bastide_sigv4::{
    Algorithm, BodyCheck, Credentials, Dialect, Expect, Form, Head, KeyCache, Payload, Place, PostPolicy, Scope,
    SigError, Signer, Style, parse_basic, sign_query_v2, verify,
};
use common::{Request, SECRET};

const NOW: i64 = 1_440_938_160;
const DOCUMENTED_SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";

fn get(url: &str) -> Request {
    Request::read(&format!("GET {url} HTTP/1.1\nhost:localhost:4566"))
}

fn streamed(request: &Request, style: Style, now: i64) -> Result<BodyCheck, SigError> {
    let cache = KeyCache::default();
    request.verify_with(style, now, SECRET, &cache, Payload::Streamed, None).map(|verified| verified.body)
}

#[test]
fn an_iam_call_and_what_it_claims() {
    let request = Request::read(
        "POST / HTTP/1.1\nhost:localhost:4566\ncontent-type:application/x-www-form-urlencoded; charset=utf-8\n\
         x-amz-date:20150830T123600Z\nx-amz-security-token:TOK\nauthorization:AWS4-HMAC-SHA256 \
         Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, \
         SignedHeaders=content-type;host;x-amz-date;x-amz-security-token, \
         Signature=220af10527d706171f08bfb2398d8e3a013fe6a590280ba218ef81b3c7a88ffa\n\
         amz-sdk-request:attempt=1; max=3\ncontent-length:62\n\n\
         Action=CreateUser&Version=2010-05-08&UserName=a+b&Path=%2Fx%2F",
    );
    request.parses(|form| {
        let form = form.unwrap();
        assert_eq!(form.access_key_id(), Some("AKIDEXAMPLE"));
        assert_eq!(form.session_token(), Some("TOK"));
        let scope = Scope { date: "20150830", region: "us-east-1", service: "iam", terminator: "aws4_request" };
        assert_eq!(form.scope(), Some(scope));
        assert_eq!(form.place(), Some(Place::Header));
        assert_eq!(form.signature_version(), Some("AWS4-HMAC-SHA256"));
        assert_eq!(form.signed_at(), Some(NOW));
        let Form::V4(v4) = form else { panic!() };
        assert_eq!(v4.algorithm, Algorithm::HmacSha256);
        assert_eq!(
            v4.signed_headers().collect::<Vec<_>>(),
            ["content-type", "host", "x-amz-date", "x-amz-security-token"]
        );
    });
    assert!(matches!(request.verify(Style::GENERAL, NOW, SECRET).unwrap().body, BodyCheck::Done));
    assert!(matches!(request.verify(Style::GENERAL, NOW, b"other"), Err(SigError::Mismatch(_))));
    // Without the body there is nothing to hold the signature against.
    let needed = streamed(&request, Style::GENERAL, NOW).unwrap_err();
    assert_eq!((&needed, needed.fault(Dialect::Query).status), (&SigError::BodyNeeded, 500));
}

#[test]
fn a_lambda_path_is_escaped_twice() {
    let request =
        get("/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Af?Qualifier=a%20b")
            .with("x-amz-date", "20150830T123600Z")
            .with(
                "authorization",
                "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/lambda/aws4_request, \
         SignedHeaders=host;x-amz-date, \
         Signature=38e4054d10ec4a5df9a500c88e7183714b1a141e2418bd491c351a0f1f59255d",
            );
    assert!(matches!(request.verify(Style::GENERAL, NOW, SECRET).unwrap().body, BodyCheck::Done));
}

#[test]
fn an_s3_put_names_the_hash_of_a_body_still_to_come() {
    let request = Request::read(
        "PUT /b/a%20b/%28%C3%BC%29//../x HTTP/1.1\nhost:localhost:4566\nexpect:100-continue\n\
         x-amz-checksum-crc32:NhCmhg==\nx-amz-sdk-checksum-algorithm:CRC32\nx-amz-date:20150830T123600Z\n\
         x-amz-security-token:TOK\n\
         x-amz-content-sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824\n\
         authorization:AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request, \
         SignedHeaders=host;x-amz-checksum-crc32;x-amz-content-sha256;x-amz-date;x-amz-sdk-checksum-algorithm;\
         x-amz-security-token, Signature=7f256049de022bc801710fd0bd3b8c8eae192c0974aa7ea0d60510372cc16577\n\n\
         hello",
    );
    assert!(matches!(request.verify(Style::S3, NOW, SECRET).unwrap().body, BodyCheck::Done));
    let BodyCheck::Sha256(hash) = streamed(&request, Style::S3, NOW).unwrap() else { panic!() };
    assert_eq!(hex::encode(hash), "2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824");
    let other = Request { body: "hellp".into(), ..request };
    assert!(matches!(other.verify(Style::S3, NOW, SECRET), Err(SigError::ContentSha256Mismatch { .. })));
}

#[test]
fn presigned_v4_urls_live_as_long_as_they_say() {
    // botocore signs a query service's URL for POST.
    let sts = get("/?Action=GetCallerIdentity&Version=2011-06-15&X-Amz-Algorithm=AWS4-HMAC-SHA256&\
         X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fsts%2Faws4_request&X-Amz-Date=20150830T123600Z&\
         X-Amz-Expires=60&X-Amz-SignedHeaders=host&\
         X-Amz-Signature=ac2752238105e6d10aedc7f655d1a235a2c0442ca3e48d12c6b8ceba966626f9");
    let sts = Request { method: "POST".into(), ..sts };
    assert!(matches!(sts.verify(Style::GENERAL, NOW + 60, SECRET).unwrap().body, BodyCheck::Done));
    assert!(matches!(sts.verify(Style::GENERAL, NOW + 61, SECRET), Err(SigError::Expired { window: 60, .. })));
    assert!(sts.verify(Style::GENERAL, NOW - 900, SECRET).is_ok());
    assert!(matches!(sts.verify(Style::GENERAL, NOW - 901, SECRET), Err(SigError::NotYetCurrent { .. })));

    let s3 =
        get("/bucket/a%20b/%C3%BC%2B.txt?response-content-type=text%2Fplain%3B%20charset%3Dutf-8&versionId=v%201&\
         X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&\
         X-Amz-Date=20150830T123600Z&X-Amz-Expires=600&X-Amz-SignedHeaders=host&\
         X-Amz-Security-Token=TOKEN%2F%2F%2B%3D&\
         X-Amz-Signature=394d6b4b1ea36fb8a4cced81b795b4efbada03b60b37631c328bb79edd14a343");
    assert!(matches!(streamed(&s3, Style::S3, NOW + 600).unwrap(), BodyCheck::Unsigned));
    s3.parses(|form| {
        let form = form.unwrap();
        assert_eq!(form.session_token(), Some("TOKEN//+="));
        assert_eq!(form.place().unwrap().auth_type(), "REST-QUERY-STRING");
    });

    let put = Request::read(
        "PUT /bucket/k?X-Amz-Algorithm=AWS4-HMAC-SHA256&\
         X-Amz-Credential=AKIDEXAMPLE%2F20150830%2Fus-east-1%2Fs3%2Faws4_request&X-Amz-Date=20150830T123600Z&\
         X-Amz-Expires=600&X-Amz-SignedHeaders=content-type%3Bhost%3Bx-amz-acl%3Bx-amz-meta-a&\
         X-Amz-Security-Token=TOKEN%2F%2F%2B%3D&\
         X-Amz-Signature=fb5c718101663c1ea5d803c501f034169cd54cb72f60fdd2217d267bd19b23f6 HTTP/1.1\n\
         host:localhost:4566\ncontent-type:text/plain\nx-amz-acl:private\nx-amz-meta-a:b c",
    );
    assert!(matches!(streamed(&put, Style::S3, NOW).unwrap(), BodyCheck::Unsigned));
    let public = streamed(&put.with("x-amz-acl", "public-read"), Style::S3, NOW);
    assert!(matches!(public, Err(SigError::Mismatch(_))));
    let more = streamed(&put.with("x-amz-tagging", "a=b"), Style::S3, NOW).unwrap_err();
    assert_eq!(more, SigError::HeadersNotSigned { names: vec!["x-amz-tagging".into()] });
}

#[test]
fn presigned_v2_urls_of_boto3() {
    let urls = [
        (
            "GET",
            "/bucket/a%20b/%C3%BC%2B.txt?response-content-type=text%2Fplain%3B%20charset%3Dutf-8&versionId=v%201&\
          AWSAccessKeyId=AKIDEXAMPLE&Signature=k7B7bMKgTKYMA4EH0Qn2uOAGmWQ%3D&\
          x-amz-security-token=TOKEN%2F%2F%2B%3D&Expires=1440938760",
        ),
        (
            "PUT",
            "/bucket/k?AWSAccessKeyId=AKIDEXAMPLE&Signature=pg8mD8DcjIgOCfLfFYecQqAhYnM%3D&\
          content-type=text%2Fplain&x-amz-meta-a=b%20c&x-amz-acl=private&x-amz-security-token=TOKEN%2F%2F%2B%3D&\
          Expires=1440938760",
        ),
        (
            "GET",
            "/bucket?list-type=2&prefix=x&encoding-type=url&AWSAccessKeyId=AKIDEXAMPLE&\
          Signature=aji1RobHeIDHyr9ujNs8mC61CUc%3D&x-amz-security-token=TOKEN%2F%2F%2B%3D&Expires=1440941760",
        ),
    ];
    for (method, url) in urls {
        let request = Request { method: method.into(), ..get(url) };
        assert!(matches!(streamed(&request, Style::S3, NOW).unwrap(), BodyCheck::Unsigned), "{url}");
        assert_eq!(streamed(&request, Style::GENERAL, NOW).unwrap_err(), SigError::SigV2Refused);
        assert!(matches!(streamed(&request, Style::S3, 1_440_941_761), Err(SigError::ExpiredV2 { .. })));
        request.parses(|form| {
            let form = form.unwrap();
            assert_eq!((form.access_key_id(), form.signature_version()), (Some("AKIDEXAMPLE"), Some("AWS")));
            assert_eq!(form.session_token(), Some("TOKEN//+="));
        });
        for (from, to) in [("bucket", "bucker"), ("TOKEN", "TOKEM"), ("Expires=14", "Expires=15"), ("%3D", "%3d%3d")] {
            let changed = Request {
                query: request.query.replacen(from, to, 1),
                path: request.path.replace(from, to),
                ..request.clone()
            };
            if changed != request {
                assert!(matches!(streamed(&changed, Style::S3, NOW), Err(SigError::Mismatch(_))), "{from}");
            }
        }
    }
    // The same headers may come as headers.
    let query = "AWSAccessKeyId=AKIDEXAMPLE&Signature=pg8mD8DcjIgOCfLfFYecQqAhYnM%3D&\
                 x-amz-security-token=TOKEN%2F%2F%2B%3D&Expires=1440938760";
    let put = Request { method: "PUT".into(), ..get(&format!("/bucket/k?{query}")) };
    let put = put.with("content-type", "text/plain").with("x-amz-meta-a", "b c").with("x-amz-acl", "private");
    assert!(streamed(&put, Style::S3, NOW).is_ok());
    let Err(SigError::Mismatch(mismatch)) = streamed(&put.with("x-amz-acl", "public-read"), Style::S3, NOW) else {
        panic!()
    };
    assert!(mismatch.string_to_sign.contains("x-amz-acl:public-read\nx-amz-meta-a:b c\nx-amz-security-token:REDACTED"));
}

/// A host that names the bucket: the first with boto3's URL, the second with the example of S3's documents.
#[test]
fn presigned_v2_with_the_bucket_in_the_host() {
    let boto = "/k?AWSAccessKeyId=AKIDEXAMPLE&Signature=jGNw8VpITM6bDp35vTV1KHmr780%3D&Expires=1440941760";
    let documented = "/photos/puppy.jpg?AWSAccessKeyId=AKIAIOSFODNN7EXAMPLE&\
                      Signature=NpgCjnDzrM%2BWFzoENXmpNDUsSn8%3D&Expires=1175139620";
    for (url, secret, bucket, now) in
        [(boto, SECRET, "bucket", NOW), (documented, DOCUMENTED_SECRET, "johnsmith", 1_175_139_620)]
    {
        let cache = KeyCache::default();
        let run = |bucket| get(url).verify_with(Style::S3, now, secret, &cache, Payload::Streamed, bucket);
        assert!(matches!(run(Some(bucket)).unwrap().body, BodyCheck::Unsigned));
        assert!(matches!(run(None), Err(SigError::Mismatch(_))));
    }
}

#[test]
fn v2_signs_what_it_verifies() {
    let head = Head { method: "GET", path: "/b/k", query: "acl&versionId=a%2Bb", headers: &[] };
    let query = sign_query_v2(&head, "AKIDEXAMPLE", SECRET, Some("TOK+"), NOW, None);
    assert!(streamed(&get(&format!("/b/k?{query}")), Style::S3, NOW).is_ok());
    assert!(streamed(&get(&format!("/b/k?{}", query.replace("acl&", "acl=&"))), Style::S3, NOW).is_err());
    assert!(streamed(&get(&format!("/b/k?{}", query.replace("a%2Bb", "a%2Bc"))), Style::S3, NOW).is_err());
}

#[test]
fn form_policies_of_boto3() {
    let v4 = [
        ("key", "k"),
        ("X-Amz-Algorithm", "AWS4-HMAC-SHA256"),
        ("x-amz-credential", "AKIDEXAMPLE/20150830/us-east-1/s3/aws4_request"),
        ("x-amz-date", "20150830T123600Z"),
        ("x-amz-security-token", "TOKEN//+="),
        (
            "policy",
            "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjRUMDE6NTg6NDRaIiwgImNvbmRpdGlvbnMiOiBbeyJidWNrZXQiOiAiYnVja2V0In0sIHsi\
             a2V5IjogImsifSwgeyJ4LWFtei1hbGdvcml0aG0iOiAiQVdTNC1ITUFDLVNIQTI1NiJ9LCB7IngtYW16LWNyZWRlbnRpYWwiOiAiQUtJ\
             REVYQU1QTEUvMjAxNTA4MzAvdXMtZWFzdC0xL3MzL2F3czRfcmVxdWVzdCJ9LCB7IngtYW16LWRhdGUiOiAiMjAxNTA4MzBUMTIzNjAw\
             WiJ9LCB7IngtYW16LXNlY3VyaXR5LXRva2VuIjogIlRPS0VOLy8rPSJ9XX0=",
        ),
        ("x-amz-signature", "da824b31c433d3d0be8d825e8ad8ca9b26d41107a98e586ddc0c6c9c9668c1c2"),
    ];
    let v2 = [
        ("key", "k"),
        ("AWSAccessKeyId", "AKIDEXAMPLE"),
        ("x-amz-security-token", "TOKEN//+="),
        (
            "policy",
            "eyJleHBpcmF0aW9uIjogIjIwMjYtMTEtMjRUMDE6NTg6NDRaIiwgImNvbmRpdGlvbnMiOiBbeyJidWNrZXQiOiAiYnVja2V0In0sIHsi\
             a2V5IjogImsifSwgeyJ4LWFtei1zZWN1cml0eS10b2tlbiI6ICJUT0tFTi8vKz0ifV19",
        ),
        ("signature", "Pd0KblnQpbWAVfYdR9v0rI1JpxI="),
    ];
    let check = |fields: &[(&str, &str)]| -> Result<(), SigError> {
        get("/bucket").heads(|head| {
            let form = Form::Post(PostPolicy::from_fields(fields)?.unwrap());
            assert_eq!(form.access_key_id(), Some("AKIDEXAMPLE"));
            assert_eq!(form.session_token(), Some("TOKEN//+="));
            form.check(&head, NOW, Expect { region: Some("us-east-1"), service: Some("s3") })?;
            let call =
                bastide_sigv4::Call { head, payload: Payload::Streamed, now: NOW, style: Style::S3, host_bucket: None };
            verify(&form, &call, SECRET, &KeyCache::default()).map(drop)
        })
    };
    for fields in [v4.as_slice(), v2.as_slice()] {
        assert_eq!(check(fields), Ok(()));
        let mut changed = fields.to_vec();
        let policy = changed.iter_mut().find(|(name, _)| *name == "policy").unwrap();
        let text = policy.1.replacen("eyJ", "eyK", 1);
        policy.1 = &text;
        assert!(matches!(check(&changed), Err(SigError::Mismatch(_))));
        for (name, _) in
            fields.iter().filter(|(name, _)| !["key", "x-amz-security-token", "AWSAccessKeyId"].contains(name))
        {
            let without: Vec<_> = fields.iter().copied().filter(|(other, _)| other != name).collect();
            assert!(matches!(check(&without), Err(SigError::IncompleteForm { .. })), "{name}");
        }
        let twice = [fields, fields].concat();
        assert!(matches!(check(&twice), Err(SigError::DuplicateParameter { .. })));
    }
    assert!(PostPolicy::from_fields(&[("key", "k"), ("file", "x")]).unwrap().is_none(), "anonymous");
    let mut west = v4;
    west[2].1 = "AKIDEXAMPLE/20150830/us-west-1/s3/aws4_request";
    assert!(matches!(check(&west), Err(SigError::Scope { .. })));
}

/// "Signature Calculations for the Authorization Header" and "… Using Query Parameters" in S3's documents.
#[test]
fn the_examples_of_s3s_documents() {
    let credentials =
        Credentials { access_key_id: "AKIAIOSFODNN7EXAMPLE", secret: DOCUMENTED_SECRET, session_token: None };
    let signer = Signer::new(credentials, "us-east-1", "s3");
    let at = parse_basic("20130524T000000Z").unwrap();
    let empty = bastide_sigv4::payload_sha256(b"");
    let host: (&str, &[u8]) = ("host", b"examplebucket.s3.amazonaws.com");
    let signature = |path: &str, query: &str, extra: &[(&str, &[u8])]| {
        let headers = [&[host], extra].concat();
        signer.headers(&Head { method: "GET", path, query, headers: &headers }, &empty, at).signature
    };
    assert_eq!(
        signature("/test.txt", "", &[("range", b"bytes=0-9")]),
        "f0e8bdb87c964420e857bd35b5d6ed310bd44f0170aba48dd91039c6036bdb41"
    );
    assert_eq!(signature("/", "lifecycle", &[]), "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543");
    assert_eq!(
        signature("/", "max-keys=2&prefix=J", &[]),
        "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"
    );
    let head = Head { method: "GET", path: "/test.txt", query: "", headers: &[host] };
    assert_eq!(
        signer.presign(&head, "UNSIGNED-PAYLOAD", at, 86400).signature,
        "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"
    );
}
