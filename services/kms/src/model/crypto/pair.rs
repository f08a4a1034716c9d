//! Key pairs: made, read, signed with, encrypted to, agreed with.

use crate::model::names::*;
use aws_lc_rs::agreement::{self, ParsedPublicKey, ParsedPublicKeyFormat};
use aws_lc_rs::digest::{self, Digest};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der, PublicKeyX509Der};
use aws_lc_rs::rsa::{self, KeySize};
use aws_lc_rs::signature::{self as sig, EcdsaKeyPair, KeyPair as _, PqdsaKeyPair, UnparsedPublicKey};
use bastide_base::SecretBytes;
use std::fmt;

/// A fresh key pair as it is kept and handed out.
pub struct Pair {
    /// PKCS#8 DER.
    pub private: SecretBytes,
    /// SubjectPublicKeyInfo DER.
    pub public: Vec<u8>,
}

/// A private key as the library knows it.
pub enum Private {
    Rsa { signing: Box<rsa::KeyPair>, decrypting: Box<rsa::PrivateDecryptingKey> },
    Ecc { signing: Box<EcdsaKeyPair>, agreeing: Option<Box<agreement::PrivateKey>> },
    MlDsa(Box<PqdsaKeyPair>),
}

impl fmt::Debug for Private {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Private")
    }
}

fn rsa_size(spec: KeySpec) -> Option<KeySize> {
    match spec {
        KeySpec::Rsa2048 => Some(KeySize::Rsa2048),
        KeySpec::Rsa3072 => Some(KeySize::Rsa3072),
        KeySpec::Rsa4096 => Some(KeySize::Rsa4096),
        _ => None,
    }
}

fn curve(spec: KeySpec) -> Option<(&'static sig::EcdsaSigningAlgorithm, Option<&'static agreement::Algorithm>)> {
    match spec {
        KeySpec::EccNistP256 => Some((&sig::ECDSA_P256_SHA256_ASN1_SIGNING, Some(&agreement::ECDH_P256))),
        KeySpec::EccNistP384 => Some((&sig::ECDSA_P384_SHA384_ASN1_SIGNING, Some(&agreement::ECDH_P384))),
        KeySpec::EccNistP521 => Some((&sig::ECDSA_P521_SHA512_ASN1_SIGNING, Some(&agreement::ECDH_P521))),
        KeySpec::EccSecgP256k1 => Some((&sig::ECDSA_P256K1_SHA256_ASN1_SIGNING, None)),
        _ => None,
    }
}

fn ml_dsa(spec: KeySpec) -> Option<(&'static sig::PqdsaSigningAlgorithm, &'static sig::PqdsaVerificationAlgorithm)> {
    match spec {
        KeySpec::MlDsa44 => Some((&sig::ML_DSA_44_SIGNING, &sig::ML_DSA_44)),
        KeySpec::MlDsa65 => Some((&sig::ML_DSA_65_SIGNING, &sig::ML_DSA_65)),
        KeySpec::MlDsa87 => Some((&sig::ML_DSA_87_SIGNING, &sig::ML_DSA_87)),
        _ => None,
    }
}

impl Pair {
    /// Makes one. RSA takes its time, so this belongs into an operation's `PREPARE`. The randomness is the library's own:
    /// it takes no other. `None` for specs without pairs.
    pub fn generate(spec: KeySpec) -> Option<Pair> {
        let private = if let Some(size) = rsa_size(spec) {
            let der: Pkcs8V1Der<'_> = rsa::KeyPair::generate(size).ok()?.as_der().ok()?;
            der.as_ref().to_vec()
        } else if let Some((signing, _)) = curve(spec) {
            EcdsaKeyPair::generate(signing).ok()?.to_pkcs8v1().ok()?.as_ref().to_vec()
        } else {
            PqdsaKeyPair::generate(ml_dsa(spec)?.0).ok()?.to_pkcs8v1().ok()?.as_ref().to_vec()
        };
        Pair::read(spec, SecretBytes::new(private))
    }

    /// A pair from its private half; `None` when that is not of this spec.
    pub fn read(spec: KeySpec, private: SecretBytes) -> Option<Pair> {
        let public = Private::parse(spec, private.expose())?.public()?;
        Some(Pair { private, public })
    }
}

impl Private {
    /// Reads PKCS#8; `None` when it is not a private key of this spec.
    pub fn parse(spec: KeySpec, pkcs8: &[u8]) -> Option<Private> {
        if let Some(size) = rsa_size(spec) {
            let signing = rsa::KeyPair::from_pkcs8(pkcs8).ok().filter(|key| key.public_modulus_len() == size.len())?;
            let decrypting = rsa::PrivateDecryptingKey::from_pkcs8(pkcs8).ok()?;
            return Some(Private::Rsa { signing: Box::new(signing), decrypting: Box::new(decrypting) });
        }
        if let Some((signing, agreeing)) = curve(spec) {
            let signing = Box::new(EcdsaKeyPair::from_pkcs8(signing, pkcs8).ok()?);
            let agreeing = agreeing.and_then(|curve| agreement::PrivateKey::from_private_key_der(curve, pkcs8).ok());
            return Some(Private::Ecc { signing, agreeing: agreeing.map(Box::new) });
        }
        let key = PqdsaKeyPair::from_pkcs8(ml_dsa(spec)?.0, pkcs8).ok()?;
        Some(Private::MlDsa(Box::new(key)))
    }

    /// SubjectPublicKeyInfo DER.
    pub fn public(&self) -> Option<Vec<u8>> {
        let der: PublicKeyX509Der<'_> = match self {
            Private::Rsa { signing, .. } => signing.public_key().as_der().ok()?,
            Private::Ecc { signing, .. } => signing.public_key().as_der().ok()?,
            Private::MlDsa(key) => key.public_key().as_der().ok()?,
        };
        Some(der.as_ref().to_vec())
    }

    /// The signature; `None` when the algorithm is not one of this key's.
    pub fn sign(&self, algorithm: SigningAlgorithm, message: &Message<'_>) -> Option<Vec<u8>> {
        match (self, message) {
            (Private::Rsa { signing, .. }, Message::Digest(digest)) => {
                let mut signature = vec![0; signing.public_modulus_len()];
                signing.sign_digest(algorithm.rsa()?.0, digest, &mut signature).ok()?;
                Some(signature)
            }
            (Private::Ecc { signing, .. }, Message::Digest(digest)) => {
                Some(signing.sign_digest(digest).ok()?.as_ref().to_vec())
            }
            (Private::MlDsa(key), Message::Raw(message)) => {
                let mut signature = vec![0; key.algorithm().signature_len()];
                let length = key.sign(message, &mut signature).ok()?;
                signature.truncate(length);
                Some(signature)
            }
            _ => None,
        }
    }

    /// Whether the signature is this key's over the message.
    pub fn verify(&self, spec: KeySpec, algorithm: SigningAlgorithm, message: &Message<'_>, signature: &[u8]) -> bool {
        match self {
            Private::Rsa { signing, .. } => {
                verified(spec, algorithm, signing.public_key().as_ref(), message, signature)
            }
            Private::Ecc { signing, .. } => {
                verified(spec, algorithm, signing.public_key().as_ref(), message, signature)
            }
            Private::MlDsa(key) => verified(spec, algorithm, key.public_key().as_ref(), message, signature),
        }
    }

    /// RSA OAEP; `None` when the plaintext is too long or the key is not RSA.
    pub fn encrypt(&self, algorithm: EncryptionAlgorithm, plaintext: &[u8]) -> Option<Vec<u8>> {
        let Private::Rsa { decrypting, .. } = self else { return None };
        let key = rsa::OaepPublicEncryptingKey::new(decrypting.public_key()).ok()?;
        let mut out = vec![0; key.ciphertext_size()];
        let length = key.encrypt(algorithm.oaep()?, plaintext, &mut out, None).ok()?.len();
        out.truncate(length);
        Some(out)
    }

    pub fn decrypt(&self, algorithm: EncryptionAlgorithm, ciphertext: &[u8]) -> Option<Vec<u8>> {
        let Private::Rsa { decrypting, .. } = self else { return None };
        let key = rsa::OaepPrivateDecryptingKey::new((**decrypting).clone()).ok()?;
        let mut out = vec![0; key.min_output_size()];
        let length = key.decrypt(algorithm.oaep()?, ciphertext, &mut out, None).ok()?.len();
        out.truncate(length);
        Some(out)
    }

    /// The x coordinate that this key and `peer` (SubjectPublicKeyInfo DER) agree on.
    pub fn agree(&self, peer: &[u8]) -> Option<SecretBytes> {
        let Private::Ecc { agreeing: Some(own), .. } = self else { return None };
        let peer = ParsedPublicKey::try_from(agreement::UnparsedPublicKey::new(own.algorithm(), peer))
            .ok()
            .filter(|peer| peer.format() == ParsedPublicKeyFormat::X509)?;
        let ours = own.algorithm();
        if peer.alg() != ours {
            return None;
        }
        agreement::agree(own, peer, (), |secret| Ok(SecretBytes::new(secret.to_vec()))).ok()
    }
}

/// Whether the signature is one over the message by the private half of `public`, in any form that the library reads.
pub fn verified(
    spec: KeySpec,
    algorithm: SigningAlgorithm,
    public: &[u8],
    message: &Message<'_>,
    signature: &[u8],
) -> bool {
    let valid = match (message, algorithm.rsa(), ecdsa(spec), ml_dsa(spec)) {
        (Message::Digest(digest), Some((_, rsa)), None, None) => {
            UnparsedPublicKey::new(rsa, public).verify_digest(digest, signature)
        }
        (Message::Digest(digest), None, Some(ecdsa), None) => {
            UnparsedPublicKey::new(ecdsa, public).verify_digest(digest, signature)
        }
        (Message::Raw(message), None, None, Some((_, ml_dsa))) => {
            UnparsedPublicKey::new(ml_dsa, public).verify(message, signature)
        }
        _ => return false,
    };
    valid.is_ok()
}

fn ecdsa(spec: KeySpec) -> Option<&'static sig::EcdsaVerificationAlgorithm> {
    match spec {
        KeySpec::EccNistP256 => Some(&sig::ECDSA_P256_SHA256_ASN1),
        KeySpec::EccNistP384 => Some(&sig::ECDSA_P384_SHA384_ASN1),
        KeySpec::EccNistP521 => Some(&sig::ECDSA_P521_SHA512_ASN1),
        KeySpec::EccSecgP256k1 => Some(&sig::ECDSA_P256K1_SHA256_ASN1),
        _ => None,
    }
}

/// What is signed.
pub enum Message<'a> {
    Digest(Digest),
    /// For algorithms that take the message as it is.
    Raw(&'a [u8]),
}

impl SigningAlgorithm {
    fn rsa(self) -> Option<(&'static sig::RsaSignatureEncoding, &'static sig::RsaParameters)> {
        use SigningAlgorithm::*;
        match self {
            RsassaPkcs1V15Sha256 => Some((&sig::RSA_PKCS1_SHA256, &sig::RSA_PKCS1_2048_8192_SHA256)),
            RsassaPkcs1V15Sha384 => Some((&sig::RSA_PKCS1_SHA384, &sig::RSA_PKCS1_2048_8192_SHA384)),
            RsassaPkcs1V15Sha512 => Some((&sig::RSA_PKCS1_SHA512, &sig::RSA_PKCS1_2048_8192_SHA512)),
            RsassaPssSha256 => Some((&sig::RSA_PSS_SHA256, &sig::RSA_PSS_2048_8192_SHA256)),
            RsassaPssSha384 => Some((&sig::RSA_PSS_SHA384, &sig::RSA_PSS_2048_8192_SHA384)),
            RsassaPssSha512 => Some((&sig::RSA_PSS_SHA512, &sig::RSA_PSS_2048_8192_SHA512)),
            _ => None,
        }
    }

    /// The hash that is signed; `None` for algorithms that take the message itself.
    fn hash(self) -> Option<&'static digest::Algorithm> {
        use SigningAlgorithm::*;
        match self {
            RsassaPkcs1V15Sha256 | RsassaPssSha256 | EcdsaSha256 => Some(&digest::SHA256),
            RsassaPkcs1V15Sha384 | RsassaPssSha384 | EcdsaSha384 => Some(&digest::SHA384),
            RsassaPkcs1V15Sha512 | RsassaPssSha512 | EcdsaSha512 => Some(&digest::SHA512),
            MlDsaShake256 | Ed25519Sha512 | Ed25519PhSha512 | Sm2Dsa => None,
        }
    }

    /// What is signed of a message given whole.
    pub fn of_raw(self, message: &[u8]) -> Message<'_> {
        match self.hash() {
            Some(hash) => Message::Digest(digest::digest(hash, message)),
            None => Message::Raw(message),
        }
    }

    /// What is signed of a message given as its digest; `None` when that has another length than the algorithm's.
    pub fn of_digest(self, bytes: &[u8]) -> Option<Message<'static>> {
        Digest::import_less_safe(bytes, self.hash()?).ok().map(Message::Digest)
    }
}

impl EncryptionAlgorithm {
    fn oaep(self) -> Option<&'static rsa::OaepAlgorithm> {
        match self {
            EncryptionAlgorithm::RsaesOaepSha1 => Some(&rsa::OAEP_SHA1_MGF1SHA1),
            EncryptionAlgorithm::RsaesOaepSha256 => Some(&rsa::OAEP_SHA256_MGF1SHA256),
            EncryptionAlgorithm::SymmetricDefault | EncryptionAlgorithm::Sm2Pke => None,
        }
    }

    /// The longest plaintext under an RSA modulus of `bits` (RFC 8017, 7.1.1).
    pub fn oaep_max(self, bits: usize) -> usize {
        let hash = if self == EncryptionAlgorithm::RsaesOaepSha1 { 20 } else { 32 };
        bits / 8 - 2 * hash - 2
    }
}
