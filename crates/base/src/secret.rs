use serde::{Deserialize, Deserializer, Serialize, Serializer};
use std::cell::RefCell;
use std::rc::Rc;
use subtle::ConstantTimeEq;
use zeroize::{Zeroize, Zeroizing};

/// A value that must not be seen: no `Debug`, no `Display`, wiped when dropped, and serialised only sealed.
///
/// Serialising outside of [`with_sealer`] is an error, so a secret cannot reach a file, a log or an answer by accident.
#[derive(Clone)]
pub struct Secret<T: Zeroize>(Zeroizing<T>);

pub type SecretBytes = Secret<Vec<u8>>;
pub type SecretString = Secret<String>;

impl<T: Zeroize> Secret<T> {
    pub fn new(value: T) -> Self {
        Secret(Zeroizing::new(value))
    }

    /// The secret itself. Each call is a place to review.
    pub fn expose(&self) -> &T {
        &self.0
    }
}

impl<T: Zeroize + AsRef<[u8]>> Secret<T> {
    /// Compares without telling by its duration where the difference is.
    pub fn matches(&self, other: &[u8]) -> bool {
        self.0.as_ref().ct_eq(other).into()
    }
}

/// Encrypts secrets on their way to disk and opens them on the way back.
pub trait Sealer {
    /// Seals so that the same plain text under the same key gives the same bytes (state stays reproducible).
    fn seal(&self, plain: &[u8]) -> Vec<u8>;
    /// `None` when the bytes were not sealed by this key or were changed.
    fn open(&self, sealed: &[u8]) -> Option<SecretBytes>;
}

thread_local! {
    static SEALER: RefCell<Option<Rc<dyn Sealer>>> = const { RefCell::new(None) };
}

/// Runs `work` with `sealer` at hand for every secret that is serialised or deserialised on this thread meanwhile.
pub fn with_sealer<R>(sealer: Rc<dyn Sealer>, work: impl FnOnce() -> R) -> R {
    struct Restore(Option<Rc<dyn Sealer>>);
    impl Drop for Restore {
        fn drop(&mut self) {
            SEALER.with(|slot| *slot.borrow_mut() = self.0.take());
        }
    }
    let _restore = Restore(SEALER.with(|slot| slot.borrow_mut().replace(sealer)));
    work()
}

fn sealer() -> Option<Rc<dyn Sealer>> {
    SEALER.with(|slot| slot.borrow().clone())
}

impl<T: Zeroize + AsRef<[u8]>> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sealer = sealer().ok_or_else(|| serde::ser::Error::custom("a secret is serialised only under a sealer"))?;
        serializer.serialize_str(&hex::encode(sealer.seal(self.0.as_ref())))
    }
}

fn opened<'de, D: Deserializer<'de>>(deserializer: D) -> Result<SecretBytes, D::Error> {
    use serde::de::Error;
    let text = String::deserialize(deserializer)?;
    let sealed = hex::decode(text).map_err(|_| D::Error::custom("a sealed secret is damaged"))?;
    let sealer = sealer().ok_or_else(|| D::Error::custom("a secret is read only under a sealer"))?;
    sealer
        .open(&sealed)
        .ok_or_else(|| D::Error::custom("a sealed secret does not open: wrong master key or damaged data"))
}

impl<'de> Deserialize<'de> for Secret<Vec<u8>> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        opened(deserializer)
    }
}

impl<'de> Deserialize<'de> for Secret<String> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let bytes = opened(deserializer)?;
        let text =
            std::str::from_utf8(bytes.expose()).map_err(|_| serde::de::Error::custom("a sealed secret is not text"))?;
        Ok(Secret::new(text.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Flip;
    impl Sealer for Flip {
        fn seal(&self, plain: &[u8]) -> Vec<u8> {
            plain.iter().map(|byte| !byte).collect()
        }
        fn open(&self, sealed: &[u8]) -> Option<SecretBytes> {
            Some(Secret::new(self.seal(sealed)))
        }
    }

    #[test]
    fn a_secret_leaves_only_sealed() {
        let secret = SecretString::new("hunter2".into());
        assert!(serde_json::to_string(&secret).unwrap_err().to_string().contains("only under a sealer"));
        let sealed = with_sealer(Rc::new(Flip), || serde_json::to_string(&secret).unwrap());
        assert!(!sealed.contains("hunter2"));
        assert!(serde_json::from_str::<SecretString>(&sealed).is_err());
        let back: SecretString = with_sealer(Rc::new(Flip), || serde_json::from_str(&sealed).unwrap());
        assert!(back.matches(b"hunter2") && !back.matches(b"hunter3"));
    }
}
