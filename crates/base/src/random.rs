use crate::{Secret, SecretBytes};
use aws_lc_rs::hmac;
use rand_chacha::ChaCha20Rng;
use rand_chacha::rand_core::{RngCore, SeedableRng};
use serde::{Deserialize, Serialize};

/// Where all randomness of one Bastide comes from. Given by the operator for reproducible runs, else drawn from the
/// operating system at first start. Whoever knows it can compute every id and secret that was issued.
#[derive(Clone, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Seed(SecretBytes);

impl Seed {
    /// Stretches any text into a seed.
    pub fn from_text(text: &str) -> Self {
        Seed(Secret::new(aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, text.as_bytes()).as_ref().to_vec()))
    }

    /// Fresh from the operating system; `None` when it has no randomness to give.
    pub fn from_system() -> Option<Self> {
        let mut bytes = vec![0; 32];
        aws_lc_rs::rand::fill(&mut bytes).ok()?;
        Some(Seed(Secret::new(bytes)))
    }

    /// Another seed that follows from this one, for a copy that must not repeat it.
    pub fn derived(&self, label: &[u8]) -> Self {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose());
        let mut context = hmac::Context::with_key(&key);
        context.update(b"derived ");
        context.update(label);
        Seed(Secret::new(context.sign().as_ref().to_vec()))
    }

    /// The stream of one call. `boot` counts the starts of this Bastide and `call` the calls since, so that no stream
    /// is ever drawn twice, not even for calls whose record a crash swallowed.
    pub fn stream(&self, boot: u64, call: u64) -> Random {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.expose());
        let mut label = [0; 16];
        label[..8].copy_from_slice(&boot.to_be_bytes());
        label[8..].copy_from_slice(&call.to_be_bytes());
        let mut seed = [0; 32];
        seed.copy_from_slice(hmac::sign(&key, &label).as_ref());
        Random(ChaCha20Rng::from_seed(seed))
    }
}

/// The randomness of one call: a cryptographic stream that is the same for the same seed and the same call.
pub struct Random(ChaCha20Rng);

impl Random {
    pub fn fill(&mut self, bytes: &mut [u8]) {
        self.0.fill_bytes(bytes);
    }

    pub fn bytes<const N: usize>(&mut self) -> [u8; N] {
        let mut bytes = [0; N];
        self.0.fill_bytes(&mut bytes);
        bytes
    }

    pub fn number(&mut self) -> u64 {
        self.0.next_u64()
    }

    /// A version 4 UUID in its usual spelling.
    pub fn uuid(&mut self) -> String {
        let mut bytes: [u8; 16] = self.bytes();
        bytes[6] = bytes[6] & 0x0f | 0x40;
        bytes[8] = bytes[8] & 0x3f | 0x80;
        let hex = hex::encode(bytes);
        format!("{}-{}-{}-{}-{}", &hex[..8], &hex[8..12], &hex[12..16], &hex[16..20], &hex[20..])
    }

    /// `length` characters of `alphabet`, each equally likely. The alphabet is ASCII of at most 64 characters.
    pub fn text(&mut self, alphabet: &[u8], length: usize) -> String {
        let mut text = String::with_capacity(length);
        while text.len() < length {
            let pick = usize::from(self.bytes::<1>()[0] & 0x3f);
            if let Some(letter) = alphabet.get(pick) {
                text.push(char::from(*letter));
            }
        }
        text
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_call_draws_the_same_and_no_other_does() {
        let seed = Seed::from_text("seven");
        assert_eq!(seed.stream(1, 2).uuid(), seed.stream(1, 2).uuid());
        assert_ne!(seed.stream(1, 2).uuid(), seed.stream(2, 1).uuid());
        assert_ne!(seed.stream(1, 2).uuid(), seed.derived(b"copy").stream(1, 2).uuid());
        assert_ne!(seed.stream(1, 2).uuid(), Seed::from_text("eight").stream(1, 2).uuid());
        let uuid = seed.stream(0, 0).uuid();
        assert_eq!((uuid.len(), &uuid[14..15]), (36, "4"));
        assert_eq!(seed.stream(0, 1).text(b"ab", 9).len(), 9);
    }
}
