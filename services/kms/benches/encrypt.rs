//! What a call costs from the signed request to the decoded answer: signature, decision under a key policy, cryptography,
//! record. The client's own work (encoding, signing, decoding) is in it, and the same for every row.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bastide_testkit::House;
use criterion::{Criterion, criterion_group, criterion_main};
use serde_json::{Value, json};
use std::hint::black_box;

fn calls(criterion: &mut Criterion) {
    let house = House::with(Vec::new(), "bench");
    let root = house.root();
    let call = |operation: &str, input: Value| root.call("kms", operation, input).unwrap();
    let key = |input: Value| call("CreateKey", input)["KeyMetadata"]["KeyId"].clone();
    let symmetric = key(json!({}));
    let kib = STANDARD.encode([7; 1024]);
    let text = json!({"KeyId": symmetric, "Plaintext": kib, "EncryptionContext": {"purpose": "bench"}});
    let blob = call("Encrypt", text.clone())["CiphertextBlob"].clone();

    let mut group = criterion.benchmark_group("kms");
    let mut measure = |name: &str, operation: &str, input: Value| {
        group.bench_function(name, |bencher| bencher.iter(|| call(operation, black_box(input.clone()))));
    };
    measure("DescribeKey", "DescribeKey", json!({"KeyId": symmetric}));
    measure("Encrypt 1 KiB", "Encrypt", text);
    measure("Decrypt 1 KiB", "Decrypt", json!({"CiphertextBlob": blob, "EncryptionContext": {"purpose": "bench"}}));
    measure("GenerateDataKey", "GenerateDataKey", json!({"KeyId": symmetric, "KeySpec": "AES_256"}));
    for (spec, algorithm) in [("ECC_NIST_P256", "ECDSA_SHA_256"), ("RSA_2048", "RSASSA_PSS_SHA_256")] {
        let key = key(json!({"KeySpec": spec, "KeyUsage": "SIGN_VERIFY"}));
        let input = json!({"KeyId": key, "Message": STANDARD.encode("m"), "SigningAlgorithm": algorithm});
        measure(&format!("Sign {spec}"), "Sign", input);
    }
    group.finish();
}

criterion_group!(benches, calls);
criterion_main!(benches);
