//! What every operation answers in every state of its key, held against `states.golden`, which follows "Key states of AWS KMS
//! keys" in the Developer Guide. `-`: there is no such key.

use crate::denied::{about, inputs};
use crate::testing::*;

const STATES: [&str; 5] = ["Enabled", "Disabled", "PendingImport", "PendingDeletion", "PendingReplicaDeletion"];

/// A key that the operation is for, in this state; `None` where there is no such key.
fn key_in(lab: &Lab, operation: &str, state: &str) -> Option<(MadeKey, Json)> {
    let mut spec = match operation {
        "Sign" | "Verify" | "GetPublicKey" => json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}),
        "DeriveSharedSecret" => json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}),
        "GenerateMac" | "VerifyMac" => json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}),
        _ => json!({}),
    };
    let importing = matches!(operation, "DeleteImportedKeyMaterial" | "GetParametersForImport" | "ImportKeyMaterial");
    let family = matches!(operation, "ReplicateKey" | "UpdatePrimaryRegion") || state == "PendingReplicaDeletion";
    if state == "PendingImport" || importing {
        spec["Origin"] = json!("EXTERNAL");
    }
    spec["MultiRegion"] = json!(family);
    if (state == "PendingImport" && matches!(operation, "Decrypt" | "ReEncrypt")) || (importing && family) {
        return None;
    }
    // A key without material is in no state but these.
    if importing && matches!(state, "Enabled" | "Disabled") {
        return None;
    }
    let key = lab.key(spec.clone());
    let encrypts = !importing && spec.get("KeyUsage").is_none() && state != "PendingImport";
    let blob = if encrypts { lab.encrypt(&key, b"x", json!({})) } else { json!(b64(b"x")) };
    if operation == "UpdatePrimaryRegion" && state == "Enabled" {
        lab.root().ok("ReplicateKey", json!({"KeyId": key.id, "ReplicaRegion": "eu-west-1"}));
        lab.house.advance(1);
    }
    match state {
        "Disabled" => drop(lab.root().ok("DisableKey", json!({"KeyId": key.id}))),
        "PendingReplicaDeletion" => {
            lab.root().ok("ReplicateKey", json!({"KeyId": key.id, "ReplicaRegion": "ap-south-1"}));
            lab.house.advance(1);
            lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id}));
        }
        "PendingDeletion" => drop(lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id}))),
        _ => {}
    }
    assert_eq!(lab.state_of(&key), state);
    Some((key, blob))
}

fn answer(lab: &Lab, operation: &str, input: &Json, state: &str) -> String {
    let Some((key, blob)) = key_in(lab, operation, state) else { return "-".to_owned() };
    if matches!(operation, "DeleteAlias" | "UpdateAlias") {
        let there = lab.root().0.call("kms", "CreateAlias", json!({"AliasName": "alias/there", "TargetKeyId": key.id}));
        if there.is_err() {
            let other = lab.key(json!({}));
            let _ =
                lab.root().0.call("kms", "CreateAlias", json!({"AliasName": "alias/there", "TargetKeyId": other.id}));
        }
    }
    let outcome = lab.root().0.call("kms", operation, about(input, &key, &blob, &json!("none")));
    let _ = lab.root().0.call("kms", "DeleteAlias", json!({"AliasName": "alias/new"}));
    let _ = lab.root().0.call("kms", "DeleteAlias", json!({"AliasName": "alias/there"}));
    match outcome {
        Ok(_) => "ok".to_owned(),
        Err(refusal) => {
            let words = refusal.message.replace(&key.arn, "ARN");
            let short: String = words.chars().take(40).collect();
            format!("{} {}", refusal.code.trim_end_matches("Exception"), short).trim_end().to_owned()
        }
    }
}

#[test]
fn every_operation_in_every_state() {
    let lab = Lab::new();
    let mut table = String::new();
    let without_key = ["CreateKey", "GenerateRandom", "ListAliases", "ListKeys", "ListRetirableGrants"];
    for (operation, input) in inputs().into_iter().filter(|(operation, _)| !without_key.contains(operation)) {
        table.push_str(operation);
        table.push('\n');
        for state in STATES {
            table.push_str(&format!("  {state}: {}\n", answer(&lab, operation, &input, state)));
        }
    }
    let golden = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/kms/states.golden");
    if std::env::var_os("BASTIDE_BLESS").is_some() {
        std::fs::write(golden, &table).unwrap();
    }
    assert_eq!(table, std::fs::read_to_string(golden).unwrap());
}
