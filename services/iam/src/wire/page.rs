//! Pages of lists: an opaque marker that only the operation which gave it takes back.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bastide_kernel::Fault;

/// Items of a page when the caller does not say (IAM API Reference, `MaxItems`).
const ITEMS_DEFAULT: u32 = 100;

/// One page of a list.
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub marker: Option<String>,
}

/// A request for a page.
pub struct Paging<'a> {
    /// The operation that is asked; its markers are no good elsewhere.
    pub operation: &'static str,
    pub marker: Option<&'a str>,
    pub max: Option<u32>,
}

impl Paging<'_> {
    /// The sort key of the last item of the page before.
    ///
    /// # Errors
    /// ValidationError for a marker that this operation did not give.
    pub fn after(&self) -> Result<Option<String>, Fault> {
        let Some(marker) = self.marker else { return Ok(None) };
        let bad = || Fault::validation("Invalid Marker.");
        let text = STANDARD.decode(marker).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad)?;
        let (operation, key) = text.split_once(' ').ok_or_else(bad)?;
        if operation == self.operation { Ok(Some(key.to_owned())) } else { Err(bad()) }
    }

    /// The page of `items`, which come sorted by their keys and begin wherever they like.
    ///
    /// # Errors
    /// ValidationError for a marker that this operation did not give.
    pub fn of<K: AsRef<str>, T>(&self, items: impl IntoIterator<Item = (K, T)>) -> Result<Page<T>, Fault> {
        let after = self.after()?;
        let max = self.max.unwrap_or(ITEMS_DEFAULT) as usize;
        let mut page = Page { items: Vec::new(), marker: None };
        let mut last = None;
        let unseen = |(key, _): &(K, T)| after.as_deref().is_some_and(|after| key.as_ref() <= after);
        for (key, item) in items.into_iter().skip_while(unseen) {
            if page.items.len() == max {
                page.marker = last.map(|key: K| STANDARD.encode(format!("{} {}", self.operation, key.as_ref())));
                break;
            }
            page.items.push(item);
            last = Some(key);
        }
        Ok(page)
    }
}

impl<T> Page<T> {
    pub fn truncated(&self) -> bool {
        self.marker.is_some()
    }

    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), marker: self.marker }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(operation: &'static str, max: u32) -> Vec<Vec<u32>> {
        let items = || (1..=5).map(|n| (format!("key {n}"), n));
        let mut pages = Vec::new();
        let mut marker: Option<String> = None;
        loop {
            let page = Paging { operation, marker: marker.as_deref(), max: Some(max) }.of(items()).unwrap();
            pages.push(page.items);
            marker = page.marker;
            if marker.is_none() {
                return pages;
            }
        }
    }

    #[test]
    fn pages_cover_the_list_once_and_the_last_has_no_marker() {
        assert_eq!(walk("ListUsers", 2), [vec![1, 2], vec![3, 4], vec![5]]);
        assert_eq!(walk("ListUsers", 5), [vec![1, 2, 3, 4, 5]]);
        assert_eq!(walk("ListUsers", 1000), [vec![1, 2, 3, 4, 5]]);
    }

    #[test]
    fn a_foreign_or_broken_marker_is_refused() {
        let items = || [("a", 1), ("b", 2)];
        let page = Paging { operation: "ListUsers", marker: None, max: Some(1) }.of(items()).unwrap();
        for (operation, marker) in
            [("ListRoles", page.marker.as_deref()), ("ListUsers", Some("AAAA")), ("ListUsers", Some("?"))]
        {
            let fault = Paging { operation, marker, max: None }.of(items()).err().unwrap();
            assert_eq!(fault.to_string(), "ValidationError: Invalid Marker.");
        }
    }
}
