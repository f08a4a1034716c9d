use std::fmt;

/// A request's head, as it came over the wire. Nothing in it is decoded.
#[derive(Clone, Copy)]
pub struct Head<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// The path before the `?`, undecoded.
    pub path: &'a str,
    /// What follows the `?`, undecoded and without it; empty when there is none.
    pub query: &'a str,
    /// Every header, name in lower case, repeated ones in the order they came. HTTP/2's `:authority` stands as `host`.
    pub headers: &'a [(&'a str, &'a [u8])],
}

/// Method and path only: queries and headers carry tokens.
impl fmt::Debug for Head<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Head({} {})", self.method, self.path)
    }
}

impl<'a> Head<'a> {
    /// Every value of a header, in order.
    pub(crate) fn all(&self, name: &'a str) -> impl Iterator<Item = &'a [u8]> + 'a {
        self.headers.iter().filter(move |(other, _)| *other == name).map(|(_, value)| *value)
    }

    /// The header's text when it is there exactly once and is UTF-8.
    pub(crate) fn one(&self, name: &'a str) -> Option<&'a str> {
        let mut values = self.all(name);
        let first = values.next()?;
        if values.next().is_some() {
            return None;
        }
        std::str::from_utf8(first).ok().map(str::trim)
    }

    pub(crate) fn has(&self, name: &'a str) -> bool {
        self.all(name).next().is_some()
    }

    /// The query's pairs, undecoded, in order; a name without `=` has an empty value.
    pub(crate) fn pairs(&self) -> impl Iterator<Item = (&'a str, &'a str)> + 'a {
        self.query.split('&').filter(|pair| !pair.is_empty()).map(|pair| pair.split_once('=').unwrap_or((pair, "")))
    }
}
