//! What Encrypt gives and Decrypt takes back. The layout, with the lengths in bytes:
//!
//! ```text
//! version 1 | scheme 1 | account 8 | id length 1 | key id | material id 32 | salt 16 | AES-256-GCM(plaintext), tag 16
//! ```
//!
//! Everything before the sealed part is the header. Header and encryption context are authenticated together, so a
//! changed bit anywhere, another key or another context fails. The header names account and key but not the region: what a
//! multi-Region key encrypted, its replicas decrypt.
//!
//! Each ciphertext has its own AES key, derived from the backing key and the salt (NIST SP 800-108, counter mode with
//! HMAC-SHA-256, which is how "AWS KMS Cryptographic Details" does it). So the nonce can be constant, and no key comes
//! near the number of messages that GCM bears.

use crate::model::{Context, Place};
use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};
use aws_lc_rs::hmac;
use bastide_base::{AccountId, Random, SecretBytes};

const VERSION: u8 = 1;
const SCHEME: u8 = 1;
const SALT: usize = 16;
const LABEL: &[u8] = b"bastide kms ciphertext 1";

/// A ciphertext taken apart; nothing in it is proven yet.
#[derive(Debug)]
pub struct Envelope<'a> {
    pub account: AccountId,
    pub key: &'a str,
    /// In hexadecimal, as materials are named.
    pub material: String,
    header: &'a [u8],
    salt: &'a [u8],
    sealed: &'a [u8],
}

fn message_key(secret: &SecretBytes, salt: &[u8]) -> Option<LessSafeKey> {
    let base = hmac::Key::new(hmac::HMAC_SHA256, secret.expose());
    let mut derive = hmac::Context::with_key(&base);
    derive.update(&1_u32.to_be_bytes());
    derive.update(LABEL);
    derive.update(&[0]);
    derive.update(salt);
    derive.update(&256_u32.to_be_bytes());
    UnboundKey::new(&AES_256_GCM, derive.sign().as_ref()).ok().map(LessSafeKey::new)
}

/// Header and context in a form in which no two differ only in where one part ends.
fn authenticated(header: &[u8], context: Option<&Context>) -> Vec<u8> {
    let mut out = header.to_vec();
    for text in context.into_iter().flatten().flat_map(|(key, value)| [key, value]) {
        out.extend_from_slice(&(text.len() as u64).to_be_bytes());
        out.extend_from_slice(text.as_bytes());
    }
    out
}

/// Encrypts under one material of a key. `None` when the material is not a symmetric key's.
pub fn seal(
    place: &Place,
    material: &str,
    secret: &SecretBytes,
    context: Option<&Context>,
    plaintext: &[u8],
    random: &mut Random,
) -> Option<Vec<u8>> {
    let salt: [u8; SALT] = random.bytes();
    let mut blob = Vec::with_capacity(128 + plaintext.len());
    blob.extend_from_slice(&[VERSION, SCHEME]);
    blob.extend_from_slice(&place.account.number().to_be_bytes());
    blob.push(u8::try_from(place.id.len()).ok()?);
    blob.extend_from_slice(place.id.as_bytes());
    blob.extend_from_slice(&hex::decode(material).ok()?);
    blob.extend_from_slice(&salt);
    let aad = Aad::from(authenticated(&blob, context));
    let mut sealed = plaintext.to_vec();
    let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
    message_key(secret, &salt)?.seal_in_place_append_tag(nonce, aad, &mut sealed).ok()?;
    blob.append(&mut sealed);
    Some(blob)
}

impl<'a> Envelope<'a> {
    /// `None` for what Encrypt never made.
    pub fn parse(blob: &'a [u8]) -> Option<Self> {
        let (fixed, rest) = blob.split_at_checked(11)?;
        let [VERSION, SCHEME, account @ .., length] = fixed else { return None };
        let account = AccountId::from_number(u64::from_be_bytes(account.try_into().ok()?))?;
        let (key, rest) = rest.split_at_checked(usize::from(*length))?;
        let (material, rest) = rest.split_at_checked(32)?;
        let (salt, sealed) = rest.split_at_checked(SALT)?;
        let header = blob.get(..blob.len() - sealed.len())?;
        let key = std::str::from_utf8(key).ok()?;
        Some(Envelope { account, key, material: hex::encode(material), header, salt, sealed })
    }

    /// The plaintext; `None` when key, context or any bit is another than it was.
    pub fn open(&self, secret: &SecretBytes, context: Option<&Context>) -> Option<Vec<u8>> {
        let aad = Aad::from(authenticated(self.header, context));
        let mut plain = self.sealed.to_vec();
        let nonce = Nonce::assume_unique_for_key([0; NONCE_LEN]);
        let length = message_key(secret, self.salt)?.open_in_place(nonce, aad, &mut plain).ok()?.len();
        plain.truncate(length);
        Some(plain)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use bastide_base::{Region, Seed};

    fn place() -> Place {
        let id = "1234abcd-12ab-34cd-56ef-1234567890ab".to_owned();
        Place { account: "111122223333".parse().unwrap(), region: Region::US_EAST_1, id }
    }

    fn context(pairs: &[(&str, &str)]) -> Context {
        pairs.iter().map(|(key, value)| ((*key).to_owned(), (*value).to_owned())).collect()
    }

    fn sealed(context: Option<&Context>) -> (SecretBytes, Vec<u8>) {
        let secret = SecretBytes::new(vec![9; 32]);
        let mut random = Seed::from_text("x").stream(0, 0);
        let blob = seal(&place(), &"ab".repeat(32), &secret, context, b"attack at dawn", &mut random).unwrap();
        (secret, blob)
    }

    #[test]
    fn it_names_its_key_and_opens_under_its_context_only() {
        let right = context(&[("a", "b"), ("c", "d")]);
        let (secret, blob) = sealed(Some(&right));
        let envelope = Envelope::parse(&blob).unwrap();
        assert_eq!((envelope.account.to_string().as_str(), envelope.key), ("111122223333", &*place().id));
        assert_eq!(envelope.material, "ab".repeat(32));
        assert_eq!(envelope.open(&secret, Some(&right)).unwrap(), b"attack at dawn");
        for wrong in [None, Some(context(&[])), Some(context(&[("a", "bc"), ("d", "")])), Some(context(&[("a", "b")]))]
        {
            assert!(envelope.open(&secret, wrong.as_ref()).is_none());
        }
        assert!(envelope.open(&SecretBytes::new(vec![8; 32]), Some(&right)).is_none());
    }

    #[test]
    fn an_empty_context_is_no_context() {
        let (secret, blob) = sealed(None);
        assert!(Envelope::parse(&blob).unwrap().open(&secret, Some(&Context::new())).is_some());
    }

    #[test]
    fn every_flipped_bit_and_every_lost_byte_is_noticed() {
        let (secret, blob) = sealed(None);
        let opens = |blob: &[u8]| Envelope::parse(blob).is_some_and(|envelope| envelope.open(&secret, None).is_some());
        assert!(opens(&blob));
        for at in 0..blob.len() {
            for bit in 0..8 {
                let mut changed = blob.clone();
                changed[at] ^= 1 << bit;
                assert!(!opens(&changed), "byte {at}, bit {bit}");
            }
            assert!(!opens(&blob[..at]), "cut at {at}");
        }
    }
}
