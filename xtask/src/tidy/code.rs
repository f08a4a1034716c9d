//! What readers of the code rely on.

use std::collections::BTreeMap;

use super::tree::{File, Tree};
use super::{Rule, ratchet};

/// Rooms that everything else is written against.
const DOCUMENTED: &[&str] = &["crates/base", "crates/policy", "crates/sigv4", "crates/kernel"];

const ITEMS: &[&str] = &["fn", "struct", "enum", "trait", "const", "static", "type", "async"];

pub const RULES: &[Rule] = &[
    Rule {
        name: "crate-header",
        why: "a crate's lib.rs (or main.rs) opens with what the crate is, what it never does and where to start reading",
        check: headers,
    },
    Rule {
        name: "public-docs",
        why: "every public item of the lower rooms says what it means: units, errors, where AWS says so",
        check: docs,
    },
];

fn headers(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for each in tree.crates.iter().filter(|each| each.folder != "fuzz") {
        let roots = ["lib.rs", "main.rs"].map(|name| format!("{}/src/{name}", each.folder));
        let found: Vec<&File> = tree.files.iter().filter(|file| roots.contains(&file.path)).collect();
        if !found.iter().any(|file| file.lines().take(10).any(|(_, line)| line.starts_with("//! "))) {
            breaches.push(format!("{}: neither lib.rs nor main.rs opens with `//!`", each.folder));
        }
    }
    breaches
}

/// How many public items of each file lack a doc comment.
fn docs(tree: &Tree) -> Vec<String> {
    let mut found = BTreeMap::new();
    for folder in DOCUMENTED {
        let source = format!("{folder}/src");
        for file in tree.below(&source).filter(|file| !file.is_test()) {
            let count = undocumented(file);
            if count > 0 {
                found.insert(file.path.clone(), count);
            }
        }
    }
    ratchet::counted(tree, "public-docs", 0, found)
}

fn undocumented(file: &File) -> usize {
    let lines: Vec<&str> = file.lines_before_tests().map(|(_, line)| line.trim()).collect();
    let public = |line: &str| {
        line.strip_prefix("pub ")
            .and_then(|rest| rest.split([' ', '(']).next())
            .is_some_and(|word| ITEMS.contains(&word))
    };
    let documented = |at: usize| {
        let above = lines[..at].iter().rev().find(|line| !line.starts_with("#["));
        above.is_some_and(|line| line.starts_with("///"))
    };
    lines.iter().enumerate().filter(|(at, line)| public(line) && !documented(*at)).count()
}
