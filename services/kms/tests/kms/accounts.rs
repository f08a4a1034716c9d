//! Keys used from another account: both sides must say yes.

use crate::testing::*;
use bastide_base::Seed;
use bastide_testkit::{Client, WALL};

const OTHER: &str = "444455556666";

/// Root of a second account, and a user of it with this policy.
fn other(lab: &Lab, policy: &str) -> (As, As) {
    let mut random = Seed::from_text("other").stream(9, 9);
    let mut bracket = lab.house.cloud().store().begin();
    let key =
        bastide_service_iam::found_account(bracket.tx(), OTHER.parse().unwrap(), None, WALL, &mut random).unwrap();
    bracket.commit(Vec::new()).unwrap().wait().unwrap();
    let root: Client = lab.house.client(&key.id, key.secret.expose(), None);
    root.call("iam", "CreateUser", json!({"UserName": "eve"})).unwrap();
    root.call("iam", "PutUserPolicy", json!({"UserName": "eve", "PolicyName": "p", "PolicyDocument": policy})).unwrap();
    let made = root.call("iam", "CreateAccessKey", json!({"UserName": "eve"})).unwrap();
    let text = |member: &str| made["AccessKey"][member].as_str().unwrap().to_owned();
    let eve = lab.house.client(&text("AccessKeyId"), &text("SecretAccessKey"), None);
    (As(root), As(eve))
}

fn open_to(account: &str) -> String {
    let statement = |account: &str, action: &str| json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{account}:root")}, "Action": action, "Resource": "*"});
    key_policy(&[statement(ACCOUNT, "kms:*"), statement(account, "kms:Encrypt")])
}

const MAY: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:*","Resource":"*"}]}"#;

#[test]
fn the_key_policy_and_iam_over_there_must_both_allow() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let (_, eve) = other(&lab, MAY);
    let input = json!({"KeyId": key.arn, "Plaintext": b64(b"x")});
    let denied = eve.err("Encrypt", input.clone());
    assert!(denied.contains("because no resource-based policy allows the kms:Encrypt action"), "{denied}");
    lab.root().ok("PutKeyPolicy", json!({"KeyId": key.id, "Policy": open_to(OTHER)}));
    assert_eq!(eve.ok("Encrypt", input)["KeyId"], key.arn);
    assert!(
        eve.err("Decrypt", json!({"CiphertextBlob": lab.encrypt(&key, b"x", json!({}))})).starts_with("AccessDenied")
    );
    let short = eve.err("Encrypt", json!({"KeyId": key.id, "Plaintext": b64(b"x")}));
    assert!(short.starts_with("NotFoundException"), "an id is one of the caller's account: {short}");
}

#[test]
fn iam_over_there_alone_can_refuse() {
    let lab = Lab::new();
    let key = lab.key(json!({"Policy": open_to(OTHER)}));
    let (_, eve) = other(&lab, NOTHING);
    let denied = eve.err("Encrypt", json!({"KeyId": key.arn, "Plaintext": b64(b"x")}));
    assert!(denied.contains("because no identity-based policy allows the kms:Encrypt action"), "{denied}");
}

#[test]
fn whether_a_key_exists_is_not_told_to_other_accounts() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let (_, eve) = other(&lab, MAY);
    let missing = "11111111-1111-4111-8111-111111111111";
    let arn = |id: &str| format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}");
    let words = |id: &str| eve.err("DescribeKey", json!({"KeyId": arn(id)})).replace(id, "ID");
    assert_eq!(words(&key.id), words(missing));
}

#[test]
fn what_an_alias_names_is_not_told_to_other_accounts() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    lab.root().ok("CreateAlias", json!({"AliasName": "alias/there", "TargetKeyId": key.id}));
    let (_, eve) = other(&lab, MAY);
    let words = |name: &str| {
        let arn = format!("arn:aws:kms:us-east-1:{ACCOUNT}:alias/{name}");
        eve.err("DescribeKey", json!({"KeyId": arn})).replace(name, "NAME")
    };
    assert_eq!(words("there"), words("none"));
}

#[test]
fn listing_aliases_tells_nothing_of_other_accounts_keys() {
    let lab = Lab::new();
    let key = lab.key(json!({}));
    let (root, _) = other(&lab, MAY);
    let missing = "11111111-1111-4111-8111-111111111111";
    let arn = |id: &str| format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}");
    let words = |id: &str| root.err("ListAliases", json!({"KeyId": arn(id)})).replace(id, "ID");
    assert_eq!(words(&key.id), words(missing));
}

/// What the API Reference keeps to the key's own account, whatever the key policy says ("Cross-account use: No").
const OWNERS: [&str; 22] = [
    "CancelKeyDeletion",
    "CreateAlias",
    "DeleteImportedKeyMaterial",
    "DisableKey",
    "DisableKeyRotation",
    "EnableKey",
    "EnableKeyRotation",
    "GetKeyPolicy",
    "GetParametersForImport",
    "ImportKeyMaterial",
    "ListKeyPolicies",
    "ListKeyRotations",
    "ListResourceTags",
    "PutKeyPolicy",
    "ReplicateKey",
    "RotateKeyOnDemand",
    "ScheduleKeyDeletion",
    "TagResource",
    "UntagResource",
    "UpdateAlias",
    "UpdateKeyDescription",
    "UpdatePrimaryRegion",
];

#[test]
fn a_key_policy_cannot_give_management_away_nor_does_the_refusal_tell_of_the_key() {
    let lab = Lab::new();
    let everything = |principal: String| json!({"Effect": "Allow", "Principal": {"AWS": principal}, "Action": "kms:*", "Resource": "*"});
    let (root, eve) = other(&lab, MAY);
    let policy = key_policy(&[
        everything(format!("arn:aws:iam::{ACCOUNT}:root")),
        everything(format!("arn:aws:iam::{OTHER}:root")),
        everything(format!("arn:aws:iam::{OTHER}:user/eve")),
    ]);
    let key = lab.key(json!({"Policy": policy, "MultiRegion": true, "Tags": [{"TagKey": "a", "TagValue": "b"}]}));
    let missing = "mrk-11111111111141118111111111111111";
    let before = lab.house.state_hash();
    let inputs = super::denied::inputs();
    for operation in OWNERS {
        let (_, input) = inputs.iter().find(|(name, _)| *name == operation).unwrap();
        for who in [&root, &eve] {
            let words = |id: &str| {
                let arn = format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}");
                let named = MadeKey { id: arn.clone(), arn };
                who.err(operation, super::denied::about(input, &named, &json!(""), &json!(""))).replace(id, "ID")
            };
            let refused = words(&key.id);
            let end = format!(
                "is not authorized to perform: kms:{operation} on resource: arn:aws:kms:us-east-1:{ACCOUNT}:key/ID because no \
                resource-based policy allows the kms:{operation} action"
            );
            assert!(refused.starts_with("AccessDeniedException: User: ") && refused.ends_with(&end), "{refused}");
            assert_eq!(refused, words(missing), "{operation}");
        }
    }
    assert_eq!(lab.house.state_hash(), before);
    for operation in ["DescribeKey", "GetKeyRotationStatus", "ListGrants"] {
        eve.ok(operation, json!({"KeyId": key.arn}));
    }
    eve.ok("Encrypt", json!({"KeyId": key.arn, "Plaintext": b64(b"x")}));
}

#[test]
fn management_is_the_owners() {
    let lab = Lab::new();
    let key = lab.key(json!({"Policy": open_to(OTHER)}));
    let (root, _) = other(&lab, MAY);
    for operation in ["DisableKey", "ScheduleKeyDeletion", "GetKeyPolicy"] {
        assert!(root.err(operation, json!({"KeyId": key.arn})).starts_with("AccessDeniedException"));
    }
    assert_eq!(lab.state_of(&key), "Enabled");
}
