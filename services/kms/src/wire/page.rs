//! Pages of lists: an opaque marker that only the operation which gave it takes back.

use crate::fault;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bastide_kernel::Fault;

/// One page of a list.
pub struct Page<T> {
    pub items: Vec<T>,
    /// Where the next page begins; `None` on the last.
    pub marker: Option<String>,
    pub truncated: bool,
}

/// The page of `items` behind `marker`. They come sorted by their keys.
///
/// # Errors
/// InvalidMarkerException for a marker that this operation did not give.
pub fn page<K: AsRef<str>, T>(
    operation: &str,
    items: impl IntoIterator<Item = (K, T)>,
    limit: Option<u32>,
    default: u32,
    marker: Option<&str>,
) -> Result<Page<T>, Fault> {
    let after = marker.map(|marker| opened(operation, marker)).transpose()?;
    let max = limit.unwrap_or(default) as usize;
    let mut page = Page { items: Vec::new(), marker: None, truncated: false };
    let mut last: Option<K> = None;
    for (key, item) in items {
        if after.as_deref().is_some_and(|after| key.as_ref() <= after) {
            continue;
        }
        if page.items.len() == max {
            page.marker = last.map(|key| STANDARD.encode(format!("{operation} {}", key.as_ref())));
            page.truncated = true;
            break;
        }
        page.items.push(item);
        last = Some(key);
    }
    Ok(page)
}

fn opened(operation: &str, marker: &str) -> Result<String, Fault> {
    let bad = || fault::invalid_marker("The marker is not one that this operation gave.");
    let text = STANDARD.decode(marker).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad)?;
    match text.split_once(' ') {
        Some((made_by, key)) if made_by == operation => Ok(key.to_owned()),
        _ => Err(bad()),
    }
}
