//! `cargo xtask tidy`: the rules of the house that the compiler cannot hold. They run under `cargo test` as well.
//!
//! A rule looks at the [`Tree`] and names every place that breaks it, with the reason why the rule exists. Rules with
//! old exceptions keep them in `xtask/allow/RULE.txt`, a list that may only shrink ([`ratchet`]).

mod code;
mod operations;
mod ratchet;
mod rooms;
mod services;
mod size;
#[cfg(test)]
mod tests;
mod tree;
mod words;

use crate::{Result, project};
use tree::Tree;

/// One rule.
struct Rule {
    name: &'static str,
    /// What a person who breaks it needs to know.
    why: &'static str,
    /// Every breach, as `path:line: what` or `path: what`.
    check: fn(&Tree) -> Vec<String>,
}

const RULES: &[&[Rule]] = &[rooms::RULES, services::RULES, operations::RULES, size::RULES, words::RULES, code::RULES];

pub fn run() -> Result<()> {
    let tree = Tree::read(&project::root())?;
    let (mut rules, mut breaches) = (0, 0);
    for rule in RULES.iter().copied().flatten() {
        rules += 1;
        let found = (rule.check)(&tree);
        breaches += found.len();
        if !found.is_empty() {
            eprint!("{}", report(rule, &found));
        }
    }
    if breaches > 0 {
        return Err(format!("{breaches} places are not tidy").into());
    }
    println!("tidy: {rules} rules hold over {} files", tree.files.len());
    Ok(())
}

fn report(rule: &Rule, found: &[String]) -> String {
    let places: String = found.iter().map(|place| format!("  {place}\n")).collect();
    format!("{}: {} places\n  why: {}\n{places}", rule.name, found.len(), rule.why)
}
