//! Nobody does anything without permission: every operation, with input that would go well for root.

use crate::testing::*;

const KEY: &str = "KEY";

/// An input for every operation of KMS; `KEY` stands for a key's id, `BLOB` for a ciphertext under it.
pub fn inputs() -> Vec<(&'static str, Json)> {
    let text = b64(b"x");
    let key = json!({"KeyId": KEY});
    let with = |more: Json| {
        let mut input = key.clone();
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    let grantee = format!("arn:aws:iam::{ACCOUNT}:user/nobody");
    let digest = |more: Json| {
        let mut input = with(json!({"Message": text, "MessageType": "RAW", "SigningAlgorithm": "ECDSA_SHA_256"}));
        input.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        input
    };
    vec![
        ("CancelKeyDeletion", key.clone()),
        ("CreateAlias", json!({"AliasName": "alias/new", "TargetKeyId": KEY})),
        ("CreateGrant", with(json!({"GranteePrincipal": grantee, "Operations": ["DescribeKey"]}))),
        ("CreateKey", json!({})),
        ("Decrypt", json!({"CiphertextBlob": "BLOB"})),
        ("DeleteAlias", json!({"AliasName": "alias/there"})),
        ("DeleteImportedKeyMaterial", key.clone()),
        ("DeriveSharedSecret", with(json!({"KeyAgreementAlgorithm": "ECDH", "PublicKey": text}))),
        ("DescribeKey", key.clone()),
        ("DisableKey", key.clone()),
        ("DisableKeyRotation", key.clone()),
        ("EnableKey", key.clone()),
        ("EnableKeyRotation", key.clone()),
        ("Encrypt", with(json!({"Plaintext": text}))),
        ("GenerateDataKey", with(json!({"KeySpec": "AES_256"}))),
        ("GenerateDataKeyPair", with(json!({"KeyPairSpec": "ECC_NIST_P256"}))),
        ("GenerateDataKeyPairWithoutPlaintext", with(json!({"KeyPairSpec": "ECC_NIST_P256"}))),
        ("GenerateDataKeyWithoutPlaintext", key.clone()),
        ("GenerateMac", with(json!({"Message": text, "MacAlgorithm": "HMAC_SHA_256"}))),
        ("GenerateRandom", json!({"NumberOfBytes": 8})),
        ("GetKeyPolicy", key.clone()),
        ("GetKeyRotationStatus", key.clone()),
        (
            "GetParametersForImport",
            with(json!({"WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"})),
        ),
        ("GetPublicKey", key.clone()),
        ("ImportKeyMaterial", with(json!({"ImportToken": text, "EncryptedKeyMaterial": text}))),
        ("ListAliases", json!({})),
        ("ListGrants", key.clone()),
        ("ListKeyPolicies", key.clone()),
        ("ListKeyRotations", key.clone()),
        ("ListKeys", json!({})),
        ("ListResourceTags", key.clone()),
        ("ListRetirableGrants", json!({"RetiringPrincipal": grantee})),
        (
            "PutKeyPolicy",
            with(json!({"Policy": key_policy(&[json!({"Effect": "Allow",
            "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}, "Action": "kms:*", "Resource": "*"})])})),
        ),
        ("ReEncrypt", json!({"CiphertextBlob": "BLOB", "DestinationKeyId": KEY})),
        ("ReplicateKey", with(json!({"ReplicaRegion": "eu-west-1"}))),
        ("RetireGrant", with(json!({"GrantId": "GRANT"}))),
        ("RevokeGrant", with(json!({"GrantId": "GRANT"}))),
        ("RotateKeyOnDemand", key.clone()),
        ("ScheduleKeyDeletion", key.clone()),
        ("Sign", digest(json!({}))),
        ("TagResource", with(json!({"Tags": [{"TagKey": "a", "TagValue": "b"}]}))),
        ("UntagResource", with(json!({"TagKeys": ["a"]}))),
        ("UpdateAlias", json!({"AliasName": "alias/there", "TargetKeyId": KEY})),
        ("UpdateKeyDescription", with(json!({"Description": "x"}))),
        ("UpdatePrimaryRegion", with(json!({"PrimaryRegion": "eu-west-1"}))),
        ("Verify", digest(json!({"Signature": text}))),
        ("VerifyMac", with(json!({"Message": text, "MacAlgorithm": "HMAC_SHA_256", "Mac": text}))),
    ]
}

/// The input, about this key.
pub fn about(input: &Json, key: &MadeKey, blob: &Json, grant: &Json) -> Json {
    let text = input.to_string().replace("\"KEY\"", &json!(key.id).to_string()).replace("\"BLOB\"", &blob.to_string());
    serde_json::from_str(&text.replace("\"GRANT\"", &grant.to_string())).unwrap()
}

#[test]
fn every_operation_is_denied_to_whom_nothing_is_allowed_and_changes_nothing() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let blob = lab.encrypt(&key, b"x", json!({}));
    lab.root().ok("CreateAlias", json!({"AliasName": "alias/there", "TargetKeyId": key.id}));
    let carol = format!("arn:aws:iam::{ACCOUNT}:user/carol");
    let grant = lab.root().ok(
        "CreateGrant",
        json!({"KeyId": key.id, "GranteePrincipal": carol, "Operations": ["Encrypt", "RetireGrant"]}),
    )["GrantId"]
        .clone();
    let nobody = lab.user("nobody", NOTHING);
    let before = lab.house.state_hash();
    for (operation, input) in inputs() {
        let refused = nobody.err(operation, about(&input, &key, &blob, &grant));
        let action = if operation == "ReEncrypt" { "ReEncryptFrom" } else { operation };
        let sentence = format!(
            "AccessDeniedException: User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: kms:{action} on resource: "
        );
        assert!(refused.starts_with(&sentence), "{operation}: {refused}");
        assert!(
            refused.ends_with(&format!("because no identity-based policy allows the kms:{action} action")),
            "{refused}"
        );
        assert_eq!(lab.house.state_hash(), before, "{operation} changed the state");
    }
}

#[test]
fn no_operation_is_forgotten_here() {
    let lab = Lab::new();
    let kms = lab.house.cloud().services().find(|service| service.name == "kms").unwrap();
    let mut known: Vec<&str> = kms.ops.iter().map(|op| op.name).collect();
    known.sort_unstable();
    let mut listed: Vec<&str> = inputs().into_iter().map(|(operation, _)| operation).collect();
    listed.sort_unstable();
    assert_eq!(listed, known);
}
