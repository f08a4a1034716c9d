//! What may not be written.

use super::Rule;
use super::tree::Tree;

/// Put together here, so that this file does not break its own rule.
const UNFINISHED: &[&str] = &[
    concat!("TO", "DO"),
    concat!("FIX", "ME"),
    concat!("XX", "X:"),
    concat!("todo", "!("),
    concat!("unimplemented", "!("),
    concat!("#[ig", "nore"),
];

const TIME: &[&str] = &["SystemTime::now", "Instant::now"];

/// Where the machine's time may be read, and what for. A path is a file, or a folder with everything in it.
const CLOCKS: &[(&str, &str)] = &[
    ("crates/base/src/time.rs", "the one place that the virtual clock reads"),
    ("crates/base/src/clock.rs", "the one place that the virtual clock reads"),
    ("crates/store/src/writer.rs", "how long records linger before they are written: no result depends on it"),
    ("crates/store/src/blob", "the age of blobs that nothing refers to, for sweeping"),
    ("crates/gateway/src", "deadlines of sockets"),
    ("bastide/src/progress.rs", "progress shown to a person"),
    ("xtask", "durations shown to a person"),
    ("fuzz", "bounds of a run"),
];

pub const RULES: &[Rule] = &[
    Rule {
        name: "finished",
        why: "what is not finished is refused with 501 and named in COVERAGE.md, or it is an issue: a note in the code is \
              neither seen nor tested",
        check: finished,
    },
    Rule {
        name: "no-hidden-time",
        why: "time comes from the request's context, so that the clock can be moved and the same calls give the same state",
        check: time,
    },
];

fn finished(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in &tree.files {
        for (line, text) in file.lines() {
            let found = UNFINISHED.iter().filter(|word| text.contains(**word));
            breaches.extend(found.map(|word| format!("{}:{line}: {word}", file.path)));
        }
    }
    breaches
}

fn time(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for file in tree.files.iter().filter(|file| !file.is_test()) {
        let allowed = CLOCKS.iter().any(|(place, _)| file.path.starts_with(place));
        for (line, text) in file.lines_before_tests().filter(|_| !allowed) {
            let found = TIME.iter().filter(|call| text.contains(**call) && !text.trim().starts_with("//"));
            breaches.extend(found.map(|call| format!("{}:{line}: {call}", file.path)));
        }
    }
    breaches
}
