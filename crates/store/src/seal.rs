//! The master key and what is derived from it. Sealing is deterministic on purpose: the same state under the same key
//! is the same bytes. What that gives away, that two equal secrets in the same place are equal, is harmless because the
//! place (table and key of the row) is bound into the seal.

use crate::{Result, StoreError};
use aws_lc_rs::{
    aead::{AES_256_GCM_SIV, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey},
    hkdf, hmac, rand,
};
use bastide_base::{Sealer, Secret, SecretBytes};
use std::{cell::RefCell, path::Path, sync::Arc};
use zeroize::Zeroizing;

/// First byte of everything sealed: AES-256-GCM-SIV, nonce in front, tag behind.
const FORM: u8 = 1;
const TAG_BYTES: usize = 16;

/// The 32 bytes that everything secret in a data directory hangs on. Wiped when dropped; never printed.
#[derive(Clone)]
pub struct MasterKey(Arc<Zeroizing<[u8; 32]>>);

impl MasterKey {
    /// A new key from the operating system's randomness.
    pub fn generate() -> Result<Self> {
        let mut key = Zeroizing::new([0; 32]);
        rand::fill(&mut key[..]).map_err(|_| StoreError::Engine("the system gives no randomness".into()))?;
        Ok(MasterKey(Arc::new(key)))
    }

    /// A given key, for runs that must be reproducible to the byte.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        MasterKey(Arc::new(Zeroizing::new(bytes)))
    }

    /// Reads a key file: 64 hexadecimal digits.
    pub fn read(path: &Path) -> Result<Self> {
        let text = Zeroizing::new(std::fs::read(path).map_err(|why| StoreError::file("reading", path, why))?);
        let mut key = Zeroizing::new([0; 32]);
        hex::decode_to_slice(text.trim_ascii(), &mut key[..]).map_err(|_| StoreError::BadMasterKey(path.to_owned()))?;
        Ok(MasterKey(Arc::new(key)))
    }

    /// The content of this key's file.
    pub(crate) fn file_text(&self) -> Zeroizing<String> {
        let mut text = hex::encode(&self.0[..]);
        text.push('\n');
        Zeroizing::new(text)
    }

    /// A key for one purpose, from which neither the master key nor another purpose's key can be found (HKDF-SHA-256).
    pub fn subkey(&self, purpose: &[u8]) -> SecretBytes {
        Secret::new(self.derive(purpose).to_vec())
    }

    /// Seals and opens for one purpose (`b"session-tokens"`).
    pub fn sealing(&self, purpose: &[u8]) -> Sealing {
        Sealing::new(&self.derive(purpose))
    }

    fn derive(&self, purpose: &[u8]) -> Zeroizing<[u8; 32]> {
        let parts = [b"bastide/1/", purpose];
        let salt = hkdf::Salt::new(hkdf::HKDF_SHA256, b"bastide master key");
        let mut out = Zeroizing::new([0; 32]);
        let filled = salt
            .extract(&self.0[..])
            .expand(&parts, hkdf::HKDF_SHA256)
            .and_then(|material| material.fill(&mut out[..]));
        // HKDF-SHA-256 refuses only more than 255 * 32 bytes, and we ask for 32.
        assert!(filled.is_ok(), "HKDF gives 32 bytes");
        out
    }

    /// What an engine keeps to recognise the right key; tells nothing about it.
    pub(crate) fn check_value(&self) -> Vec<u8> {
        self.derive(b"check").to_vec()
    }
}

/// Authenticated, deterministic encryption under one key: AES-256-GCM-SIV with a nonce made of the plain text.
#[derive(Clone)]
pub struct Sealing {
    encrypt: Arc<LessSafeKey>,
    nonce: Arc<hmac::Key>,
}

impl Sealing {
    fn new(key: &[u8; 32]) -> Self {
        let part = |label: &[u8]| MasterKey::from_bytes(*key).derive(label);
        // The algorithm takes any 32 bytes as its key.
        #[allow(clippy::expect_used)]
        let encrypt = UnboundKey::new(&AES_256_GCM_SIV, &part(b"encrypt")[..]).expect("32 bytes are a key");
        Sealing {
            encrypt: Arc::new(LessSafeKey::new(encrypt)),
            nonce: Arc::new(hmac::Key::new(hmac::HMAC_SHA256, &part(b"nonce")[..])),
        }
    }

    /// Seals `plain` so that it opens only with the same `context`. Equal inputs give equal bytes.
    pub fn seal(&self, context: &[u8], plain: &[u8]) -> Vec<u8> {
        let mut mac = hmac::Context::with_key(&self.nonce);
        mac.update(&(context.len() as u64).to_be_bytes());
        mac.update(context);
        mac.update(plain);
        let mut nonce = [0; NONCE_LEN];
        nonce.copy_from_slice(&mac.sign().as_ref()[..NONCE_LEN]);

        let mut body = Vec::with_capacity(1 + NONCE_LEN + plain.len() + TAG_BYTES);
        body.extend_from_slice(plain);
        let sealed =
            self.encrypt.seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut body);
        // The algorithm refuses only plain texts beyond 64 GiB.
        assert!(sealed.is_ok(), "a secret that fits in memory can be sealed");
        body.splice(0..0, std::iter::once(FORM).chain(nonce));
        body
    }

    /// `None` if this key did not seal it, under this context, or if it was changed.
    pub fn open(&self, context: &[u8], sealed: &[u8]) -> Option<SecretBytes> {
        let (form, rest) = sealed.split_first()?;
        let (nonce, body) = rest.split_at_checked(NONCE_LEN)?;
        let nonce = Nonce::try_assume_unique_for_key(nonce).ok().filter(|_| *form == FORM)?;
        let mut body = Zeroizing::new(body.to_vec());
        let plain = self.encrypt.open_in_place(nonce, Aad::from(context), &mut body).ok()?;
        Some(Secret::new(plain.to_vec()))
    }
}

/// Seals the secrets of rows, each bound to the row it is in.
pub(crate) struct RowSealer {
    sealing: Sealing,
    place: RefCell<Vec<u8>>,
}

impl RowSealer {
    pub fn new(sealing: &Sealing) -> Self {
        RowSealer { sealing: sealing.clone(), place: RefCell::default() }
    }

    /// From here on the row of `table` under `key` is sealed or opened.
    pub fn at(&self, table: &str, key: &[u8]) {
        let mut place = self.place.borrow_mut();
        place.clear();
        place.extend_from_slice(table.as_bytes());
        place.push(0);
        place.extend_from_slice(key);
    }
}

impl Sealer for RowSealer {
    fn seal(&self, plain: &[u8]) -> Vec<u8> {
        self.sealing.seal(&self.place.borrow(), plain)
    }
    fn open(&self, sealed: &[u8]) -> Option<SecretBytes> {
        self.sealing.open(&self.place.borrow(), sealed)
    }
}

/// Stands in for every master key when state is hashed, so that the hash depends on the state alone.
pub(crate) struct HashSealer(hmac::Key);

impl HashSealer {
    pub fn new() -> Self {
        HashSealer(hmac::Key::new(hmac::HMAC_SHA256, b"bastide state hash"))
    }
}

impl Sealer for HashSealer {
    fn seal(&self, plain: &[u8]) -> Vec<u8> {
        hmac::sign(&self.0, plain).as_ref().to_vec()
    }
    fn open(&self, _: &[u8]) -> Option<SecretBytes> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_sealed_opens_only_with_its_key_purpose_and_context() {
        let master = MasterKey::from_bytes([7; 32]);
        let rows = master.sealing(b"rows");
        let sealed = rows.seal(b"iam.users/alice", b"hunter2");
        assert_eq!(sealed, rows.seal(b"iam.users/alice", b"hunter2"));
        assert_ne!(sealed, rows.seal(b"iam.users/bob", b"hunter2"));
        assert!(!sealed.windows(7).any(|window| window == b"hunter2"));

        assert!(rows.open(b"iam.users/alice", &sealed).unwrap().matches(b"hunter2"));
        assert!(rows.open(b"iam.users/bob", &sealed).is_none());
        assert!(master.sealing(b"tokens").open(b"iam.users/alice", &sealed).is_none());
        assert!(MasterKey::from_bytes([8; 32]).sealing(b"rows").open(b"iam.users/alice", &sealed).is_none());
        for at in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[at] ^= 1;
            assert!(rows.open(b"iam.users/alice", &changed).is_none(), "byte {at} may not change");
            assert!(rows.open(b"iam.users/alice", &sealed[..at]).is_none(), "may not be cut at {at}");
        }
    }

    #[test]
    fn subkeys_differ_by_purpose_and_stay() {
        let master = MasterKey::from_bytes([7; 32]);
        assert!(master.subkey(b"a").matches(master.subkey(b"a").expose()));
        assert!(!master.subkey(b"a").matches(master.subkey(b"b").expose()));
        assert_eq!(master.subkey(b"a").expose().len(), 32);
        let other = MasterKey::generate().unwrap();
        assert!(!other.subkey(b"a").matches(master.subkey(b"a").expose()));
    }
}
