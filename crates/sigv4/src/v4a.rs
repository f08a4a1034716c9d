//! V4a's key: an ECDSA P-256 key that both sides derive from the secret.

use aws_lc_rs::{agreement, hmac, signature};
use zeroize::Zeroizing;

/// The order of the curve, minus two: a candidate above it would give a key outside 1..n-1.
const N_MINUS_TWO: [u8; 32] = [
    0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0x00, 0x00, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xbc, 0xe6, 0xfa,
    0xad, 0xa7, 0x17, 0x9e, 0x84, 0xf3, 0xb9, 0xca, 0xc2, 0xfc, 0x63, 0x25, 0x4f,
];

/// The private scalar: NIST SP 800-108 in counter mode with HMAC-SHA256 keyed by `AWS4A` and the secret, over the
/// algorithm's name and the key id with a second, outer counter; then plus one. A candidate out of range moves the outer
/// counter on.
fn private_scalar(access_key_id: &str, secret: &[u8]) -> Option<Zeroizing<[u8; 32]>> {
    let mut key = Zeroizing::new(Vec::with_capacity(5 + secret.len()));
    key.extend_from_slice(b"AWS4A");
    key.extend_from_slice(secret);
    let key = hmac::Key::new(hmac::HMAC_SHA256, &key);
    let mut candidate = Zeroizing::new([0u8; 32]);
    for counter in 1..=254u8 {
        let mut input = Vec::with_capacity(64);
        input.extend_from_slice(&1u32.to_be_bytes());
        input.extend_from_slice(b"AWS4-ECDSA-P256-SHA256\0");
        input.extend_from_slice(access_key_id.as_bytes());
        input.push(counter);
        input.extend_from_slice(&256u32.to_be_bytes());
        hmac::sign_to_buffer(&key, &input, candidate.as_mut_slice()).ok()?;
        // Whether a candidate is refused says nothing about the one that is taken: no need for constant time.
        if *candidate <= N_MINUS_TWO {
            for byte in candidate.iter_mut().rev() {
                let (sum, carry) = byte.overflowing_add(1);
                *byte = sum;
                if !carry {
                    break;
                }
            }
            return Some(candidate);
        }
    }
    None
}

/// The public key that verifies V4a signatures made with a secret, as an uncompressed point (`04 ‖ X ‖ Y`).
///
/// `None` only if none of 254 candidates fits the curve, which no secret is known to bring about.
pub fn public_key(access_key_id: &str, secret: &[u8]) -> Option<[u8; 65]> {
    point(&*private_scalar(access_key_id, secret)?)
}

fn point(scalar: &[u8; 32]) -> Option<[u8; 65]> {
    let private = agreement::PrivateKey::from_private_key(&agreement::ECDH_P256, scalar).ok()?;
    private.compute_public_key().ok()?.as_ref().try_into().ok()
}

/// The key pair that signs.
pub(crate) fn key_pair(access_key_id: &str, secret: &[u8]) -> Option<signature::EcdsaKeyPair> {
    let scalar = private_scalar(access_key_id, secret)?;
    let public = point(&scalar)?;
    signature::EcdsaKeyPair::from_private_key_and_public_key(
        &signature::ECDSA_P256_SHA256_ASN1_SIGNING,
        scalar.as_slice(),
        &public,
    )
    .ok()
}
