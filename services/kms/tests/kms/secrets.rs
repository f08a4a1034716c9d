//! Key material and plaintexts are in no record and in no stored row.

use crate::import::input;
use crate::testing::*;
use bastide_store::{Engine as _, MemoryEngine};
use bastide_testkit::Plan;
use std::sync::Arc;

fn contains(haystack: &[u8], needle: &[u8]) -> bool {
    haystack.windows(needle.len()).any(|window| window == needle)
}

#[test]
fn no_record_has_a_plaintext() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let secret = b"the password is swordfish";
    let blob = lab.encrypt(&key, secret, json!({}));
    lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}));
    let mac = lab.key(json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}));
    lab.root().ok("GenerateMac", json!({"KeyId": mac.id, "Message": b64(secret), "MacAlgorithm": "HMAC_SHA_256"}));
    let pair = lab.root().ok("GenerateDataKeyPair", json!({"KeyId": key.id, "KeyPairSpec": "ECC_NIST_P256"}));
    let random = lab.root().ok("GenerateRandom", json!({"NumberOfBytes": 32}));
    let page = lab.house.cloud().store().records(&bastide_testkit::every_record()).unwrap();
    assert!(page.records.len() >= 6);
    for recorded in &page.records {
        let body = &recorded.record.body;
        let secrets = [b64(secret), pair["PrivateKeyPlaintext"].to_string(), random["Plaintext"].to_string()];
        for secret in secrets {
            let secret = secret.trim_matches('"').as_bytes();
            assert!(!contains(body, secret), "{}", String::from_utf8_lossy(body));
        }
        assert!(!contains(body, b"swordfish"));
    }
}

#[test]
fn no_stored_row_has_key_material() {
    let engine = Arc::new(MemoryEngine::new());
    let lab = Lab { house: Plan { engine: engine.clone(), seed: "kms", ..Plan::default() }.build() };
    let material = b"thirty-two bytes nobody may see!";
    let key = lab.key(json!({"Origin": "EXTERNAL"}));
    lab.root().ok("ImportKeyMaterial", input(&lab, &key, "RSAES_OAEP_SHA_256", material));
    lab.encrypt(&key, b"x", json!({}));
    let (mut rows, mut found) = (0, Vec::new());
    let forms = [material.to_vec(), hex::encode(material).into_bytes(), b64(material).into_bytes()];
    let visit = &mut |table: &str, _: &[u8], row: &[u8]| {
        rows += usize::from(table == "kms.keys" && contains(row, key.id.as_bytes()));
        if forms.iter().any(|form| contains(row, form)) {
            found.push(table.to_owned());
        }
        Ok(())
    };
    engine.load(visit).unwrap();
    assert_eq!((rows, found), (1, Vec::new()));
}

#[test]
fn same_seed_and_same_calls_give_the_same_state() {
    let run = || {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        lab.key(json!({"KeySpec": "HMAC_512", "KeyUsage": "GENERATE_VERIFY_MAC"}));
        lab.root().ok("EnableKeyRotation", json!({"KeyId": key.id}));
        lab.advance_days(800);
        (lab.house.state_hash(), lab.encrypt(&key, b"x", json!({})))
    };
    assert_eq!(run(), run());
}
