//! Every pattern of every packed model is checked, but for those listed here.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::BTreeSet;

use bastide_codec::supported_pattern;
use bastide_shape::Kind;

/// Service and shape.
const UNSUPPORTED: &[(&str, &str)] = &[
    // `^.{1,100000}$` is too large to compile; the shapes' length bounds say the same.
    ("ssm", "InstancePropertyFilterValue"),
    ("ssm", "InstancePropertyStringFilterKey"),
];

#[test]
fn every_pattern_but_the_listed_are_checked() {
    let known: BTreeSet<(String, String)> =
        UNSUPPORTED.iter().map(|(service, shape)| ((*service).to_owned(), (*shape).to_owned())).collect();
    let mut found = BTreeSet::new();
    let mut count = 0;
    for name in bastide_shape::services() {
        let service = bastide_shape::service(name).unwrap();
        for shape in &service.shapes {
            if let Kind::String(string) = &shape.kind
                && let Some(pattern) = string.pattern
            {
                count += 1;
                if supported_pattern(pattern).is_err() {
                    found.insert((name.to_owned(), shape.name.to_owned()));
                }
            }
        }
    }
    assert!(count > 1000, "{count} patterns");
    assert_eq!(found, known, "{} of {count}", found.len());
}
