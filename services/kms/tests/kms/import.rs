//! Imported key material: wrapped as a customer wraps it, with the crypto library's other half.

use crate::testing::*;
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{OAEP_SHA1_MGF1SHA1, OAEP_SHA256_MGF1SHA256, OaepPublicEncryptingKey, PublicEncryptingKey};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair};

fn oaep(public: &[u8], algorithm: &str, plain: &[u8]) -> Vec<u8> {
    let key = OaepPublicEncryptingKey::new(PublicEncryptingKey::from_der(public).unwrap()).unwrap();
    let mut out = vec![0; key.ciphertext_size()];
    let hash = if algorithm.ends_with("SHA_1") { &OAEP_SHA1_MGF1SHA1 } else { &OAEP_SHA256_MGF1SHA256 };
    let length = key.encrypt(hash, plain, &mut out, None).unwrap().len();
    out.truncate(length);
    out
}

fn wrap(public: &[u8], algorithm: &str, material: &[u8]) -> Vec<u8> {
    if !algorithm.starts_with("RSA_AES_KEY_WRAP") {
        return oaep(public, algorithm, material);
    }
    let aes = [3; 32];
    let mut wrapped = vec![0; material.len() + 16];
    let length = AesKek::new(&AES_256, &aes).unwrap().wrap_with_padding(material, &mut wrapped).unwrap().len();
    wrapped.truncate(length);
    [oaep(public, algorithm, &aes), wrapped].concat()
}

/// The input of ImportKeyMaterial for this material.
pub fn input(lab: &Lab, key: &MadeKey, algorithm: &str, material: &[u8]) -> Json {
    let asked = json!({"KeyId": key.id, "WrappingAlgorithm": algorithm, "WrappingKeySpec": "RSA_2048"});
    let parameters = lab.root().ok("GetParametersForImport", asked);
    let wrapped = wrap(&unb64(&parameters["PublicKey"]), algorithm, material);
    json!({"KeyId": key.id, "ImportToken": parameters["ImportToken"], "EncryptedKeyMaterial": b64(&wrapped),
        "ExpirationModel": "KEY_MATERIAL_DOES_NOT_EXPIRE"})
}

fn external(lab: &Lab) -> MadeKey {
    lab.key(json!({"Origin": "EXTERNAL"}))
}

#[test]
fn material_comes_in_by_every_wrapping_and_works() {
    let lab = Lab::new();
    for algorithm in ["RSAES_OAEP_SHA_1", "RSAES_OAEP_SHA_256", "RSA_AES_KEY_WRAP_SHA_1", "RSA_AES_KEY_WRAP_SHA_256"] {
        let key = external(&lab);
        assert_eq!(lab.state_of(&key), "PendingImport");
        let answer = lab.root().ok("ImportKeyMaterial", input(&lab, &key, algorithm, &[5; 32]));
        assert_eq!(answer["KeyId"], key.arn);
        let shown = lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"].clone();
        assert_eq!(
            (&shown["KeyState"], &shown["ExpirationModel"]),
            (&json!("Enabled"), &json!("KEY_MATERIAL_DOES_NOT_EXPIRE"))
        );
        assert_eq!(shown["CurrentKeyMaterialId"], answer["KeyMaterialId"]);
        let blob = lab.encrypt(&key, b"x", json!({}));
        assert_eq!(lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}))["Plaintext"], b64(b"x"));
    }
}

#[test]
fn pairs_and_mac_keys_come_in_and_are_the_customers() {
    let lab = Lab::new();
    let pair = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).unwrap();
    let ecc = lab.key(json!({"Origin": "EXTERNAL", "KeySpec": "ECC_NIST_P256", "KeyUsage": "SIGN_VERIFY"}));
    lab.root().ok("ImportKeyMaterial", input(&lab, &ecc, "RSAES_OAEP_SHA_256", pair.to_pkcs8v1().unwrap().as_ref()));
    let own: EcdsaKeyPair = pair;
    let rng = aws_lc_rs::rand::SystemRandom::new();
    let signature = own.sign(&rng, b"outside").unwrap();
    let verified = lab.root().ok(
        "Verify",
        json!({"KeyId": ecc.id, "Message": b64(b"outside"), "Signature": b64(signature.as_ref()), "SigningAlgorithm": "ECDSA_SHA_256"}),
    );
    assert_eq!(verified["SignatureValid"], true);
    let rsa = aws_lc_rs::rsa::KeyPair::generate(aws_lc_rs::rsa::KeySize::Rsa2048).unwrap();
    let der: Pkcs8V1Der<'_> = rsa.as_der().unwrap();
    let key = lab.key(json!({"Origin": "EXTERNAL", "KeySpec": "RSA_2048", "KeyUsage": "SIGN_VERIFY"}));
    lab.root().ok("ImportKeyMaterial", input(&lab, &key, "RSA_AES_KEY_WRAP_SHA_256", der.as_ref()));
    assert_eq!(lab.state_of(&key), "Enabled");
    let mac = lab.key(json!({"Origin": "EXTERNAL", "KeySpec": "HMAC_384", "KeyUsage": "GENERATE_VERIFY_MAC"}));
    lab.root().ok("ImportKeyMaterial", input(&lab, &mac, "RSAES_OAEP_SHA_256", &[7; 48]));
    let made =
        lab.root().ok("GenerateMac", json!({"KeyId": mac.id, "Message": b64(b"m"), "MacAlgorithm": "HMAC_SHA_384"}));
    let expected = aws_lc_rs::hmac::sign(&aws_lc_rs::hmac::Key::new(aws_lc_rs::hmac::HMAC_SHA384, &[7; 48]), b"m");
    assert_eq!(made["Mac"], b64(expected.as_ref()));
}

#[test]
fn deleted_material_comes_back_only_as_it_was() {
    let lab = Lab::new();
    let key = external(&lab);
    lab.root().ok("ImportKeyMaterial", input(&lab, &key, "RSAES_OAEP_SHA_256", &[5; 32]));
    let blob = lab.encrypt(&key, b"x", json!({}));
    lab.root().ok("DeleteImportedKeyMaterial", json!({"KeyId": key.id}));
    assert_eq!(lab.state_of(&key), "PendingImport");
    let pending = format!("KMSInvalidStateException: {} is pending import.", key.arn);
    assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": blob})), pending);
    lab.root().ok("DeleteImportedKeyMaterial", json!({"KeyId": key.id}));
    let other = lab.root().err("ImportKeyMaterial", input(&lab, &key, "RSAES_OAEP_SHA_256", &[6; 32]));
    assert!(other.starts_with("IncorrectKeyMaterialException"), "{other}");
    lab.root().ok("ImportKeyMaterial", input(&lab, &key, "RSAES_OAEP_SHA_256", &[5; 32]));
    assert_eq!(lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}))["Plaintext"], b64(b"x"));
}

#[test]
fn material_expires_by_the_clock() {
    let lab = Lab::new();
    let key = external(&lab);
    let at = |days: i64| bastide_testkit::WALL.plus_secs(days * 86_400).secs();
    let mut import = input(&lab, &key, "RSAES_OAEP_SHA_256", &[5; 32]);
    import["ExpirationModel"] = json!("KEY_MATERIAL_EXPIRES");
    assert_eq!(
        lab.root().err("ImportKeyMaterial", import.clone()),
        "ValidationException: A validTo date must be set if the ExpirationModel is KEY_MATERIAL_EXPIRES"
    );
    import["ValidTo"] = json!(at(366));
    assert!(lab.root().err("ImportKeyMaterial", import.clone()).starts_with("ValidationException"));
    import["ValidTo"] = json!(at(10));
    lab.root().ok("ImportKeyMaterial", import);
    let shown = lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"].clone();
    assert_eq!(shown["ExpirationModel"], "KEY_MATERIAL_EXPIRES");
    lab.advance_days(9);
    assert_eq!(lab.state_of(&key), "Enabled");
    lab.advance_days(1);
    assert_eq!(lab.state_of(&key), "PendingImport");
}

#[test]
fn parameters_are_for_their_key_and_for_a_day() {
    let lab = Lab::new();
    let (key, other) = (external(&lab), external(&lab));
    let mut import = input(&lab, &key, "RSAES_OAEP_SHA_256", &[5; 32]);
    let late = import.clone();
    import["KeyId"] = json!(other.id);
    assert!(lab.root().err("ImportKeyMaterial", import.clone()).starts_with("InvalidImportTokenException"));
    import["KeyId"] = json!(key.id);
    import["EncryptedKeyMaterial"] = json!(b64(&[1; 256]));
    assert_eq!(lab.root().err("ImportKeyMaterial", import), "InvalidCiphertextException: ");
    let short = input(&lab, &key, "RSAES_OAEP_SHA_256", &[5; 31]);
    assert!(lab.root().err("ImportKeyMaterial", short).starts_with("IncorrectKeyMaterialException"));
    lab.advance_days(1);
    assert!(lab.root().err("ImportKeyMaterial", late).starts_with("ExpiredImportTokenException"));
    let made_here = lab.key(json!({}));
    let asked =
        json!({"KeyId": made_here.id, "WrappingAlgorithm": "RSAES_OAEP_SHA_256", "WrappingKeySpec": "RSA_2048"});
    assert_eq!(
        lab.root().err("GetParametersForImport", asked),
        format!(
            "UnsupportedOperationException: {} origin is AWS_KMS which is not valid for this operation.",
            made_here.arn
        )
    );
}

#[test]
fn new_material_waits_for_its_rotation() {
    let lab = Lab::new();
    let key = external(&lab);
    let new = |byte: u8| {
        let mut import = input(&lab, &key, "RSAES_OAEP_SHA_256", &[byte; 32]);
        import["ImportType"] = json!("NEW_KEY_MATERIAL");
        import
    };
    let first = lab.root().ok("ImportKeyMaterial", new(1))["KeyMaterialId"].clone();
    let blob = lab.encrypt(&key, b"old", json!({}));
    assert_eq!(
        lab.root().err("RotateKeyOnDemand", json!({"KeyId": key.id})),
        format!("KMSInvalidStateException: No available key material pending rotation for the key: {}.", key.arn)
    );
    let second = lab.root().ok("ImportKeyMaterial", new(2))["KeyMaterialId"].clone();
    let third = lab.root().err("ImportKeyMaterial", new(3));
    assert!(third.starts_with("KMSInvalidStateException: New key material (id: "), "{third}");
    assert!(third.contains(second.as_str().unwrap()) && third.ends_with("is pending rotation."), "{third}");
    let current =
        || lab.root().ok("DescribeKey", json!({"KeyId": key.id}))["KeyMetadata"]["CurrentKeyMaterialId"].clone();
    assert_eq!(current(), first);
    lab.root().ok("RotateKeyOnDemand", json!({"KeyId": key.id}));
    assert_eq!(current(), second);
    assert_eq!(lab.root().ok("Decrypt", json!({"CiphertextBlob": blob}))["KeyMaterialId"], first);
}
