//! What goes to stdout: data, whole lines, and no panic when nobody reads any more.

use crate::failure::{Failure, Result};
use serde_json::Value;
use std::io::{ErrorKind, Write};

/// Prints `text` and a line's end.
pub fn line(text: impl AsRef<str>) -> Result<()> {
    let mut out = std::io::stdout().lock();
    let written =
        out.write_all(text.as_ref().as_bytes()).and_then(|()| out.write_all(b"\n")).and_then(|()| out.flush());
    written.map_err(|why| match why.kind() {
        ErrorKind::BrokenPipe => Failure::silent(),
        _ => Failure::new(format!("cannot write to stdout: {why}")),
    })
}

/// Prints JSON for programs, indented because people look at it, too.
pub fn json(value: &Value) -> Result<()> {
    line(format!("{value:#}"))
}

/// Columns as wide as their widest cell, two spaces between them, nothing behind the last.
pub fn table(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or_default();
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or_default()
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let lines = rows.iter().map(|row| {
        let cells = row.iter().zip(&widths).map(|(cell, width)| format!("{cell:<width$}"));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// An instant of the wire: seconds since 1970 as JSON numbers carry them.
pub fn time(value: &Value) -> String {
    value
        .as_f64()
        .map(|seconds| bastide_base::Timestamp::from_secs_f64(seconds).whole_seconds().iso8601())
        .unwrap_or_default()
}

/// A member's text; empty when it is not there.
pub fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_line_up_and_nothing_trails() {
        let rows =
            [vec!["a".to_owned(), "long cell".to_owned(), "x".to_owned()], vec!["bcd".to_owned(), "é".to_owned()]];
        assert_eq!(table(&rows), "a    long cell  x\nbcd  é");
    }
}
