//! The rules over the project itself, and over trees that break them: a rule that finds nothing proves nothing.

use super::tree::{Crate, File, Tree};
use super::{RULES, Rule, report};
use crate::project;

fn rule(name: &str) -> &'static Rule {
    RULES.iter().copied().flatten().find(|rule| rule.name == name).unwrap_or_else(|| panic!("no rule {name}"))
}

/// A tree of these files, and a crate wherever one has a manifest.
fn tree(files: &[(&str, &str)]) -> Tree {
    let (manifests, sources): (Vec<_>, Vec<_>) = files.iter().partition(|(path, _)| path.ends_with("Cargo.toml"));
    let import = |line: &str| line.starts_with("bastide").then(|| line.split('.').next().unwrap_or(line).to_owned());
    Tree {
        root: "/nonexistent".into(),
        files: sources.iter().map(|(path, text)| File { path: (*path).to_owned(), text: (*text).to_owned() }).collect(),
        crates: manifests
            .iter()
            .map(|(path, text)| Crate {
                folder: path.trim_end_matches("/Cargo.toml").to_owned(),
                imports: text.lines().filter_map(import).collect(),
                manifest: (*text).to_owned(),
            })
            .collect(),
    }
}

fn breaches(name: &str, files: &[(&str, &str)]) -> Vec<String> {
    (rule(name).check)(&tree(files))
}

#[test]
fn the_project_is_tidy() {
    let tree = Tree::read(&project::root()).unwrap();
    let found: String = RULES
        .iter()
        .copied()
        .flatten()
        .map(|rule| (rule, (rule.check)(&tree)))
        .filter(|(_, found)| !found.is_empty())
        .map(|(rule, found)| report(rule, &found))
        .collect();
    assert!(found.is_empty(), "\n{found}");
}

#[test]
fn a_room_that_imports_upwards_is_found() {
    let lints = "[lints]\nworkspace = true\n";
    let upwards = format!("{lints}[dependencies]\nbastide-kernel.workspace = true\n");
    let downwards = format!("{lints}[dependencies]\nbastide-base.workspace = true\n");
    assert_eq!(breaches("room-order", &[("crates/store/Cargo.toml", downwards.as_str())]), Vec::<String>::new());
    let found = breaches("room-order", &[("crates/store/Cargo.toml", upwards.as_str())]);
    assert_eq!(found, ["crates/store/Cargo.toml: imports bastide-kernel, which does not stand below it"]);
    let found = breaches("room-order", &[("crates/cellar/Cargo.toml", lints)]);
    assert_eq!(found, ["crates/cellar: no such room: give it a place in xtask/src/tidy/rooms.rs"]);
}

#[test]
fn a_service_that_imports_another_is_found() {
    let own = "[dependencies]\nbastide-kernel.workspace = true\nbastide-service-iam.workspace = true\n";
    assert_eq!(breaches("services-apart", &[("services/iam/Cargo.toml", own)]), Vec::<String>::new());
    let found = breaches("services-apart", &[("services/sts/Cargo.toml", own)]);
    assert_eq!(found, ["services/sts/Cargo.toml: imports bastide-service-iam"]);
}

const OP: &str = "//! STS GetThing. Real: all of it.\nimpl Op for GetThing {\n    const NAME: &'static str = \"GetThing\";\n    \
                  fn ask() { Ask::action(\"sts:GetThing\") }\n}\n";

#[test]
fn an_operation_without_a_header_an_ask_or_a_denied_path_test_is_found() {
    let path = "services/sts/src/ops/get_thing.rs";
    assert_eq!(breaches("op-file", &[(path, OP)]), Vec::<String>::new());
    assert_eq!(breaches("op-file", &[("services/sts/src/ops/thing.rs", OP)]).len(), 1);
    assert_eq!(breaches("op-file", &[(path, &OP.replace("//! STS GetThing", "//! Gets a thing"))]).len(), 1);
    assert_eq!(breaches("op-ask", &[(path, &OP.replace("fn ask", "fn asked"))]).len(), 1);
    assert_eq!(
        breaches("op-ask", &[(path, &OP.replace("Ask::action(\"sts:GetThing\")", "Ask::exempt(\"no\")"))]).len(),
        1
    );
    assert_eq!(breaches("op-denied", &[(path, OP)]).len(), 1);
    let own = format!("{OP}#[test]\nfn denied_without_a_policy() {{}}\n");
    assert_eq!(breaches("op-denied", &[(path, &own)]), Vec::<String>::new());
    let test = "#[test]\nfn everything_is_denied() { call(\"GetThing\") }\n";
    assert_eq!(breaches("op-denied", &[(path, OP), ("services/sts/tests/denied.rs", test)]), Vec::<String>::new());
    let other = test.replace("GetThing", "GetThings");
    assert_eq!(breaches("op-denied", &[(path, OP), ("services/sts/tests/denied.rs", &other)]).len(), 1);
}

#[test]
fn a_second_maker_of_proofs_is_found() {
    let home = "pub struct Granted<O> {\n    for_operation: PhantomData<O>,\n}\nfn authorise() { Granted { for_operation: PhantomData } }";
    assert_eq!(breaches("granted", &[("crates/authz/src/authorise.rs", home)]), Vec::<String>::new());
    let open = home.replace("    for_operation", "    pub for_operation");
    assert_eq!(breaches("granted", &[("crates/authz/src/authorise.rs", &open)]).len(), 1);
    assert_eq!(
        breaches("granted", &[("crates/kernel/src/op.rs", "let x = Granted { for_operation: PhantomData };")]).len(),
        1
    );
}

#[test]
fn long_files_and_functions_are_found() {
    let function = format!("    pub async fn long(&self) {{\n{}    }}\n", "        step();\n".repeat(79));
    let found = breaches("function-size", &[("crates/base/src/lib.rs", &function)]);
    assert_eq!(found, ["crates/base/src/lib.rs::long: 81, the limit is 80"]);
    let shorter = function.replacen("        step();\n", "", 1);
    assert_eq!(breaches("function-size", &[("crates/base/src/lib.rs", &shorter)]), Vec::<String>::new());
    let file = "// line\n".repeat(801);
    assert_eq!(
        breaches("file-size", &[("crates/base/src/lib.rs", &file)]),
        ["crates/base/src/lib.rs: 801, the limit is 800"]
    );
}

#[test]
fn unfinished_work_and_hidden_time_are_found() {
    let unfinished = format!("fn f() {{ {}() }} // {}\n", concat!("todo", "!"), concat!("FIX", "ME"));
    assert_eq!(breaches("finished", &[("crates/base/src/arn.rs", &unfinished)]).len(), 2);
    let time = "fn f() { Instant::now() }\n";
    assert_eq!(breaches("no-hidden-time", &[("services/sts/src/ops/x.rs", time)]).len(), 1);
    assert_eq!(breaches("no-hidden-time", &[("services/sts/tests/x.rs", time)]), Vec::<String>::new());
}

#[test]
fn a_service_outside_its_shape_is_found() {
    let manifest = "[lints]\nworkspace = true\n";
    let found =
        breaches("service-shape", &[("services/sts/Cargo.toml", manifest), ("services/sts/src/helpers.rs", "")]);
    assert_eq!(found.len(), 5, "four files are missing and one is unknown: {found:?}");
    let found = breaches(
        "state-apart",
        &[("services/sts/Cargo.toml", manifest), ("services/sts/src/ops/x.rs", "use bastide_store::Tx;\n")],
    );
    assert_eq!(found.len(), 1);
}

#[test]
fn a_proof_asked_for_elsewhere_and_an_unlisted_error_are_found() {
    let ask = "fn run() { let (_, granted) = bastide_authz::authorise::<Other>(&ask); }\n";
    assert_eq!(breaches("authorise", &[("services/iam/src/ops/x.rs", ask)]).len(), 1);
    assert_eq!(breaches("authorise", &[("crates/kernel/src/op.rs", ask)]), Vec::<String>::new());
    assert_eq!(
        breaches("authorise", &[("crates/kernel/src/cloud.rs", "// then authorise it\n")]),
        Vec::<String>::new()
    );
    let error = "Err(Fault::modelled(\"Misspelt\", \"\"))\n";
    assert_eq!(breaches("faults", &[("services/iam/src/ops/x.rs", error)]).len(), 1);
}
