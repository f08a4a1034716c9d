//! Keys that come from a secret, and the bounded cache that spares deriving them for every request.

use crate::encode::{hex32, sha256};
use crate::form::Algorithm;
use crate::v4a;
use aws_lc_rs::{hmac, signature};
use std::collections::hash_map::RandomState;
use std::fmt;
use std::hash::BuildHasher;
use std::sync::{Arc, Mutex, PoisonError};
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// V4's signing key. It stays where it was derived, on the heap, and is wiped when dropped.
pub(crate) struct HmacKey(Box<Zeroizing<[u8; 32]>>);

impl HmacKey {
    /// V4's chain of HMACs over `date/region/service/aws4_request`.
    pub(crate) fn derive(secret: &[u8], scope: &str) -> Self {
        let mut start = Zeroizing::new(Vec::with_capacity(4 + secret.len()));
        start.extend_from_slice(b"AWS4");
        start.extend_from_slice(secret);
        let mut bytes = Box::new(Zeroizing::new([0u8; 32]));
        let mut key = hmac::Key::new(hmac::HMAC_SHA256, &start);
        for part in scope.split('/') {
            // The buffer is as long as the tag; another length is the only way this can fail.
            let _ = hmac::sign_to_buffer(&key, part.as_bytes(), bytes.as_mut_slice());
            key = hmac::Key::new(hmac::HMAC_SHA256, bytes.as_slice());
        }
        HmacKey(bytes)
    }

    /// A signature in hex.
    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_slice());
        let mut tag = [0; 32];
        let _ = hmac::sign_to_buffer(&key, message, &mut tag);
        hex32(&tag)
    }
}

/// What proves a signature. V4a's public key is no secret.
pub(crate) enum VerifyingKey {
    Hmac(HmacKey),
    /// An uncompressed point.
    Ecdsa([u8; 65]),
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VerifyingKey")
    }
}

impl VerifyingKey {
    /// The key of a credential's scope. `None` only if the curve refuses what the secret makes.
    pub(crate) fn derive(algorithm: Algorithm, access_key_id: &str, scope: &str, secret: &[u8]) -> Option<Self> {
        match algorithm {
            Algorithm::HmacSha256 => Some(VerifyingKey::Hmac(HmacKey::derive(secret, scope))),
            Algorithm::EcdsaP256Sha256 => v4a::public_key(access_key_id, secret).map(VerifyingKey::Ecdsa),
        }
    }

    /// Whether a signature in hex is the one over `string_to_sign`; in constant time where it matters.
    pub(crate) fn accepts(&self, string_to_sign: &[u8], signature_hex: &str) -> bool {
        match self {
            VerifyingKey::Hmac(key) => key.sign(string_to_sign).as_slice().ct_eq(signature_hex.as_bytes()).into(),
            VerifyingKey::Ecdsa(point) => hex::decode(signature_hex).is_ok_and(|given| {
                let key = signature::UnparsedPublicKey::new(&signature::ECDSA_P256_SHA256_ASN1, point);
                key.verify(string_to_sign, &given).is_ok()
            }),
        }
    }
}

struct Entry {
    algorithm: Algorithm,
    /// `keyid/date/region/service/aws4_request`.
    credential: Box<str>,
    /// A hash of the secret the key came from: an entry of a replaced secret is no entry.
    secret: [u8; 32],
    key: Arc<VerifyingKey>,
}

impl Drop for Entry {
    fn drop(&mut self) {
        self.secret.zeroize();
    }
}

/// Signing keys by credential (key id, day, region, service), a bounded number of them.
///
/// Only keys that proved a signature get in, so that strangers who know a key id cannot push others out. An entry
/// counts only for the secret it came from: after a secret changes, its old keys are not found. Keys are wiped when
/// they fall out and when the cache is dropped.
pub struct KeyCache {
    shards: Box<[Mutex<Vec<Entry>>]>,
    hasher: RandomState,
}

/// How many entries a shard holds and looks through, the latest first.
const WAYS: usize = 8;

impl KeyCache {
    /// A cache of about `capacity` keys (some 300 bytes each), at least eight.
    pub fn new(capacity: usize) -> Self {
        let shards = (0..capacity.div_ceil(WAYS).max(1)).map(|_| Mutex::new(Vec::new())).collect();
        KeyCache { shards, hasher: RandomState::new() }
    }

    /// How many keys are held now.
    pub fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.lock().unwrap_or_else(PoisonError::into_inner).len()).sum()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn shard(&self, credential: &str) -> Option<&Mutex<Vec<Entry>>> {
        let hash = self.hasher.hash_one(credential) % self.shards.len().max(1) as u64;
        self.shards.get(usize::try_from(hash).ok()?)
    }

    pub(crate) fn get(&self, algorithm: Algorithm, credential: &str, secret: &[u8; 32]) -> Option<Arc<VerifyingKey>> {
        let mut entries = self.shard(credential)?.lock().unwrap_or_else(PoisonError::into_inner);
        let at = entries.iter().position(|entry| entry.algorithm == algorithm && *entry.credential == *credential)?;
        let entry = entries.get(at)?;
        if !bool::from(entry.secret.ct_eq(secret)) {
            entries.remove(at);
            return None;
        }
        let key = Arc::clone(&entry.key);
        if let Some(upto) = entries.get_mut(..=at) {
            upto.rotate_right(1);
        }
        Some(key)
    }

    pub(crate) fn put(&self, algorithm: Algorithm, credential: &str, secret: [u8; 32], key: Arc<VerifyingKey>) {
        let Some(shard) = self.shard(credential) else { return };
        let mut entries = shard.lock().unwrap_or_else(PoisonError::into_inner);
        entries.retain(|entry| entry.algorithm != algorithm || *entry.credential != *credential);
        entries.truncate(WAYS - 1);
        entries.insert(0, Entry { algorithm, credential: credential.into(), secret, key });
    }
}

impl Default for KeyCache {
    fn default() -> Self {
        KeyCache::new(4096)
    }
}

impl fmt::Debug for KeyCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "KeyCache({} keys)", self.len())
    }
}

pub(crate) fn secret_tag(secret: &[u8]) -> [u8; 32] {
    sha256(secret)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> Arc<VerifyingKey> {
        Arc::new(VerifyingKey::Hmac(HmacKey::derive(b"secret", "20150830/us-east-1/iam/aws4_request")))
    }

    #[test]
    fn the_cache_is_bounded_and_keeps_what_is_used() {
        let cache = KeyCache::new(1);
        cache.put(Algorithm::HmacSha256, "used", [1; 32], key());
        for number in 0..100 {
            cache.put(Algorithm::HmacSha256, &number.to_string(), [1; 32], key());
            assert!(cache.get(Algorithm::HmacSha256, "used", &[1; 32]).is_some());
        }
        assert_eq!(cache.len(), WAYS);
        assert!(cache.get(Algorithm::HmacSha256, "0", &[1; 32]).is_none());
        assert!(cache.get(Algorithm::HmacSha256, "99", &[1; 32]).is_some());
    }

    #[test]
    fn an_entry_of_another_secret_or_algorithm_is_no_entry() {
        let cache = KeyCache::new(64);
        cache.put(Algorithm::HmacSha256, "a", [1; 32], key());
        assert!(cache.get(Algorithm::EcdsaP256Sha256, "a", &[1; 32]).is_none());
        assert!(cache.get(Algorithm::HmacSha256, "a", &[2; 32]).is_none());
        assert!(cache.is_empty(), "the stale key is gone");
        assert_eq!(format!("{cache:?} {:?}", key()), "KeyCache(0 keys) VerifyingKey");
    }

    #[test]
    fn the_documented_signing_key_comes_out() {
        // The example of AWS's general reference: its signature over a known string stands for the key.
        let key = HmacKey::derive(b"wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY", "20150830/us-east-1/iam/aws4_request");
        let string = "AWS4-HMAC-SHA256\n20150830T123600Z\n20150830/us-east-1/iam/aws4_request\n\
                      f536975d06c0309214f805bb90ccff089219ecd68b2577efef23edd43b7e1a59";
        let good = "5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7";
        assert_eq!(key.sign(string.as_bytes()), good.as_bytes());
    }
}
