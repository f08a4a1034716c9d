//! `cargo xtask new-op SERVICE OPERATION`: one file that compiles, answers 501 and has a failing test to fill in.
//!
//! Everything that the models know is written down: the members of input and output with their types, the actions that
//! the operation asks for and the resources they are about.

use std::fmt::Write;
use std::path::Path;

use bastide_shape::authorization::{self, Mapped};
use bastide_shape::{Kind, Member, Operation, Root, Service, Shape};

use crate::project::{self, snake_case};
use crate::{Result, coverage};

#[derive(clap::Args)]
pub struct Args {
    /// The service as its folder is called (`kms`)
    service: String,
    /// The operation as AWS spells it (`ReEncrypt`)
    operation: String,
}

pub fn run(args: &Args) -> Result<()> {
    let service = bastide_shape::service(&args.service).ok_or_else(|| unknown_service(&args.service))?;
    let operation = service.operation(&args.operation).ok_or_else(|| unknown_operation(service, &args.operation))?;
    let ops = project::root().join("services").join(service.name).join("src/ops");
    let list = ops.join("mod.rs");
    if !list.is_file() {
        return Err(format!(
            "services/{} has no src/ops/mod.rs: make the service first (CONTRIBUTING.md)",
            service.name
        )
        .into());
    }
    let file = snake_case(operation.name);
    let path = ops.join(format!("{file}.rs"));
    if path.exists() {
        return Err(format!("{} exists already", shown(&path)).into());
    }
    let listed = with_line(&project::read(&list)?, &format!("{file}::{}", operation.name));
    project::write(&path, &source(service, operation))?;
    project::write(&list, &listed.ok_or_else(|| format!("{} has no `ops!` list", shown(&list)))?)?;
    println!("wrote {}\nadded {file}::{} to {}", shown(&path), operation.name, shown(&list));
    println!("now fill in its test: cargo test --package bastide-service-{} {file}", service.name);
    Ok(())
}

fn shown(path: &Path) -> String {
    path.strip_prefix(project::root()).unwrap_or(path).display().to_string()
}

fn unknown_service(name: &str) -> String {
    format!("no model of a service `{name}`{}", did_you_mean(name, bastide_shape::services()))
}

fn unknown_operation(service: &Service, name: &str) -> String {
    let names = service.operations.iter().map(|operation| operation.name);
    format!("{} has no operation `{name}`{}", service.service_id, did_you_mean(name, names))
}

/// The names that begin most like this one, in any case.
fn did_you_mean<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> String {
    let alike = |known: &str| {
        let pairs = known.bytes().zip(name.bytes());
        pairs.take_while(|(known, byte)| known.eq_ignore_ascii_case(byte)).count()
    };
    let mut names: Vec<&str> = names.collect();
    names.sort_by_key(|known| (std::cmp::Reverse(alike(known)), known.len()));
    let close: Vec<&str> = names.into_iter().filter(|known| alike(known) >= 2).take(3).collect();
    if close.is_empty() { String::new() } else { format!("; did you mean {}?", close.join(", ")) }
}

/// The `ops!` list with one more entry, sorted. `None` when there is no such list.
fn with_line(text: &str, entry: &str) -> Option<String> {
    let (before, rest) = text.split_once("ops! {\n")?;
    let (list, after) = rest.split_once('}')?;
    let mut entries: Vec<&str> = list.split(',').map(str::trim).filter(|line| !line.is_empty()).collect();
    entries.push(entry);
    entries.sort_unstable();
    entries.dedup();
    let lines: String = entries.iter().map(|entry| format!("    {entry},\n")).collect();
    Some(format!("{before}ops! {{\n{lines}}}{after}"))
}

fn source(service: &Service, operation: &Operation) -> String {
    let members = |root: Option<Root>| {
        root.and_then(|root| service.structure(root.shape)).map_or(&[][..], |structure| &structure.members)
    };
    let (input, output) = (members(operation.input), members(operation.output));
    let (action, described) = ask(service, operation);
    let name = operation.name;
    let (declared_output, output_type) = match output.is_empty() {
        true => (String::new(), "Nothing"),
        false => (format!("\n\n    pub struct Output {}", structure(service, output)), "Output"),
    };
    let declared = format!("{}{declared_output}", structure(service, input));
    let mut types = vec!["Ask", "Cx", "Fault", "Granted", "Op", "Read", "shape"];
    if output.is_empty() {
        types.insert(4, "Nothing");
    }
    let mut base: Vec<&str> = ["SecretString", "Timestamp"]
        .into_iter()
        .filter(|kind| declared.contains(&format!("{kind}>")) || declared.contains(&format!(": {kind},")))
        .collect();
    base.sort_unstable();
    let base = match base.as_slice() {
        [] => String::new(),
        [one] => format!("use bastide_base::{one};\n"),
        many => format!("use bastide_base::{{{}}};\n", many.join(", ")),
    };
    let maps = if declared.contains("BTreeMap") { "use std::collections::BTreeMap;\n" } else { "" };
    format!(
        r#"//! {label} {name}. Refused: everything (501). Say here what is real once it is.

{base}use bastide_kernel::{{{types}}};
{maps}
shape! {{
    pub struct {name} {declared}
}}

impl Op for {name} {{
    const NAME: &'static str = "{name}";
    const READ_ONLY: bool = {read_only};
    type Output = {output_type};

{described}    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {{
        Ok({action})
    }}

    fn run(self, _: &mut Cx<'_>, _: Granted<Self>) -> Result<{output_type}, Fault> {{
        Err(Fault::not_implemented("{service}", {name}::NAME))
    }}
}}

#[cfg(test)]
mod tests {{
    #[test]
    fn {file}_is_denied_without_a_policy_and_answers_with_one() {{
        panic!("write this test: a caller without {first} gets AccessDenied, one with it gets the answer");
    }}
}}
"#,
        label = coverage::label(service.name),
        types = types.join(", "),
        read_only = reads(service, operation),
        service = service.name,
        file = snake_case(name),
        first = authorization::actions_for(service.name, name).first().map_or("a permission", |mapped| mapped.action),
    )
}

/// The members in braces. What has no plain Rust type stands as a comment: its structure belongs into wire.rs.
fn structure(service: &Service, members: &[Member]) -> String {
    if members.is_empty() {
        return "{}".to_owned();
    }
    let mut lines = String::from("{\n");
    for member in members {
        let shape = service.shape(member.shape);
        // Writing to a String cannot fail.
        let _ = match plain(service, shape) {
            Some(kind) if member.required => writeln!(lines, "        {}: {kind},", member.name),
            Some(kind) => writeln!(lines, "        {}: Option<{kind}>,", member.name),
            None => {
                let required = if member.required { "required" } else { "optional" };
                writeln!(lines, "        // {}: {required}, {}", member.name, described(service, shape))
            }
        };
    }
    lines + "    }"
}

/// The Rust type of a shape that needs no structure of its own.
fn plain(service: &Service, shape: &Shape) -> Option<String> {
    Some(match &shape.kind {
        Kind::String(_) if shape.sensitive => "SecretString".to_owned(),
        Kind::String(_) => "String".to_owned(),
        Kind::Blob { streaming: false, .. } => "Vec<u8>".to_owned(),
        Kind::Boolean => "bool".to_owned(),
        Kind::Integer { .. } | Kind::Long { .. } => "i64".to_owned(),
        Kind::Float { .. } | Kind::Double { .. } => "f64".to_owned(),
        Kind::Timestamp(_) => "Timestamp".to_owned(),
        Kind::Document => "serde_json::Value".to_owned(),
        Kind::List(list) => {
            let element = plain(service, service.shape(list.element.shape))?;
            ["String", "i64", "serde_json::Value"].contains(&element.as_str()).then(|| format!("Vec<{element}>"))?
        }
        Kind::Map(map) => format!("BTreeMap<String, {}>", plain(service, service.shape(map.value.shape))?),
        Kind::Blob { .. } | Kind::Structure(_) => return None,
    })
}

/// What a shape without a plain type is, in words.
fn described(service: &Service, shape: &Shape) -> String {
    match &shape.kind {
        Kind::List(list) => format!("a list of {}", service.shape(list.element.shape).name),
        Kind::Map(map) => format!("a map to {}", service.shape(map.value.shape).name),
        Kind::Blob { .. } => "a streaming body".to_owned(),
        _ => format!("the structure {} (in wire.rs)", shape.name),
    }
}

/// The question as code, and what the reference says about its resources as a doc comment.
fn ask(service: &Service, operation: &Operation) -> (String, String) {
    let Some(mapping) = authorization::mapping(service.name, operation.name) else {
        let prefix = authorization::prefix_of(service.name).unwrap_or(service.signing_name);
        return (format!("Ask::action(\"{prefix}:{}\")", operation.name), String::new());
    };
    if let Some(reason) = mapping.none {
        return (format!("Ask::exempt({reason:?})"), String::new());
    }
    let code: Vec<String> =
        mapping.actions.iter().map(|mapped| format!("Ask::action(\"{}\")", mapped.action)).collect();
    let code = code.iter().skip(1).fold(code[0].clone(), |code, next| format!("{code}.and({next})"));
    let mut notes = String::new();
    for mapped in &mapping.actions {
        let _ = writeln!(notes, "    /// {}{}", mapped.action, conditions(mapped));
        let Some(action) = authorization::action(mapped.action) else { continue };
        let reference = mapped.action.split(':').next().and_then(authorization::actions);
        for resource in &action.resource_types {
            let arn =
                reference.and_then(|reference| reference.resource_type(resource.name)).map_or("", |kind| kind.arn);
            let _ = writeln!(
                notes,
                "    /// - on {}{}: `{arn}`",
                resource.name,
                if resource.required { " (always)" } else { "" }
            );
        }
        if !action.condition_keys.is_empty() {
            let _ = writeln!(notes, "    /// - keys: {}", action.condition_keys.join(", "));
        }
    }
    (code, notes)
}

fn conditions(mapped: &Mapped) -> String {
    let mut parts = Vec::new();
    if !mapped.when.is_empty() {
        parts.push(format!("when {} is set", mapped.when.join(" or ")));
    }
    if !mapped.unless.is_empty() {
        parts.push(format!("unless {} is set", mapped.unless.join(" or ")));
    }
    parts.extend(mapped.provided.map(|provided| format!("provided {provided}")));
    parts.extend(mapped.on.map(|on| format!("on {on}")));
    if parts.is_empty() { String::new() } else { format!(", {}", parts.join(", ")) }
}

/// Whether the operation only reads, as the model or its action's access level says.
fn reads(service: &Service, operation: &Operation) -> bool {
    use authorization::AccessLevel::{List, Read};
    let level = || {
        let mapped = authorization::actions_for(service.name, operation.name).first()?;
        Some(matches!(authorization::action(mapped.action)?.access_level, Read | List))
    };
    operation.read_only.or_else(level).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_stays_sorted_and_has_no_entry_twice() {
        let list = "//! Ops.\n\nbastide_kernel::ops! {\n    a_b::AB,\n    c_d::CD,\n}\n";
        let with = with_line(list, "b_c::BC").unwrap();
        assert_eq!(with, "//! Ops.\n\nbastide_kernel::ops! {\n    a_b::AB,\n    b_c::BC,\n    c_d::CD,\n}\n");
        assert_eq!(with_line(&with, "b_c::BC").unwrap(), with);
        assert_eq!(with_line("nothing", "b_c::BC"), None);
    }

    #[test]
    fn a_new_operation_says_what_the_models_know() {
        let kms = bastide_shape::service("kms").unwrap();
        let text = source(kms, kms.operation("ScheduleKeyDeletion").unwrap());
        assert!(text.starts_with("//! KMS ScheduleKeyDeletion. "), "{text}");
        assert!(text.contains("        KeyId: String,\n        PendingWindowInDays: Option<i64>,\n"), "{text}");
        assert!(text.contains("        DeletionDate: Option<Timestamp>,\n"), "{text}");
        assert!(text.contains("use bastide_base::Timestamp;\n"), "{text}");
        assert!(text.contains("Ok(Ask::action(\"kms:ScheduleKeyDeletion\"))"), "{text}");
        assert!(text.contains("const READ_ONLY: bool = false;"), "{text}");
        assert!(text.contains("Fault::not_implemented(\"kms\", ScheduleKeyDeletion::NAME)"), "{text}");
        assert!(text.contains("fn schedule_key_deletion_is_denied_without_a_policy_and_answers_with_one()"), "{text}");
    }

    #[test]
    fn an_operation_that_answers_nothing_and_one_that_asks_nothing() {
        let iam = bastide_shape::service("iam").unwrap();
        let text = source(iam, iam.operation("DeleteUser").unwrap());
        assert!(text.contains("type Output = Nothing;") && text.contains("Granted, Nothing, Op"), "{text}");
        let sso = bastide_shape::service("sso").unwrap();
        let text = source(sso, sso.operation("ListAccounts").unwrap());
        assert!(text.contains("Ok(Ask::exempt(\"the access token"), "{text}");
    }

    #[test]
    fn a_wrong_name_gets_a_suggestion() {
        let iam = bastide_shape::service("iam").unwrap();
        assert!(unknown_operation(iam, "createloginprofil").contains("; did you mean CreateLoginProfile, "));
        assert!(unknown_service("kmss").contains("; did you mean kms"));
        assert_eq!(unknown_service("qq"), "no model of a service `qq`");
    }
}
