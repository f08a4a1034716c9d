//! Answers that AWS gave, where they are about the form of a request. Others stand beside the operations they are about.

use crate::testing::*;

const ONE: &str = "ValidationException: 1 validation error detected: Value";

#[test]
fn tags_have_lengths() {
    let lab = Lab::new();
    let (key, value) = ("a".repeat(129), "v".repeat(257));
    assert_eq!(
        lab.root().err("CreateKey", json!({"Tags": [{"TagKey": key, "TagValue": "x"}]})),
        format!(
            "{ONE} '{key}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member must have length less than or equal to 128"
        )
    );
    let made = lab.key(json!({}));
    let input = json!({"KeyId": made.id, "Tags": [{"TagKey": "k", "TagValue": value}]});
    assert_eq!(
        lab.root().err("TagResource", input),
        format!(
            "{ONE} '{value}' at 'tags.1.member.tagValue' failed to satisfy constraint: Member must have length less than or equal to 256"
        )
    );
}

#[test]
fn algorithms_are_among_those_there_are() {
    let lab = Lab::new();
    let agreeing = lab.key(json!({"KeySpec": "ECC_NIST_P256", "KeyUsage": "KEY_AGREEMENT"}));
    let input = json!({"KeyId": agreeing.id, "KeyAgreementAlgorithm": "INVALID", "PublicKey": b64(b"x")});
    assert_eq!(
        lab.root().err("DeriveSharedSecret", input),
        format!(
            "{ONE} 'INVALID' at 'keyAgreementAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: [ECDH]"
        )
    );
    let mac = lab.key(json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}));
    let input = json!({"KeyId": mac.id, "Message": b64(b"x"), "MacAlgorithm": "INVALID"});
    assert_eq!(
        lab.root().err("GenerateMac", input),
        format!(
            "{ONE} 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must satisfy enum value set: \
             [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]"
        )
    );
}

#[test]
fn an_imported_key_looks_so_before_and_after() {
    let lab = Lab::new();
    let key = lab.key(json!({"Origin": "EXTERNAL", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
    let mut shown = lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"].clone();
    shown.as_object_mut().unwrap().remove("CreationDate");
    let expected = json!({
        "AWSAccountId": ACCOUNT, "Arn": key.arn, "CustomerMasterKeySpec": "ECC_NIST_P256", "Description": "", "Enabled": false,
        "KeyId": key.id, "KeyManager": "CUSTOMER", "KeySpec": "ECC_NIST_P256", "KeyState": "PendingImport",
        "KeyUsage": "SIGN_VERIFY", "MultiRegion": false, "Origin": "EXTERNAL", "SigningAlgorithms": ["ECDSA_SHA_256"],
    });
    assert_eq!(shown, expected);
}
