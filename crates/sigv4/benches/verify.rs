//! What it costs to verify a typical IAM call: a POST of some 300 bytes with eight headers.

use bastide_sigv4::{Call, Credentials, Head, KeyCache, Payload, Signer, Style, parse, payload_sha256, verify};
use criterion::{Criterion, criterion_group, criterion_main};
use std::hint::black_box;

const NOW: i64 = 1_440_938_160;
const SECRET: &[u8] = b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY";

fn bench(criterion: &mut Criterion) {
    let body = [b'a'; 300];
    let plain: [(&str, &[u8]); 7] = [
        ("host", b"iam.amazonaws.com"),
        ("accept-encoding", b"identity"),
        ("content-type", b"application/x-www-form-urlencoded; charset=utf-8"),
        ("user-agent", b"aws-cli/2.31 md/awscrt#0.28 ua/2.1 os/linux md/arch#x86_64 lang/python#3.13"),
        ("content-length", b"300"),
        ("amz-sdk-invocation-id", b"5d0e9c2b-9f0f-4b57-8f3e-0d2c4e0f8a11"),
        ("amz-sdk-request", b"attempt=1"),
    ];
    let head = Head { method: "POST", path: "/", query: "", headers: &plain };
    let credentials = Credentials { access_key_id: "AKIDEXAMPLE", secret: SECRET, session_token: None };
    let run = |name: &str, criterion: &mut Criterion, signer: &Signer<'_>, cached: bool| {
        let signed = signer.headers(&head, &payload_sha256(&body), NOW);
        let mut headers = plain.to_vec();
        headers.extend(signed.headers.iter().map(|(name, value)| (name.as_str(), value.as_bytes())));
        let head = Head { headers: &headers, ..head };
        let call = Call { head, payload: Payload::Whole(&body), now: NOW, style: Style::GENERAL, host_bucket: None };
        let mut cache = KeyCache::default();
        criterion.bench_function(name, |bencher| {
            bencher.iter(|| {
                if !cached {
                    cache = KeyCache::new(8);
                }
                let form = parse(black_box(&call.head)).unwrap();
                verify(&form, black_box(&call), SECRET, &cache).unwrap()
            });
        });
    };
    let v4 = Signer::new(credentials, "us-east-1", "iam");
    run("v4, key cached", criterion, &v4, true);
    run("v4, key derived", criterion, &v4, false);
    let v4a = Signer::new_v4a(credentials, "*", "iam").unwrap();
    run("v4a, key cached", criterion, &v4a, true);
}

criterion_group!(benches, bench);
criterion_main!(benches);
