//! Who may import whom.

use super::Rule;
use super::tree::Tree;

/// The rooms of `crates/`, from the ground up: a room imports only what stands before it.
const ROOMS: &[&str] = &["base", "shape", "codec", "sigv4", "policy", "store", "authn", "authz", "kernel", "gateway"];

/// Rooms that read what strangers send, or decide about it.
const STRICT: &[&str] = &["policy", "sigv4", "codec", "authn", "authz", "gateway"];

pub const RULES: &[Rule] = &[
    Rule {
        name: "room-order",
        why: "arrows between rooms point one way, so that a lower room can be understood, tested and reused without the \
              upper ones (ARCHITECTURE.md)",
        check: room_order,
    },
    Rule {
        name: "services-apart",
        why: "a service reaches another only by a call through the door, as a principal, or by a port in the kernel: a \
              crate dependency would be a back door past authorisation and the record",
        check: services_apart,
    },
    Rule {
        name: "lints",
        why: "a room that reads what strangers send must not be able to panic, and no crate may opt out of the \
              workspace's lints",
        check: lints,
    },
];

fn room_order(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for each in &tree.crates {
        let Some(room) = each.folder.strip_prefix("crates/") else { continue };
        let Some(own) = ROOMS.iter().position(|known| *known == room) else {
            breaches.push(format!("{}: no such room: give it a place in xtask/src/tidy/rooms.rs", each.folder));
            continue;
        };
        for import in &each.imports {
            let below = ROOMS[..own].iter().any(|lower| import.strip_prefix("bastide-") == Some(lower));
            if !below {
                breaches.push(format!("{}/Cargo.toml: imports {import}, which does not stand below it", each.folder));
            }
        }
    }
    breaches
}

fn services_apart(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for each in tree.services() {
        let foreign = |import: &&String| {
            let own = each.folder.strip_prefix("services/");
            let service = import.strip_prefix("bastide-service-");
            service.is_some_and(|service| Some(service) != own)
                || matches!(import.as_str(), "bastide" | "bastide-gateway")
        };
        let found = each.imports.iter().filter(foreign);
        breaches.extend(found.map(|import| format!("{}/Cargo.toml: imports {import}", each.folder)));
    }
    breaches
}

fn lints(tree: &Tree) -> Vec<String> {
    let mut breaches = Vec::new();
    for each in tree.crates.iter().filter(|each| each.folder != "fuzz") {
        if !each.manifest.contains("[lints]\nworkspace = true") {
            breaches.push(format!("{}/Cargo.toml: does not inherit the workspace's lints", each.folder));
        }
    }
    for room in STRICT {
        let path = format!("crates/{room}/src/lib.rs");
        let text = tree.files.iter().find(|file| file.path == path).map_or("", |file| file.text.as_str());
        for lint in ["clippy::unwrap_used", "clippy::expect_used", "clippy::panic", "clippy::indexing_slicing"] {
            let denied = text.lines().any(|line| line.starts_with("#![deny(") && line.contains(lint));
            if !denied {
                breaches.push(format!("{path}: does not deny {lint}"));
            }
        }
    }
    breaches
}
