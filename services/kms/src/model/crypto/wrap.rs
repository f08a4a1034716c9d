//! The wrapping of key material for import, and its unwrapping.

use crate::model::names::WrappingAlgorithm;
use aws_lc_rs::key_wrap::{AES_256, AesKek, KeyWrapPadded};
use aws_lc_rs::rsa::{self, OaepAlgorithm, OaepPrivateDecryptingKey, PrivateDecryptingKey};
use bastide_base::SecretBytes;

/// Unwraps with the private half of a wrapping key (PKCS#8). `None` when it was not wrapped to it this way.
pub fn unwrap(private: &SecretBytes, algorithm: WrappingAlgorithm, wrapped: &[u8]) -> Option<SecretBytes> {
    let key = PrivateDecryptingKey::from_pkcs8(private.expose()).ok()?;
    match algorithm {
        WrappingAlgorithm::RsaesOaepSha1 => oaep(key, &rsa::OAEP_SHA1_MGF1SHA1, wrapped),
        WrappingAlgorithm::RsaesOaepSha256 => oaep(key, &rsa::OAEP_SHA256_MGF1SHA256, wrapped),
        WrappingAlgorithm::RsaAesKeyWrapSha1 => envelope(key, &rsa::OAEP_SHA1_MGF1SHA1, wrapped),
        WrappingAlgorithm::RsaAesKeyWrapSha256 => envelope(key, &rsa::OAEP_SHA256_MGF1SHA256, wrapped),
        WrappingAlgorithm::RsaesPkcs1V15 | WrappingAlgorithm::Sm2Pke => None,
    }
}

fn oaep(key: PrivateDecryptingKey, algorithm: &'static OaepAlgorithm, wrapped: &[u8]) -> Option<SecretBytes> {
    let key = OaepPrivateDecryptingKey::new(key).ok()?;
    let mut out = vec![0; key.min_output_size()];
    let length = key.decrypt(algorithm, wrapped, &mut out, None).ok()?.len();
    out.truncate(length);
    Some(SecretBytes::new(out))
}

/// PKCS#11's CKM_RSA_AES_KEY_WRAP: an AES key under OAEP, then the material under that key (RFC 5649).
fn envelope(key: PrivateDecryptingKey, algorithm: &'static OaepAlgorithm, wrapped: &[u8]) -> Option<SecretBytes> {
    let (aes, material) = wrapped.split_at_checked(key.key_size_bytes())?;
    let aes = oaep(key, algorithm, aes)?;
    let kek = AesKek::new(&AES_256, aes.expose()).ok()?;
    let mut out = vec![0; material.len()];
    let length = kek.unwrap_with_padding(material, &mut out).ok()?.len();
    out.truncate(length);
    Some(SecretBytes::new(out))
}
