//! What is fuzzed: every function that reads what strangers send. A target takes bytes and returns; a panic, or an output
//! out of proportion to its input, is a finding.
//!
//! Two drivers run the same targets over the same corpus (`fuzz/corpus/TARGET/`): libFuzzer through `cargo fuzz run
//! TARGET` (nightly), and the small seeded one in `main.rs`, on stable, in every CI run. Never here: a network, a clock.
//! Start at [`TARGETS`].

mod codec;
mod policy;
pub mod seeds;
mod signature;

/// One thing to fuzz.
pub struct Target {
    /// The folder of its corpus, and its name for `cargo fuzz run`.
    pub name: &'static str,
    pub run: fn(&[u8]),
}

/// Requests are one target per protocol, so that each mutates a corpus of its own.
pub const TARGETS: &[Target] = &[
    Target { name: "query", run: codec::request },
    Target { name: "ec2", run: codec::request },
    Target { name: "json", run: codec::request },
    Target { name: "rest_json", run: codec::request },
    Target { name: "rest_xml", run: codec::request },
    Target { name: "cbor", run: codec::request },
    Target { name: "reply", run: codec::reply },
    Target { name: "event_stream", run: codec::event_stream },
    Target { name: "gzip", run: codec::gzip },
    Target { name: "signature", run: signature::head },
    Target { name: "chunks", run: signature::chunks },
    Target { name: "post_form", run: signature::post_form },
    Target { name: "policy", run: policy::document },
];

/// Runs the target of this name; for the binaries of `cargo fuzz`.
pub fn run(name: &str, data: &[u8]) {
    if let Some(target) = TARGETS.iter().find(|target| target.name == name) {
        (target.run)(data);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A corpus that is refused at the first byte would leave the decoders untried.
    #[test]
    fn every_seed_goes_all_the_way() {
        for (target, files) in seeds::all() {
            assert!(!files.is_empty(), "{target} has no seeds");
            for (name, bytes) in files {
                let deep = match target {
                    "query" | "ec2" | "json" | "rest_json" | "rest_xml" | "cbor" => {
                        codec::decoded(&bytes).is_some_and(|value| codec::size(&value).0 > 3)
                    }
                    "signature" => signature::proven(&bytes) == Some(true),
                    "chunks" => signature::unchunked(&bytes) == Some(8200),
                    _ => true,
                };
                assert!(deep, "{target}/{name} is refused: {}", String::from_utf8_lossy(&bytes));
            }
        }
    }

    #[test]
    fn every_target_has_a_corpus_that_it_holds_against() {
        for target in TARGETS {
            let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../corpus").join(target.name);
            let entries: Vec<_> =
                std::fs::read_dir(&folder).unwrap_or_else(|_| panic!("no corpus of {}", target.name)).collect();
            assert!(!entries.is_empty(), "{}", folder.display());
            for entry in entries {
                (target.run)(&std::fs::read(entry.unwrap().path()).unwrap());
            }
        }
    }
}
