//! Rotation by the clock and on demand.

use crate::testing::*;

/// The current key material's id.
fn material(lab: &Lab, key: &MadeKey) -> String {
    let shown = lab.root().ok("DescribeKey", json!({"KeyId": key.id}));
    shown["KeyMetadata"]["CurrentKeyMaterialId"].as_str().unwrap().to_owned()
}

#[test]
fn a_key_rotates_every_year_and_decrypts_what_it_ever_encrypted() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    lab.root().ok("EnableKeyRotation", json!({"KeyId": key.id}));
    let status = lab.root().ok("GetKeyRotationStatus", json!({"KeyId": key.id}));
    assert_eq!((&status["KeyRotationEnabled"], &status["RotationPeriodInDays"]), (&json!(true), &json!(365)));
    let (mut blobs, mut materials) = (vec![lab.encrypt(&key, b"year 0", json!({}))], vec![material(&lab, &key)]);
    for year in 1..=3 {
        lab.advance_days(364);
        assert_eq!(&material(&lab, &key), materials.last().unwrap(), "not before the date");
        lab.advance_days(1);
        materials.push(material(&lab, &key));
        blobs.push(lab.encrypt(&key, format!("year {year}").as_bytes(), json!({})));
    }
    assert_eq!(materials.iter().collect::<std::collections::BTreeSet<_>>().len(), 4);
    for (year, (blob, material)) in blobs.iter().zip(&materials).enumerate() {
        let back = lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}));
        assert_eq!(back["Plaintext"], b64(format!("year {year}").as_bytes()));
        assert_eq!(back["KeyMaterialId"], *material);
    }
    let listed = lab.root().ok("ListKeyRotations", json!({"KeyId": key.id}))["Rotations"].clone();
    let listed = listed.as_array().unwrap();
    assert_eq!(listed.len(), 3);
    assert!(listed.iter().all(|rotation| rotation["RotationType"] == "AUTOMATIC"));
    let all = lab.root().ok("ListKeyRotations", json!({"KeyId": key.id, "IncludeKeyMaterial": "ALL_KEY_MATERIAL"}));
    assert_eq!(all["Rotations"].as_array().unwrap().len(), 4);
}

#[test]
fn the_period_is_the_callers_and_disabling_ends_it() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    lab.root().ok("EnableKeyRotation", json!({"KeyId": key.id, "RotationPeriodInDays": 90}));
    let first = material(&lab, &key);
    lab.advance_days(90);
    let second = material(&lab, &key);
    assert_ne!(first, second);
    lab.root().ok("DisableKeyRotation", json!({"KeyId": key.id}));
    let status = lab.root().ok("GetKeyRotationStatus", json!({"KeyId": key.id}));
    assert_eq!((&status["KeyRotationEnabled"], status.get("NextRotationDate")), (&json!(false), None));
    lab.advance_days(400);
    assert_eq!(material(&lab, &key), second);
}

#[test]
fn a_disabled_key_is_passed_over() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    lab.root().ok("EnableKeyRotation", json!({"KeyId": key.id, "RotationPeriodInDays": 100}));
    lab.root().ok("DisableKey", json!({"KeyId": key.id}));
    let before = material(&lab, &key);
    lab.advance_days(100);
    assert_eq!(material(&lab, &key), before);
    lab.root().ok("EnableKey", json!({"KeyId": key.id}));
    lab.advance_days(100);
    assert_ne!(material(&lab, &key), before);
}

#[test]
fn on_demand_it_rotates_at_once_and_25_times_at_most() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let (blob, before) = (lab.encrypt(&key, b"x", json!({})), material(&lab, &key));
    let answer = lab.root().ok("RotateKeyOnDemand", json!({"KeyId": key.id}));
    assert_eq!(answer["KeyId"], key.arn);
    assert_ne!(material(&lab, &key), before);
    assert_eq!(lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}))["Plaintext"], b64(b"x"));
    let status = lab.root().ok("GetKeyRotationStatus", json!({"KeyId": key.id}));
    assert_eq!(status["KeyRotationEnabled"], false);
    for _ in 1..25 {
        lab.root().ok("RotateKeyOnDemand", json!({"KeyId": key.id}));
    }
    assert!(lab.root().err("RotateKeyOnDemand", json!({"KeyId": key.id})).starts_with("LimitExceededException"));
}

#[test]
fn what_cannot_rotate_is_refused_as_recorded_from_aws() {
    let lab = Lab::new();
    let rsa = lab.key(json!({"KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}));
    assert_eq!(lab.root().err("RotateKeyOnDemand", json!({"KeyId": rsa.id})), "UnsupportedOperationException: ");
    let key = lab.key(json!({}));
    lab.root().ok("DisableKey", json!({"KeyId": key.id}));
    let disabled = format!("DisabledException: {} is disabled.", key.arn);
    assert_eq!(lab.root().err("RotateKeyOnDemand", json!({"KeyId": key.id})), disabled);
    let external = lab.key(json!({"Origin": "EXTERNAL"}));
    let pending = format!("KMSInvalidStateException: {} is pending import.", external.arn);
    assert_eq!(lab.root().err("RotateKeyOnDemand", json!({"KeyId": external.id})), pending);
}
