//! Cryptography over key material: all of it is aws-lc-rs; here is only which of its algorithms an AWS name means.

pub mod ciphertext;
pub mod pair;
#[cfg(test)]
mod vectors;
pub mod wrap;

use crate::model::names::{KeySpec, MacAlgorithm};
use aws_lc_rs::hmac;
use bastide_base::SecretBytes;
use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::fmt;
use std::sync::{Arc, OnceLock};

/// Key material in memory: its bytes, and what the library makes of them, which is made at first use and kept as long as
/// the row. Serialised it is sealed like every secret.
#[derive(Clone)]
pub struct Hidden(Arc<Inner>);

struct Inner {
    bytes: SecretBytes,
    private: OnceLock<Option<pair::Private>>,
}

impl Hidden {
    pub fn new(bytes: SecretBytes) -> Self {
        Hidden(Arc::new(Inner { bytes, private: OnceLock::new() }))
    }

    pub fn bytes(&self) -> &SecretBytes {
        &self.0.bytes
    }

    /// The private key of an asymmetric key; `None` when the bytes are not one of this spec.
    pub fn private(&self, spec: KeySpec) -> Option<&pair::Private> {
        self.0.private.get_or_init(|| pair::Private::parse(spec, self.0.bytes.expose())).as_ref()
    }
}

impl fmt::Debug for Hidden {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Hidden")
    }
}

impl Serialize for Hidden {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.0.bytes.serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Hidden {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        SecretBytes::deserialize(deserializer).map(Hidden::new)
    }
}

/// The name of material: the same bytes in the same key have the same, and nothing can be learned from it.
pub fn material_id(key: &str, bytes: &[u8]) -> String {
    let name = hmac::Key::new(hmac::HMAC_SHA256, bytes);
    hex::encode(hmac::sign(&name, format!("bastide kms material {key}").as_bytes()))
}

impl MacAlgorithm {
    fn library(self) -> hmac::Algorithm {
        match self {
            MacAlgorithm::HmacSha224 => hmac::HMAC_SHA224,
            MacAlgorithm::HmacSha256 => hmac::HMAC_SHA256,
            MacAlgorithm::HmacSha384 => hmac::HMAC_SHA384,
            MacAlgorithm::HmacSha512 => hmac::HMAC_SHA512,
        }
    }

    pub fn sign(self, key: &SecretBytes, message: &[u8]) -> Vec<u8> {
        hmac::sign(&hmac::Key::new(self.library(), key.expose()), message).as_ref().to_vec()
    }

    pub fn verify(self, key: &SecretBytes, message: &[u8], mac: &[u8]) -> bool {
        hmac::verify(&hmac::Key::new(self.library(), key.expose()), message, mac).is_ok()
    }
}
