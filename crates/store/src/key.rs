//! Keys as bytes whose order is the order of the values, so that a map of bytes is a map of tuples and a prefix of a
//! tuple is a range.
//!
//! Integers are big-endian (signed ones with the sign bit flipped). Text and bytes are escaped (`00` becomes `00 FF`)
//! and closed by `00 01`, so that no text is a prefix of another and `"a" < "a\0" < "ab"` holds.

use bastide_base::{AccountId, Arn, Region, Timestamp};

/// A value that can be (a part of) a table's key. Every encoding says where it ends, so tuples simply follow one another.
pub trait Key: Sized + Send + Sync + 'static {
    fn encode(&self, out: &mut Vec<u8>);
    /// Takes this value off the front of `bytes`; `None` if they are not one.
    fn decode(bytes: &mut &[u8]) -> Option<Self>;
}

/// Is written exactly as the key `K` would be: lets a borrowed `&str` look up a `String`.
pub trait Encodes<K> {
    fn encode_as(&self, out: &mut Vec<u8>);
}

/// The leading members of the tuple key `K`: `()` for all rows, `(a,)` for those whose key begins with `a`, and so on.
pub trait Prefix<K> {
    fn encode_prefix(&self, out: &mut Vec<u8>);
}

/// As the last member of a prefix: text that begins so (`(account, Starts("/engineering/"))`).
#[derive(Debug, Clone, Copy)]
pub struct Starts<'a>(pub &'a str);

/// The bytes of `key`, read as a key of type `K`.
pub fn encode<K>(key: impl Encodes<K>) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    key.encode_as(&mut out);
    out
}

/// The bytes that every key under `prefix` begins with.
pub fn encode_prefix<K>(prefix: impl Prefix<K>) -> Vec<u8> {
    let mut out = Vec::with_capacity(64);
    prefix.encode_prefix(&mut out);
    out
}

/// The key in `bytes`, all of them.
pub fn decode<K: Key>(mut bytes: &[u8]) -> Option<K> {
    let key = K::decode(&mut bytes)?;
    bytes.is_empty().then_some(key)
}

/// The first byte string behind all those that begin with `prefix`; `None` if there is none (`FF FF …`).
pub(crate) fn successor(prefix: &[u8]) -> Option<Vec<u8>> {
    let last = prefix.iter().rposition(|byte| *byte != 0xff)?;
    let mut end = prefix.get(..=last)?.to_vec();
    if let Some(byte) = end.last_mut() {
        *byte += 1;
    }
    Some(end)
}

fn take<'a>(bytes: &mut &'a [u8], len: usize) -> Option<&'a [u8]> {
    let (head, rest) = bytes.split_at_checked(len)?;
    *bytes = rest;
    Some(head)
}

fn escape(text: &[u8], out: &mut Vec<u8>) {
    for byte in text {
        out.push(*byte);
        if *byte == 0 {
            out.push(0xff);
        }
    }
}

fn write_bytes(text: &[u8], out: &mut Vec<u8>) {
    escape(text, out);
    out.extend_from_slice(&[0, 1]);
}

fn read_bytes(bytes: &mut &[u8]) -> Option<Vec<u8>> {
    let mut text = Vec::new();
    loop {
        let zero = bytes.iter().position(|byte| *byte == 0)?;
        text.extend_from_slice(take(bytes, zero)?);
        match take(bytes, 2)? {
            [_, 0xff] => text.push(0),
            [_, 1] => return Some(text),
            _ => return None,
        }
    }
}

macro_rules! integers {
    ($($int:ty, $flip:expr);* $(;)?) => {$(
        impl Key for $int {
            fn encode(&self, out: &mut Vec<u8>) {
                out.extend_from_slice(&(*self ^ $flip).to_be_bytes());
            }
            fn decode(bytes: &mut &[u8]) -> Option<Self> {
                let raw = take(bytes, size_of::<$int>())?;
                Some(<$int>::from_be_bytes(raw.try_into().ok()?) ^ $flip)
            }
        }
        encodes_itself!($int);
    )*};
}

/// Makes a key type usable in lookups of itself.
macro_rules! encodes_itself {
    ($($leaf:ty),*) => {$(
        impl Encodes<$leaf> for $leaf {
            fn encode_as(&self, out: &mut Vec<u8>) {
                Key::encode(self, out);
            }
        }
    )*};
}

integers! { u8, 0; u16, 0; u32, 0; u64, 0; u128, 0; i32, i32::MIN; i64, i64::MIN; }
encodes_itself!(bool, String, Vec<u8>, AccountId, Region, Timestamp, Arn, ());

impl Key for () {
    fn encode(&self, _: &mut Vec<u8>) {}
    fn decode(_: &mut &[u8]) -> Option<Self> {
        Some(())
    }
}

impl Key for bool {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(*self));
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        match take(bytes, 1)? {
            [0] => Some(false),
            [1] => Some(true),
            _ => None,
        }
    }
}

impl Key for String {
    fn encode(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        String::from_utf8(read_bytes(bytes)?).ok()
    }
}

impl Key for Vec<u8> {
    fn encode(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        read_bytes(bytes)
    }
}

impl<const N: usize> Key for [u8; N] {
    fn encode(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        take(bytes, N)?.try_into().ok()
    }
}
impl<const N: usize> Encodes<[u8; N]> for [u8; N] {
    fn encode_as(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(self);
    }
}

impl Key for AccountId {
    fn encode(&self, out: &mut Vec<u8>) {
        self.number().encode(out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        AccountId::from_number(u64::decode(bytes)?)
    }
}

impl Key for Region {
    fn encode(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_str().as_bytes(), out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        String::decode(bytes)?.parse().ok()
    }
}

impl Key for Timestamp {
    fn encode(&self, out: &mut Vec<u8>) {
        self.millis().encode(out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        i64::decode(bytes).map(Timestamp::from_millis)
    }
}

impl Key for Arn {
    fn encode(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_str().as_bytes(), out);
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        String::decode(bytes)?.parse().ok()
    }
}

impl<K: Key> Key for Option<K> {
    fn encode(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(key) = self {
            key.encode(out);
        }
    }
    fn decode(bytes: &mut &[u8]) -> Option<Self> {
        if bool::decode(bytes)? { K::decode(bytes).map(Some) } else { Some(None) }
    }
}
impl<K, E: Encodes<K>> Encodes<Option<K>> for Option<E> {
    fn encode_as(&self, out: &mut Vec<u8>) {
        out.push(u8::from(self.is_some()));
        if let Some(key) = self {
            key.encode_as(out);
        }
    }
}

impl Encodes<String> for str {
    fn encode_as(&self, out: &mut Vec<u8>) {
        write_bytes(self.as_bytes(), out);
    }
}
impl Encodes<Vec<u8>> for [u8] {
    fn encode_as(&self, out: &mut Vec<u8>) {
        write_bytes(self, out);
    }
}
impl<K, E: Encodes<K> + ?Sized> Encodes<K> for &E {
    fn encode_as(&self, out: &mut Vec<u8>) {
        (**self).encode_as(out);
    }
}

impl<K> Prefix<K> for () {
    fn encode_prefix(&self, _: &mut Vec<u8>) {}
}
impl Prefix<String> for Starts<'_> {
    fn encode_prefix(&self, out: &mut Vec<u8>) {
        escape(self.0.as_bytes(), out);
    }
}

macro_rules! tuples {
    ($($K:ident $E:ident $at:tt),+) => {
        impl<$($K: Key),+> Key for ($($K,)+) {
            fn encode(&self, out: &mut Vec<u8>) {
                $(self.$at.encode(out);)+
            }
            fn decode(bytes: &mut &[u8]) -> Option<Self> {
                Some(($($K::decode(bytes)?,)+))
            }
        }
        impl<$($K, $E: Encodes<$K>),+> Encodes<($($K,)+)> for ($($E,)+) {
            fn encode_as(&self, out: &mut Vec<u8>) {
                $(self.$at.encode_as(out);)+
            }
        }
        impl<$($K, $E: Encodes<$K>),+> Prefix<($($K,)+ String)> for ($($E,)+ Starts<'_>) {
            fn encode_prefix(&self, out: &mut Vec<u8>) {
                let ($($E,)+ last) = self;
                $($E.encode_as(out);)+
                last.encode_prefix(out);
            }
        }
    };
}

/// `prefix!(A E 0, B F 1; C D)`: `(A, B)` leads `(A, B, C)` and `(A, B, C, D)`.
macro_rules! prefixes {
    ($($K:ident $E:ident $at:tt),+; ) => {};
    ($($K:ident $E:ident $at:tt),+; $($rest:ident)+) => {
        impl<$($K, $E: Encodes<$K>,)+ $($rest),+> Prefix<($($K,)+ $($rest,)+)> for ($($E,)+) {
            fn encode_prefix(&self, out: &mut Vec<u8>) {
                $(self.$at.encode_as(out);)+
            }
        }
    };
}

mod tuples {
    #![allow(non_snake_case)]
    use super::{Encodes, Key, Prefix, Starts};

    tuples!(A E 0);
    tuples!(A E 0, B F 1);
    tuples!(A E 0, B F 1, C G 2);
    tuples!(A E 0, B F 1, C G 2, D H 3);
    tuples!(A E 0, B F 1, C G 2, D H 3, I J 4);

    prefixes!(A E 0; B);
    prefixes!(A E 0; B C);
    prefixes!(A E 0; B C D);
    prefixes!(A E 0; B C D I);
    prefixes!(A E 0, B F 1; C);
    prefixes!(A E 0, B F 1; C D);
    prefixes!(A E 0, B F 1; C D I);
    prefixes!(A E 0, B F 1, C G 2; D);
    prefixes!(A E 0, B F 1, C G 2; D I);
    prefixes!(A E 0, B F 1, C G 2, D H 3; I);
}

/// Makes a service's own text newtype (with `AsRef<str>` and `FromStr`) usable as a key.
#[macro_export]
macro_rules! text_key {
    ($($name:ty),+ $(,)?) => {$(
        impl $crate::Key for $name {
            fn encode(&self, out: &mut Vec<u8>) {
                $crate::Encodes::<String>::encode_as(AsRef::<str>::as_ref(self), out);
            }
            fn decode(bytes: &mut &[u8]) -> Option<Self> {
                <String as $crate::Key>::decode(bytes)?.parse().ok()
            }
        }
        impl $crate::Encodes<$name> for $name {
            fn encode_as(&self, out: &mut Vec<u8>) {
                $crate::Key::encode(self, out);
            }
        }
    )+};
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    type Tuple = (AccountId, String, i64, Option<Vec<u8>>, bool);

    fn tuple() -> impl Strategy<Value = Tuple> {
        let text = prop_oneof!["[a\0\u{1}\u{ff}]{0,4}", "\\PC{0,3}"];
        let bytes = proptest::collection::vec(prop_oneof![Just(0u8), Just(1), Just(0xff), any::<u8>()], 0..4);
        let number = prop_oneof![Just(i64::MIN), -2..2i64, Just(i64::MAX)];
        (0..3u64, text, number, proptest::option::of(bytes), any::<bool>())
            .prop_map(|(account, text, at, raw, flag)| (AccountId::from_number(account).unwrap(), text, at, raw, flag))
    }

    proptest! {
        #[test]
        fn bytes_order_as_the_values_do_and_read_back(a in tuple(), b in tuple()) {
            let (bytes_a, bytes_b) = (encode::<Tuple>(&a), encode::<Tuple>(&b));
            prop_assert_eq!(bytes_a.cmp(&bytes_b), a.cmp(&b));
            prop_assert_eq!(decode::<Tuple>(&bytes_a), Some(a));
        }

        #[test]
        fn damaged_bytes_never_panic(bytes in proptest::collection::vec(any::<u8>(), 0..40)) {
            let _ = decode::<Tuple>(&bytes);
        }
    }

    #[test]
    fn a_prefix_covers_exactly_the_keys_that_begin_with_it() {
        type Key = (AccountId, String);
        let account = AccountId::from_number(42).unwrap();
        let under =
            |bytes: &[u8], prefix: &[u8]| bytes >= prefix && successor(prefix).is_none_or(|end| bytes < &end[..]);
        let alice = encode::<Key>((account, "alice"));
        assert!(under(&alice, &encode_prefix::<Key>((account,))));
        assert!(under(&alice, &encode_prefix::<Key>((account, Starts("ali")))));
        assert!(!under(&alice, &encode_prefix::<Key>((account, Starts("alm")))));
        assert!(under(&alice, &encode_prefix::<Key>(())));
        assert!(!under(&alice, &encode_prefix::<Key>((AccountId::from_number(41).unwrap(),))));
        assert_eq!(successor(&[1, 0xff, 0xff]), Some(vec![2]));
        assert_eq!(successor(&[0xff]), None);
    }
}
