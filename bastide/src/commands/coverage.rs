//! `bastide coverage`: which operations of which services are implemented. It counts what is registered, against the
//! whole of AWS's models; what is not implemented answers 501.

use crate::failure::{Failure, Result};
use crate::{house, out, suggest};
use serde_json::{Value, json};

#[derive(clap::Args)]
pub struct Args {
    /// Name every operation of this service
    service: Option<String>,
    /// Print everything as JSON
    #[arg(long)]
    json: bool,
}

/// One service's share.
pub struct Coverage {
    pub service: &'static str,
    pub implemented: Vec<&'static str>,
    pub missing: Vec<&'static str>,
}

impl Coverage {
    fn total(&self) -> usize {
        self.implemented.len() + self.missing.len()
    }

    fn json(&self) -> Value {
        json!({
            "service": self.service,
            "implemented": self.implemented,
            "not_implemented": self.missing,
            "total": self.total(),
        })
    }
}

/// Every service that has a model, sorted by name.
pub fn measure() -> Vec<Coverage> {
    let registered = house::services();
    let of = |service: &'static str| {
        let model = bastide_shape::service(service)?;
        let ops =
            registered.iter().find(|known| known.name == service).map(|known| known.ops.as_slice()).unwrap_or_default();
        let known = |name: &str| ops.iter().any(|op| op.name == name);
        let (implemented, missing) =
            model.operations.iter().map(|operation| operation.name).partition(|name| known(name));
        Some(Coverage { service, implemented, missing })
    };
    bastide_shape::services().filter_map(of).collect()
}

/// # Errors
/// A usage failure for a service that AWS does not have.
pub fn run(args: &Args) -> Result<()> {
    let all = measure();
    let chosen: Vec<&Coverage> = match &args.service {
        None => all.iter().collect(),
        Some(name) => vec![
            all.iter()
                .find(|coverage| coverage.service.eq_ignore_ascii_case(name))
                .ok_or_else(|| unknown(name, &all))?,
        ],
    };
    if args.json {
        return out::json(&json!({ "services": chosen.iter().map(|coverage| coverage.json()).collect::<Vec<_>>() }));
    }
    match (&args.service, chosen.as_slice()) {
        (Some(_), [one]) => operations(one),
        _ => summary(&all),
    }
}

fn operations(coverage: &Coverage) -> Result<()> {
    let implemented = coverage.implemented.iter().map(|name| (*name, "implemented"));
    let mut rows: Vec<_> = implemented.chain(coverage.missing.iter().map(|name| (*name, "501"))).collect();
    rows.sort_unstable();
    out::line(out::table(
        &rows.into_iter().map(|(name, state)| vec![name.to_owned(), state.to_owned()]).collect::<Vec<_>>(),
    ))
}

fn summary(all: &[Coverage]) -> Result<()> {
    let row = |name: &str, implemented: usize, total: usize| {
        vec![
            name.to_owned(),
            format!("{implemented:>5} of {total:>4}"),
            format!("{:>3} %", implemented * 100 / total.max(1)),
        ]
    };
    let mut rows: Vec<_> = all.iter().map(|one| row(one.service, one.implemented.len(), one.total())).collect();
    let sum = |count: fn(&Coverage) -> usize| all.iter().map(count).sum::<usize>();
    rows.push(row("in all", sum(|one| one.implemented.len()), sum(Coverage::total)));
    out::line(out::table(&rows))?;
    out::line("Everything else answers 501. `bastide coverage SERVICE` names the operations.")
}

fn unknown(name: &str, all: &[Coverage]) -> Failure {
    Failure::usage(match suggest::nearest(name, all.iter().map(|coverage| coverage.service)) {
        Some(meant) => format!("no model of a service {name}. Did you mean {meant}?"),
        None => format!("no model of a service {name}: `bastide coverage` lists those there are"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_registered_is_implemented_and_nothing_else_is() {
        let all = measure();
        assert!(all.iter().map(|coverage| coverage.service).is_sorted());
        for service in house::services() {
            let coverage = all.iter().find(|coverage| coverage.service == service.name).unwrap();
            let mut registered: Vec<_> = service.ops.iter().map(|op| op.name).collect();
            registered.sort_unstable();
            assert_eq!(coverage.implemented, registered, "{}", service.name);
        }
        let counted: usize = all.iter().map(|coverage| coverage.implemented.len()).sum();
        assert_eq!(counted, house::services().iter().map(|service| service.ops.len()).sum::<usize>());
        let sts = all.iter().find(|coverage| coverage.service == "sts").unwrap();
        assert!(sts.missing.contains(&"AssumeRoleWithSAML") && sts.implemented.contains(&"GetCallerIdentity"));
    }
}
