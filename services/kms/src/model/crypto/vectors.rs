//! Wycheproof's vectors against the algorithms that AWS's names mean here: Verify, Decrypt with RSA, VerifyMac.

use super::pair::{Private, verified};
use crate::model::names::*;
use bastide_base::SecretBytes;
use wycheproof::{TestResult, ecdsa, mac, rsa_oaep, rsa_pkcs1_verify, rsa_pss_verify};

/// No set of vectors may come out empty.
fn some<T>(tests: Vec<T>) -> Vec<T> {
    assert!(tests.len() > 20, "only {} vectors", tests.len());
    tests
}

/// Holds an outcome against what the vectors demand.
fn holds(result: TestResult, outcome: bool, what: &str) {
    match result {
        TestResult::Valid => assert!(outcome, "{what}: valid, and refused"),
        TestResult::Invalid => assert!(!outcome, "{what}: invalid, and taken"),
        TestResult::Acceptable => {}
    }
}

#[test]
fn ecdsa_signatures() {
    use ecdsa::TestName as Set;
    for (set, spec, algorithm) in [
        (Set::EcdsaSecp256r1Sha256, KeySpec::EccNistP256, SigningAlgorithm::EcdsaSha256),
        (Set::EcdsaSecp384r1Sha384, KeySpec::EccNistP384, SigningAlgorithm::EcdsaSha384),
        (Set::EcdsaSecp521r1Sha512, KeySpec::EccNistP521, SigningAlgorithm::EcdsaSha512),
        (Set::EcdsaSecp256k1Sha256, KeySpec::EccSecgP256k1, SigningAlgorithm::EcdsaSha256),
    ] {
        let vectors = ecdsa::TestSet::load(set).unwrap();
        let tests = vectors.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)));
        for (group, test) in some(tests.collect()) {
            let message = algorithm.of_raw(&test.msg);
            let outcome = verified(spec, algorithm, &group.der, &message, &test.sig);
            holds(test.result, outcome, &format!("{set:?} {}: {}", test.tc_id, test.comment));
        }
    }
}

#[test]
fn rsa_pkcs1_signatures() {
    use rsa_pkcs1_verify::TestName as Set;
    for (set, spec, algorithm) in [
        (Set::Rsa2048Sha256, KeySpec::Rsa2048, SigningAlgorithm::RsassaPkcs1V15Sha256),
        (Set::Rsa3072Sha384, KeySpec::Rsa3072, SigningAlgorithm::RsassaPkcs1V15Sha384),
        (Set::Rsa4096Sha512, KeySpec::Rsa4096, SigningAlgorithm::RsassaPkcs1V15Sha512),
    ] {
        let vectors = rsa_pkcs1_verify::TestSet::load(set).unwrap();
        let tests = vectors.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)));
        for (group, test) in some(tests.collect()) {
            let outcome = verified(spec, algorithm, &group.der, &algorithm.of_raw(&test.msg), &test.sig);
            holds(test.result, outcome, &format!("{set:?} {}: {}", test.tc_id, test.comment));
        }
    }
}

#[test]
fn rsa_pss_signatures() {
    use rsa_pss_verify::TestName as Set;
    for (set, spec, algorithm) in [
        (Set::RsaPss2048Sha256Mgf1SaltLen32, KeySpec::Rsa2048, SigningAlgorithm::RsassaPssSha256),
        (Set::RsaPss3072Sha256Mgf1SaltLen32, KeySpec::Rsa3072, SigningAlgorithm::RsassaPssSha256),
        (Set::RsaPss4096Sha384Mgf1SaltLen48, KeySpec::Rsa4096, SigningAlgorithm::RsassaPssSha384),
        (Set::RsaPss4096Sha512Mgf1SaltLen64, KeySpec::Rsa4096, SigningAlgorithm::RsassaPssSha512),
    ] {
        let vectors = rsa_pss_verify::TestSet::load(set).unwrap();
        let tests = vectors.test_groups.iter().flat_map(|group| group.tests.iter().map(move |test| (group, test)));
        for (group, test) in some(tests.collect()) {
            let outcome = verified(spec, algorithm, &group.der, &algorithm.of_raw(&test.msg), &test.sig);
            holds(test.result, outcome, &format!("{set:?} {}: {}", test.tc_id, test.comment));
        }
    }
}

#[test]
fn rsa_oaep_decryption() {
    use rsa_oaep::TestName as Set;
    for (set, spec, algorithm) in [
        (Set::Rsa2048Sha1Mgf1Sha1, KeySpec::Rsa2048, EncryptionAlgorithm::RsaesOaepSha1),
        (Set::Rsa2048Sha256Mgf1Sha256, KeySpec::Rsa2048, EncryptionAlgorithm::RsaesOaepSha256),
        (Set::Rsa3072Sha256Mgf1Sha256, KeySpec::Rsa3072, EncryptionAlgorithm::RsaesOaepSha256),
        (Set::Rsa4096Sha256Mgf1Sha256, KeySpec::Rsa4096, EncryptionAlgorithm::RsaesOaepSha256),
    ] {
        let vectors = rsa_oaep::TestSet::load(set).unwrap();
        for group in &vectors.test_groups {
            let key = Private::parse(spec, &group.pkcs8).unwrap();
            // KMS has no labels.
            let tests = group.tests.iter().filter(|test| test.label.is_empty());
            for test in some(tests.collect()) {
                let plain = key.decrypt(algorithm, &test.ct);
                let outcome = plain.as_deref() == Some(&**test.pt);
                holds(test.result, outcome, &format!("{set:?} {}: {}", test.tc_id, test.comment));
            }
        }
    }
}

#[test]
fn macs() {
    use mac::TestName as Set;
    for (set, algorithm, bits) in [
        (Set::HmacSha224, MacAlgorithm::HmacSha224, 224),
        (Set::HmacSha256, MacAlgorithm::HmacSha256, 256),
        (Set::HmacSha384, MacAlgorithm::HmacSha384, 384),
        (Set::HmacSha512, MacAlgorithm::HmacSha512, 512),
    ] {
        let vectors = mac::TestSet::load(set).unwrap();
        // KMS's MACs are whole.
        let whole = vectors.test_groups.iter().filter(|group| group.tag_size == bits);
        for test in some(whole.flat_map(|group| &group.tests).collect()) {
            let outcome = algorithm.verify(&SecretBytes::new(test.key.to_vec()), &test.msg, &test.tag);
            holds(test.result, outcome, &format!("{set:?} {}: {}", test.tc_id, test.comment));
        }
    }
}
