//! Exceptions that may only become fewer. `xtask/allow/RULE.txt` holds one per line: a place, or a place and how much of
//! the rule's measure it may have. A line that is no longer needed, or allows more than there is, is a breach as well.

use std::collections::BTreeMap;

use super::tree::Tree;

const FOLDER: &str = "xtask/allow";

/// Breaches of a rule that counts: `found` has the measure of every place that exceeds the rule's `limit`.
pub fn counted(tree: &Tree, rule: &str, limit: usize, found: BTreeMap<String, usize>) -> Vec<String> {
    let allowed = allowed(tree, rule);
    let mut breaches = Vec::new();
    for (place, &count) in &found {
        match allowed.get(place) {
            None => breaches.push(format!("{place}: {count}, the limit is {limit}")),
            Some(&most) if count > most => {
                breaches.push(format!("{place}: {count}, and {FOLDER}/{rule}.txt allows {most}"))
            }
            Some(&most) if count < most => {
                breaches.push(format!("{FOLDER}/{rule}.txt: {place} has {count} now: write {count} for {most}"))
            }
            Some(_) => {}
        }
    }
    let gone = allowed.keys().filter(|place| !found.contains_key(*place));
    breaches.extend(
        gone.map(|place| format!("{FOLDER}/{rule}.txt: {place} needs no exception any more: take its line out")),
    );
    breaches
}

/// Breaches of a rule that a place keeps or breaks.
pub fn named(tree: &Tree, rule: &str, found: BTreeMap<String, String>) -> Vec<String> {
    let allowed = allowed(tree, rule);
    let new =
        found.iter().filter(|(place, _)| !allowed.contains_key(*place)).map(|(place, what)| format!("{place}: {what}"));
    let gone = allowed.keys().filter(|place| !found.contains_key(*place));
    new.chain(gone.map(|place| format!("{FOLDER}/{rule}.txt: {place} needs no exception any more: take its line out")))
        .collect()
}

fn allowed(tree: &Tree, rule: &str) -> BTreeMap<String, usize> {
    let text = std::fs::read_to_string(tree.root.join(FOLDER).join(format!("{rule}.txt"))).unwrap_or_default();
    let lines = text.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines
        .map(|line| {
            let (place, count) = line.rsplit_once(' ').unwrap_or((line, ""));
            match count.parse() {
                Ok(count) => (place.trim().to_owned(), count),
                Err(_) => (line.to_owned(), 0),
            }
        })
        .collect()
}
