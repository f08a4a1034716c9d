//! The Wycheproof vectors that cannot go through KMS's own functions: those of ML-DSA, AES-GCM, AES key wrap and ECDH, and
//! those that are right under other parameters than KMS's. (Signatures, RSA OAEP and MACs under its own parameters go through
//! its functions, beside these.)
//!
//! Here the vectors go to the library, with exactly the algorithms, encodings and calls that KMS has for them. That proves
//! the library and the choice of its parameters (salt length, label, context, curve, encoding, padding), not KMS's own
//! plumbing: that is what the tests beside the operations are for.
//!
//! A vector's verdict is `valid`, `invalid`, or `acceptable`: right, but open to refusal. What becomes of the acceptable ones
//! is stated where they occur.

use std::collections::BTreeSet;

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::agreement::{self, ParsedPublicKey, ParsedPublicKeyFormat};
use aws_lc_rs::digest::{self, digest};
use aws_lc_rs::hmac;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{self, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use aws_lc_rs::signature::{self as sig, UnparsedPublicKey};
use wycheproof::TestResult::{self, Acceptable, Valid};

/// Compares what we found with the verdicts, and at the end wants to have seen both.
#[derive(Default)]
struct Tally {
    accepted: usize,
    refused: usize,
    wrong: Vec<String>,
}

impl Tally {
    fn see(&mut self, what: &str, id: usize, expected: bool, found: bool) {
        match found {
            true => self.accepted += 1,
            false => self.refused += 1,
        }
        if found != expected {
            self.wrong.push(format!("{what}, vector {id}: accepted is {found}"));
        }
    }

    fn end(self) {
        assert!(self.wrong.is_empty(), "{} wrong: {:#?}", self.wrong.len(), self.wrong);
        assert!(self.accepted > 10 && self.refused > 10, "{} accepted, {} refused", self.accepted, self.refused);
    }
}

/// For sets in which nothing is acceptable.
fn plain(result: TestResult) -> bool {
    assert_ne!(result, Acceptable, "an acceptable vector where there was none: say what becomes of it");
    result == Valid
}

/// What a lenient verifier takes, and a strict one with KMS's parameters does not: one form of each is enough.
#[test]
fn other_forms_are_refused() {
    use wycheproof::{mac, rsa_oaep, rsa_pkcs1_verify, rsa_pss_verify};
    let mut seen = 0;
    // A DigestInfo without its NULL, the only acceptable vector of these sets: RFC 8017 lets a verifier tolerate it, the
    // library does not, and KMS makes no such signature.
    use rsa_pkcs1_verify::TestName as Pkcs1;
    for (name, verifying, hash) in [
        (Pkcs1::Rsa2048Sha256, &sig::RSA_PKCS1_2048_8192_SHA256, &digest::SHA256),
        (Pkcs1::Rsa2048Sha384, &sig::RSA_PKCS1_2048_8192_SHA384, &digest::SHA384),
        (Pkcs1::Rsa2048Sha512, &sig::RSA_PKCS1_2048_8192_SHA512, &digest::SHA512),
    ] {
        for group in rsa_pkcs1_verify::TestSet::load(name).unwrap().test_groups {
            let key = UnparsedPublicKey::new(verifying, &group.der);
            for test in group.tests.iter().filter(|test| test.result == Acceptable) {
                assert_eq!(test.flags, [rsa_pkcs1_verify::TestFlag::MissingNull]);
                assert!(key.verify_digest(&digest(hash, &test.msg), &test.sig).is_err(), "{name:?} {}", test.tc_id);
                seen += 1;
            }
        }
    }
    assert_eq!(seen, 3);
    // PSS with a salt that is not as long as the hash.
    use rsa_pss_verify::TestName as Pss;
    for (name, verifying, hash) in [
        (Pss::RsaPss2048Sha256Mgf1SaltLen0, &sig::RSA_PSS_2048_8192_SHA256, &digest::SHA256),
        (Pss::RsaPss4096Sha512Mgf1SaltLen32, &sig::RSA_PSS_2048_8192_SHA512, &digest::SHA512),
    ] {
        for group in rsa_pss_verify::TestSet::load(name).unwrap().test_groups {
            let key = UnparsedPublicKey::new(verifying, &group.der);
            for test in group.tests.iter().filter(|test| plain(test.result)) {
                assert!(key.verify_digest(&digest(hash, &test.msg), &test.sig).is_err(), "{name:?} {}", test.tc_id);
                seen += 1;
            }
        }
    }
    assert!(seen > 100, "{seen}");
    // OAEP with a label.
    seen = 0;
    for group in rsa_oaep::TestSet::load(rsa_oaep::TestName::Rsa2048Sha256Mgf1Sha256).unwrap().test_groups {
        let key = OaepPrivateDecryptingKey::new(PrivateDecryptingKey::from_pkcs8(&group.pkcs8).unwrap()).unwrap();
        for test in group.tests.iter().filter(|test| plain(test.result) && !test.label.is_empty()) {
            let mut out = vec![0; key.min_output_size()];
            let opened = key.decrypt(&rsa::OAEP_SHA256_MGF1SHA256, &test.ct, &mut out, None);
            assert!(opened.is_err(), "vector {}", test.tc_id);
            seen += 1;
        }
    }
    assert!(seen > 2, "{seen}");
    // The right beginning of a MAC.
    seen = 0;
    for group in mac::TestSet::load(mac::TestName::HmacSha256).unwrap().test_groups {
        for test in group.tests.iter().filter(|test| plain(test.result) && test.tag.len() < 32) {
            let key = hmac::Key::new(hmac::HMAC_SHA256, &test.key);
            assert!(hmac::verify(&key, &test.msg, &test.tag).is_err(), "vector {}", test.tc_id);
            assert!(hmac::sign(&key, &test.msg).as_ref().starts_with(&test.tag), "vector {}", test.tc_id);
            seen += 1;
        }
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn ml_dsa() {
    use wycheproof::mldsa_verify::{TestName, TestSet};
    let sets = [
        (TestName::MlDsa44Verify, &sig::ML_DSA_44),
        (TestName::MlDsa65Verify, &sig::ML_DSA_65),
        (TestName::MlDsa87Verify, &sig::ML_DSA_87),
    ];
    let mut tally = Tally::default();
    for (name, verifying) in sets {
        for group in TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                // KMS signs without a context, so a signature in one is not valid to it.
                let without = test.ctx.as_ref().is_none_or(|context| context.is_empty());
                let valid = UnparsedPublicKey::new(verifying, &group.pubkey).verify(&test.msg, &test.sig).is_ok();
                tally.see(&format!("{name:?}"), test.tc_id, plain(test.result) && without, valid);
            }
        }
    }
    tally.end();
}

#[test]
fn aes_gcm() {
    use wycheproof::aead::{TestName, TestSet};
    let mut tally = Tally::default();
    // KMS has 256-bit keys, nonces of 96 bits and tags of 128.
    let ours = |group: &wycheproof::aead::TestGroup| {
        (group.key_size, group.nonce_size, group.tag_size) == (256, NONCE_LEN * 8, AES_256_GCM.tag_len() * 8)
    };
    for group in TestSet::load(TestName::AesGcm).unwrap().test_groups.into_iter().filter(ours) {
        for test in &group.tests {
            let key = LessSafeKey::new(UnboundKey::new(&AES_256_GCM, &test.key).unwrap());
            let nonce = || Nonce::try_assume_unique_for_key(&test.nonce).unwrap();
            let mut opened = [test.ct.as_slice(), &test.tag].concat();
            let open = key.open_in_place(nonce(), Aad::from(test.aad.as_slice()), &mut opened);
            tally.see("open", test.tc_id, plain(test.result), open.is_ok());
            if let Ok(plaintext) = open {
                assert_eq!(plaintext, test.pt.as_slice(), "vector {}", test.tc_id);
                let mut sealed = test.pt.to_vec();
                key.seal_in_place_append_tag(nonce(), Aad::from(test.aad.as_slice()), &mut sealed).unwrap();
                assert_eq!(sealed, [test.ct.as_slice(), &test.tag].concat(), "vector {}", test.tc_id);
            }
        }
    }
    tally.end();
}

#[test]
fn aes_key_wrap_with_padding() {
    use wycheproof::keywrap::{TestName, TestSet};
    let mut tally = Tally::default();
    let groups = TestSet::load(TestName::AesKeyWrapWithPadding).unwrap().test_groups;
    // KMS's wrapping key is of 256 bits.
    for group in groups.into_iter().filter(|group| group.key_size == 256) {
        for test in &group.tests {
            let key = AesKek::new(&AES_256, &test.key).unwrap();
            let mut out = vec![0; test.ct.len()];
            let unwrapped = key.unwrap_with_padding(&test.ct, &mut out);
            tally.see("unwrap", test.tc_id, plain(test.result), unwrapped.is_ok());
            if let Ok(material) = unwrapped {
                assert_eq!(material, test.pt.as_slice(), "vector {}", test.tc_id);
            }
        }
    }
    tally.end();
}

/// PKCS#8 of a private number on a named curve: the form in which KMS keeps it.
fn pkcs8(curve: &[u8], length: usize, number: &[u8]) -> Vec<u8> {
    // All of it stays below 128 bytes, so that every length is one byte.
    let der = |tag: u8, parts: &[&[u8]]| {
        let content = parts.concat();
        [&[tag, u8::try_from(content.len()).unwrap()], content.as_slice()].concat()
    };
    let significant = &number[number.len().saturating_sub(length)..];
    let padded = [vec![0; length - significant.len()].as_slice(), significant].concat();
    let private = der(0x30, &[&[2, 1, 1], &der(4, &[&padded])]);
    let ec_public_key = der(6, &[&[0x2A, 0x86, 0x48, 0xCE, 0x3D, 2, 1]]);
    der(0x30, &[&[2, 1, 0], &der(0x30, &[&ec_public_key, &der(6, &[curve])]), &der(4, &[&private])])
}

#[test]
fn ecdh() {
    use wycheproof::ecdh::{TestFlag, TestName, TestSet};
    let sets: [(_, _, &[u8], _); 3] = [
        (TestName::EcdhSecp256r1, &agreement::ECDH_P256, &[0x2A, 0x86, 0x48, 0xCE, 0x3D, 3, 1, 7], 32),
        (TestName::EcdhSecp384r1, &agreement::ECDH_P384, &[0x2B, 0x81, 4, 0, 0x22], 48),
        (TestName::EcdhSecp521r1, &agreement::ECDH_P521, &[0x2B, 0x81, 4, 0, 0x23], 66),
    ];
    let mut tally = Tally::default();
    // What becomes of the acceptable ones, by their first flag.
    let mut agreed = BTreeSet::new();
    for (name, algorithm, curve, length) in sets {
        for group in TestSet::load(name).unwrap().test_groups {
            for test in &group.tests {
                let own = pkcs8(curve, length, &test.private_key);
                let own = agreement::PrivateKey::from_private_key_der(algorithm, &own).unwrap();
                let peer = ParsedPublicKey::try_from(agreement::UnparsedPublicKey::new(algorithm, &*test.public_key))
                    .ok()
                    .filter(|peer| peer.format() == ParsedPublicKeyFormat::X509 && peer.alg() == algorithm);
                let secret = peer.and_then(|peer| agreement::agree(&own, peer, (), |secret| Ok(secret.to_vec())).ok());
                if let Some(secret) = &secret {
                    assert_eq!(secret, &*test.shared_secret, "{name:?}, vector {}", test.tc_id);
                }
                if test.result == Acceptable {
                    agreed.insert((format!("{:?}", test.flags[0]), secret.is_some()));
                    continue;
                }
                // One of the invalid ones is taken: a curve that is spelt out and is the named one, but has no cofactor. The
                // standard lets that be left out (SEC 1, C.2), and the secret is the right one (above).
                let expected = test.result == Valid || test.flags[0] == TestFlag::NoCofactor;
                tally.see(&format!("{name:?}"), test.tc_id, expected, secret.is_some());
            }
        }
    }
    let agreed: Vec<_> = agreed.iter().map(|(flag, agrees)| (flag.as_str(), *agrees)).collect();
    // The library takes a compressed point and a curve spelt out without its cofactor, whose parameters are the named
    // curve's. It refuses curves spelt out with any other parameter. Of keys in slightly wrong DER it reads some; the point
    // is then checked as ever, and the secret is the right one (above).
    let expected = [
        ("CompressedPublic", true),
        ("InvalidAsn", false),
        ("InvalidAsn", true),
        ("ModifiedCofactor", false),
        ("ModifiedCurveParameter", false),
        ("ModifiedGenerator", false),
        ("NoCofactor", true),
        ("WrongOrder", false),
    ];
    assert_eq!(agreed, expected);
    tally.end();
}
