//! Every service is built the same way.

use super::tree::Tree;
use super::{Rule, ratchet};

/// What every service has.
const REQUIRED: &[&str] = &["README.md", "src/lib.rs", "src/fault.rs", "src/ops/mod.rs"];

/// What a service may have in `src/`, and what it is for. A name is a file, or a folder when it has grown.
const KNOWN: &[&str] = &[
    "lib",     // registration
    "ops",     // one file per operation
    "fault",   // errors: AWS's code, status and wording
    "model",   // domain types and invariants, no wire types
    "state",   // its tables and indexes
    "policy",  // resource ARNs, condition keys, resource policies
    "events",  // what it emits and follows
    "jobs",    // what happens with time
    "wire",    // structures that several operations answer with
    "testing", // what its tests share
];

pub const RULES: &[Rule] = &[
    Rule {
        name: "service-shape",
        why: "who knows one service finds everything in the next: the folder shape of ARCHITECTURE.md, the same for all",
        check: shape,
    },
    Rule {
        name: "state-apart",
        why: "only a service's state.rs touches the store, so that invariants live in one place and no operation writes \
              around them",
        check: state_apart,
    },
];

fn shape(tree: &Tree) -> Vec<String> {
    let mut found = std::collections::BTreeMap::new();
    for service in tree.services() {
        for required in REQUIRED {
            let path = format!("{}/{required}", service.folder);
            if !tree.has(&path) {
                found.insert(path, "is missing".to_owned());
            }
        }
        let source = format!("{}/src", service.folder);
        for file in tree.below(&source) {
            let rest = &file.path[source.len() + 1..];
            let first = rest.split('/').next().unwrap_or(rest).trim_end_matches(".rs");
            if !KNOWN.contains(&first) && first != "tests" {
                let what = format!("a service's source is one of {}", KNOWN.join(", "));
                found.insert(format!("{source}/{}", rest.split('/').next().unwrap_or(rest)), what);
            }
        }
    }
    ratchet::named(tree, "service-shape", found)
}

fn state_apart(tree: &Tree) -> Vec<String> {
    let mut found = std::collections::BTreeMap::new();
    for service in tree.services() {
        let source = format!("{}/src", service.folder);
        for file in tree.below(&source).filter(|file| !file.is_test()) {
            let rest = &file.path[source.len() + 1..];
            let home = rest.starts_with("state.rs") || rest.starts_with("state/") || rest == "lib.rs";
            let line = file
                .lines_before_tests()
                .find(|(_, line)| line.contains("bastide_store") && !line.trim().starts_with("//"));
            if let Some((line, _)) = line.filter(|_| !home) {
                found.insert(file.path.clone(), format!("line {line} uses the store"));
            }
        }
    }
    ratchet::named(tree, "state-apart", found)
}
