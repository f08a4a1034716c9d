//! Multi-Region keys.

use crate::testing::*;

fn pair(lab: &Lab) -> (MadeKey, As, String) {
    let key = lab.key(json!({"MultiRegion": true, "Description": "first"}));
    assert!(key.id.starts_with("mrk-"));
    let answer = lab.root().ok("ReplicateKey", json!({"KeyId": key.id, "ReplicaRegion": "eu-west-1"}));
    let shown = &answer["ReplicaKeyMetadata"];
    assert_eq!((&shown["KeyState"], &shown["Enabled"]), (&json!("Creating"), &json!(false)));
    assert_eq!(shown["MultiRegionConfiguration"]["MultiRegionKeyType"], "REPLICA");
    let policy: Json = serde_json::from_str(answer["ReplicaPolicy"].as_str().unwrap()).unwrap();
    assert_eq!(policy["Id"], "key-default-1");
    lab.house.advance(1);
    let there = shown["Arn"].as_str().unwrap().to_owned();
    (key, lab.root().in_region("eu-west-1"), there)
}

#[test]
fn a_replica_decrypts_what_its_primary_encrypted_and_the_other_way_round() {
    let lab = Lab::new();
    let (key, west, there) = pair(&lab);
    let blob = lab.encrypt(&key, b"x", json!({}));
    let back = west.ok("Decrypt", json!({"CiphertextBlob": blob}));
    assert_eq!((&back["Plaintext"], &back["KeyId"]), (&json!(b64(b"x")), &json!(there)));
    let blob = west.ok("Encrypt", json!({"KeyId": key.id, "Plaintext": b64(b"y")}))["CiphertextBlob"].clone();
    assert_eq!(lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}))["Plaintext"], b64(b"y"));
    let shown = west.ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"].clone();
    assert_eq!((&shown["KeyState"], &shown["Description"]), (&json!("Enabled"), &json!("")));
    let family = &shown["MultiRegionConfiguration"];
    assert_eq!(family["PrimaryKey"], json!({"Arn": key.arn, "Region": "us-east-1"}));
    assert_eq!(family["ReplicaKeys"], json!([{"Arn": there, "Region": "eu-west-1"}]));
    let again = lab.root().err("ReplicateKey", json!({"KeyId": key.id, "ReplicaRegion": "eu-west-1"}));
    assert!(again.starts_with("AlreadyExistsException"), "{again}");
    let single = lab.key(json!({}));
    let refused = lab.root().err("ReplicateKey", json!({"KeyId": single.id, "ReplicaRegion": "eu-west-1"}));
    assert!(refused.starts_with("UnsupportedOperationException"), "{refused}");
}

#[test]
fn rotation_is_the_familys() {
    let lab = Lab::new();
    let (key, west, _) = pair(&lab);
    lab.root().ok("EnableKeyRotation", json!({"KeyId": key.id}));
    assert!(west.err("EnableKeyRotation", json!({"KeyId": key.id})).starts_with("UnsupportedOperationException"));
    assert_eq!(west.ok("GetKeyRotationStatus", json!({"KeyId": key.id}))["KeyRotationEnabled"], true);
    lab.advance_days(365);
    let current =
        |who: &As| who.ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    assert_eq!(current(&lab.root()), current(&west));
    let blob = lab.encrypt(&key, b"x", json!({}));
    assert_eq!(west.ok("Decrypt", json!({"CiphertextBlob": blob}))["Plaintext"], b64(b"x"));
}

#[test]
fn the_primary_can_move_and_takes_rotation_along() {
    let lab = Lab::new();
    let (key, west, there) = pair(&lab);
    lab.root().ok("EnableKeyRotation", json!({"KeyId": key.id}));
    lab.root().ok("UpdatePrimaryRegion", json!({"KeyId": key.id, "PrimaryRegion": "eu-west-1"}));
    let family =
        lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["MultiRegionConfiguration"].clone();
    assert_eq!(family["PrimaryKey"], json!({"Arn": there, "Region": "eu-west-1"}));
    assert_eq!(family["ReplicaKeys"], json!([{"Arn": key.arn, "Region": "us-east-1"}]));
    let before = west.ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    lab.advance_days(365);
    assert_ne!(west.ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["CurrentKeyMaterialId"], before);
}

#[test]
fn a_primary_waits_for_its_replicas_to_go() {
    let lab = Lab::new();
    let (key, west, _) = pair(&lab);
    let answer = lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id, "PendingWindowInDays": 7}));
    assert_eq!((&answer["KeyState"], answer.get("DeletionDate")), (&json!("PendingReplicaDeletion"), None));
    lab.advance_days(30);
    assert_eq!(lab.state_of(&key), "PendingReplicaDeletion");
    west.ok("ScheduleKeyDeletion", json!({"KeyId": key.id, "PendingWindowInDays": 10}));
    lab.advance_days(10);
    assert_eq!(lab.state_of(&key), "PendingDeletion");
    lab.advance_days(7);
    assert!(lab.root().err("DescribeKey", json!({"KeyId": key.id})).starts_with("NotFoundException"));
}
