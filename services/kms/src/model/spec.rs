//! What each key spec is for and what it can do: one table, from "Key spec reference" of the Developer Guide.

use crate::fault;
use crate::model::names::*;
use EncryptionAlgorithm::{RsaesOaepSha1, RsaesOaepSha256};
use KeySpec::*;
use KeyUsage::*;
use SigningAlgorithm::*;
use bastide_kernel::Fault;

/// What a key is made of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// AES-256.
    Symmetric,
    /// With its length in bytes, which is that of the hash.
    Hmac(usize),
    /// With its modulus in bits.
    Rsa(usize),
    Ecc,
    MlDsa,
}

/// A key spec and everything that follows from it.
pub struct Spec {
    pub spec: KeySpec,
    pub kind: Kind,
    pub usages: &'static [KeyUsage],
    pub encryption: &'static [EncryptionAlgorithm],
    pub signing: &'static [SigningAlgorithm],
    pub mac: &'static [MacAlgorithm],
}

const OAEP: &[EncryptionAlgorithm] = &[RsaesOaepSha1, RsaesOaepSha256];
const RSA_SIGNING: &[SigningAlgorithm] = &[
    RsassaPkcs1V15Sha256,
    RsassaPkcs1V15Sha384,
    RsassaPkcs1V15Sha512,
    RsassaPssSha256,
    RsassaPssSha384,
    RsassaPssSha512,
];
const NIST: &[KeyUsage] = &[SignVerify, KeyAgreement];

const fn row(spec: KeySpec, kind: Kind, usages: &'static [KeyUsage]) -> Spec {
    Spec { spec, kind, usages, encryption: &[], signing: &[], mac: &[] }
}

const fn rsa(spec: KeySpec, bits: usize) -> Spec {
    Spec { encryption: OAEP, signing: RSA_SIGNING, ..row(spec, Kind::Rsa(bits), &[EncryptDecrypt, SignVerify]) }
}

const fn ecc(spec: KeySpec, usages: &'static [KeyUsage], signing: &'static [SigningAlgorithm]) -> Spec {
    Spec { signing, ..row(spec, Kind::Ecc, usages) }
}

const fn hmac(spec: KeySpec, bytes: usize, mac: &'static [MacAlgorithm]) -> Spec {
    Spec { mac, ..row(spec, Kind::Hmac(bytes), &[GenerateVerifyMac]) }
}

const fn ml_dsa(spec: KeySpec) -> Spec {
    Spec { signing: &[MlDsaShake256], ..row(spec, Kind::MlDsa, &[SignVerify]) }
}

/// Every spec that is real here. What AWS knows and this table does not is refused by name.
pub const SPECS: &[Spec] = &[
    Spec {
        encryption: &[EncryptionAlgorithm::SymmetricDefault],
        ..row(KeySpec::SymmetricDefault, Kind::Symmetric, &[EncryptDecrypt])
    },
    rsa(Rsa2048, 2048),
    rsa(Rsa3072, 3072),
    rsa(Rsa4096, 4096),
    ecc(EccNistP256, NIST, &[EcdsaSha256]),
    ecc(EccNistP384, NIST, &[EcdsaSha384]),
    ecc(EccNistP521, NIST, &[EcdsaSha512]),
    ecc(EccSecgP256k1, &[SignVerify], &[EcdsaSha256]),
    hmac(Hmac224, 28, &[MacAlgorithm::HmacSha224]),
    hmac(Hmac256, 32, &[MacAlgorithm::HmacSha256]),
    hmac(Hmac384, 48, &[MacAlgorithm::HmacSha384]),
    hmac(Hmac512, 64, &[MacAlgorithm::HmacSha512]),
    ml_dsa(MlDsa44),
    ml_dsa(MlDsa65),
    ml_dsa(MlDsa87),
];

impl KeySpec {
    /// # Errors
    /// NotImplemented for a spec that AWS has and Bastide does not.
    pub fn info(self) -> Result<&'static Spec, Fault> {
        let found = SPECS.iter().find(|row| row.spec == self);
        found.ok_or_else(|| fault::not_here(&format!("the key spec {}", self.as_str())))
    }

    pub fn kind(self) -> Option<Kind> {
        SPECS.iter().find(|row| row.spec == self).map(|row| row.kind)
    }

    /// It has a public part.
    pub fn is_asymmetric(self) -> bool {
        matches!(self.kind(), Some(Kind::Rsa(_) | Kind::Ecc | Kind::MlDsa))
    }
}

impl Spec {
    /// The usage of a new key of this spec.
    ///
    /// # Errors
    /// ValidationException for a usage that is missing or does not fit.
    pub fn usage(&self, asked: Option<KeyUsage>) -> Result<KeyUsage, Fault> {
        match asked {
            None if self.kind == Kind::Symmetric => Ok(EncryptDecrypt),
            None => Err(fault::validation(
                "You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
            )),
            Some(usage) if self.usages.contains(&usage) => Ok(usage),
            Some(usage) => Err(fault::validation(format!(
                "KeyUsage {} is not compatible with KeySpec {}",
                usage.as_str(),
                self.spec.as_str()
            ))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_spec_is_known_or_refused_by_its_name() {
        let refused: Vec<&str> =
            KeySpec::ALL.iter().filter(|spec| spec.info().is_err()).map(|spec| spec.as_str()).collect();
        assert_eq!(refused, ["ECC_NIST_EDWARDS25519", "ML_KEM_512", "ML_KEM_768", "ML_KEM_1024", "SM2"]);
        let refusal = Sm2.info().err().unwrap();
        assert!(refusal.message().contains("the key spec SM2"));
    }

    #[test]
    fn a_usage_fits_its_spec() {
        let message = |spec: KeySpec, usage| spec.info().unwrap().usage(usage).unwrap_err().message().to_owned();
        assert_eq!(
            message(Rsa2048, Some(KeyAgreement)),
            "KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048"
        );
        assert!(message(Hmac256, None).starts_with("You must specify a KeyUsage value"));
        assert_eq!(KeySpec::SymmetricDefault.info().unwrap().usage(None).unwrap(), EncryptDecrypt);
        assert_eq!(message(EccSecgP256k1, Some(KeyAgreement)).matches("not compatible").count(), 1);
    }
}
