//! What every operation has.

use std::collections::BTreeMap;

use super::tree::{File, Tree};
use super::{Rule, ratchet};
use crate::project::snake_case;

pub const RULES: &[Rule] = &[
    Rule {
        name: "op-file",
        why: "an operation is one file that opens with `//! SERVICE Operation.` and what is real of it: readers and the \
              coverage page rely on it",
        check: file,
    },
    Rule {
        name: "op-ask",
        why: "an operation says what it needs in its own file: a call without a question to policies is an open door",
        check: ask,
    },
    Rule {
        name: "op-denied",
        why: "every operation has a test in which a caller without permission is denied: put a test with `denied` (or `nobody_else_may`) \
              in its name into the operation's file, or name the operation in such a test under the service's tests/",
        check: denied,
    },
    Rule {
        name: "granted",
        why: "the proof that a call was authorised is made in one function of authz and nowhere else, by nobody else",
        check: granted,
    },
    Rule {
        name: "authorise",
        why: "only the kernel's bracket asks for the proof: an operation that could ask could grant itself another's",
        check: authorise,
    },
    Rule {
        name: "faults",
        why: "a service's errors are listed by `faults!`, which is held against the model: an error named on the way would \
              reach clients as an internal failure if it were misspelt",
        check: faults,
    },
];

/// What may stand in ops/ besides operations: the list of them, and what all of them import.
const NOT_OPERATIONS: &[&str] = &["/mod.rs", "/prelude.rs"];

/// Every operation's file, with the operation's name as its `NAME` says.
fn operations(tree: &Tree) -> impl Iterator<Item = (&File, Option<&str>)> {
    let in_ops =
        |file: &&File| file.path.starts_with("services/") && file.path.contains("/src/ops/") && !file.is_test();
    let files =
        tree.files.iter().filter(in_ops).filter(|file| !NOT_OPERATIONS.iter().any(|name| file.path.ends_with(name)));
    files.map(|file| (file, name(file)))
}

fn name(file: &File) -> Option<&str> {
    let (_, rest) = file.text.split_once("const NAME: &'static str = \"")?;
    rest.split('"').next()
}

fn file(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, name) in operations(tree) {
        let Some(name) = name else {
            breaches.push(format!("{}: no operation (no `const NAME`): shared code belongs beside ops/", file.path));
            continue;
        };
        let header = file.text.lines().next().unwrap_or_default();
        let words: Vec<&str> = header.split_whitespace().take(3).collect();
        let opens = matches!(words.as_slice(), ["//!", _, word] if word.trim_end_matches(['.', ':', ',']) == name);
        if !opens {
            breaches.push(format!("{}: does not open with `//! SERVICE {name}.`", file.path));
        }
        if file.text.lines().take(8).any(|line| line.starts_with("//!") && line.contains("Refused: everything")) {
            breaches.push(format!("{}: it only refuses: what is not there is not registered", file.path));
        }
        let stem = file.path.rsplit('/').next().unwrap_or_default().trim_end_matches(".rs");
        if stem != snake_case(name) {
            breaches.push(format!("{}: {name} belongs into {}.rs", file.path, snake_case(name)));
        }
    }
    breaches
}

fn ask(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for (file, _) in operations(tree) {
        if !file.text.contains("fn ask(") {
            breaches.push(format!("{}: no `fn ask`", file.path));
        }
        for part in file.text.split("Ask::exempt(").skip(1) {
            let reason = part.split(')').next().unwrap_or_default();
            if reason.len() < 20 {
                breaches.push(format!("{}: an exemption names the AWS document that leaves the call open", file.path));
            }
        }
    }
    breaches
}

/// An operation that is exempt from asking cannot be denied, so it needs no such test.
fn denied(tree: &Tree) -> Vec<String> {
    let mut found = BTreeMap::new();
    for (file, name) in operations(tree) {
        let Some(name) = name else { continue };
        let exempt = file.text.contains("Ask::exempt(") && !file.text.contains("Ask::action(");
        let service = file.path.split("/src/").next().unwrap_or_default();
        // The helper `denies` of a service's tests calls as nobody and looks that nothing changed.
        let own = has_denied_test(&file.text) || file.text.contains(&format!(".denies(\"{name}\""));
        let shared = format!("{service}/tests");
        let listed = || tree.below(&shared).any(|test| has_denied_test(&test.text) && mentions(&test.text, name));
        if !exempt && !own && !listed() {
            found.insert(file.path.clone(), format!("{name} has no denied-path test"));
        }
    }
    ratchet::named(tree, "op-denied", found)
}

/// Whether a test of this file is about being denied: by convention its name says so.
fn has_denied_test(text: &str) -> bool {
    const WORDS: [&str; 2] = ["denied", "nobody_else_may"];
    let names = text.lines().filter_map(|line| line.split_once("fn ")?.1.split('(').next());
    text.contains("#[test]") && names.into_iter().any(|name| WORDS.iter().any(|word| name.contains(word)))
}

/// Whether the name stands in the text as a word of its own.
fn mentions(text: &str, name: &str) -> bool {
    text.match_indices(name).any(|(at, _)| {
        let is_word = |byte: Option<&u8>| byte.is_some_and(|byte| byte.is_ascii_alphanumeric() || *byte == b'_');
        let bytes = text.as_bytes();
        !is_word(at.checked_sub(1).and_then(|before| bytes.get(before))) && !is_word(bytes.get(at + name.len()))
    })
}

/// A struct literal is the one way to make the proof: its fields are private to the file that authorises.
fn granted(tree: &Tree) -> Vec<String> {
    const HOME: &str = "crates/authz/src/authorise.rs";
    let mut breaches = Vec::new();
    for file in tree.files.iter().filter(|file| !file.path.starts_with("xtask/")) {
        let text = file.text.as_str();
        let defines = text.contains("struct Granted<") || text.contains("struct Granted ");
        let makes = text.matches("Granted {").count() + text.matches("Granted(").count();
        if file.path != HOME && (defines || makes > 0) {
            breaches.push(format!("{}: makes or defines a Granted of its own", file.path));
        }
        if file.path == HOME && makes != 1 {
            breaches.push(format!("{HOME}: makes a Granted in {makes} places, not in one"));
        }
        if let Some((_, body)) = text.split_once("pub struct Granted<").filter(|_| file.path == HOME) {
            let fields = body.split('}').next().unwrap_or_default();
            if fields.contains("pub ") || fields.contains("pub(") {
                breaches.push(format!("{HOME}: the fields of Granted are private"));
            }
        }
    }
    breaches
}

fn authorise(tree: &Tree) -> Vec<String> {
    const HOMES: [&str; 3] = ["crates/authz/", "crates/kernel/src/op.rs", "xtask/"];
    let mut breaches = Vec::new();
    for file in tree.files.iter().filter(|file| !HOMES.iter().any(|home| file.path.starts_with(home))) {
        for (line, text) in file.lines() {
            if !text.trim_start().starts_with("//") && mentions(text, "authorise") {
                breaches.push(format!("{}:{line}: names `authorise`", file.path));
            }
        }
    }
    breaches
}

fn faults(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in tree.below("services").filter(|file| file.path.contains("/src/") && !file.is_test()) {
        for (line, text) in file.lines_before_tests() {
            if text.contains("Fault::modelled(") {
                breaches.push(format!("{}:{line}: Fault::modelled outside of `faults!`", file.path));
            }
        }
    }
    breaches
}
