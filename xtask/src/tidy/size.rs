//! How long files and functions may be.

use std::collections::BTreeMap;

use super::tree::{File, Tree};
use super::{Rule, ratchet};

const FILE_LINES: usize = 800;
const FUNCTION_LINES: usize = 80;

pub const RULES: &[Rule] = &[
    Rule {
        name: "file-size",
        why: "a file is read in one sitting: split a longer one by meaning, or move its tests beside it",
        check: files,
    },
    Rule {
        name: "function-size",
        why: "a function fits on a screen: name its steps, or put what varies into a table",
        check: functions,
    },
];

fn files(tree: &Tree) -> Vec<String> {
    let lines = tree.files.iter().map(|file| (file.path.clone(), file.text.lines().count()));
    ratchet::counted(tree, "file-size", FILE_LINES, lines.filter(|(_, lines)| *lines > FILE_LINES).collect())
}

fn functions(tree: &Tree) -> Vec<String> {
    let mut found = BTreeMap::new();
    for file in &tree.files {
        for (name, lines) in lengths(file).into_iter().filter(|(_, lines)| *lines > FUNCTION_LINES) {
            found.insert(format!("{}::{name}", file.path), lines);
        }
    }
    ratchet::counted(tree, "function-size", FUNCTION_LINES, found)
}

/// Every function and its lines, from `fn` to the brace that closes it. Formatted code puts that brace, alone, under the
/// line that the function begins with.
fn lengths(file: &File) -> Vec<(String, usize)> {
    let lines: Vec<&str> = file.text.lines().collect();
    let mut found = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let Some(name) = function(line) else { continue };
        let indent = &line[..line.len() - line.trim_start().len()];
        let one_line = line.ends_with('}') || line.ends_with(';');
        let closes = |candidate: &&str| candidate.strip_prefix(indent).is_some_and(|rest| rest == "}");
        let end = lines[at..].iter().position(closes).filter(|_| !one_line);
        found.push((name.to_owned(), end.map_or(1, |end| end + 1)));
    }
    found
}

/// The name of the function that begins on this line.
fn function(line: &str) -> Option<&str> {
    const BEFORE: &[&str] = &["pub", "pub(crate)", "pub(super)", "const", "async", "unsafe", "extern", "default"];
    let mut words = line.split_whitespace();
    loop {
        match words.next()? {
            "fn" => return words.next()?.split(['(', '<']).next(),
            word if BEFORE.contains(&word) => {}
            _ => return None,
        }
    }
}
