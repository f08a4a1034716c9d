//! Names of services and operations as people type them, and as the record has them. A name that nothing has would match no
//! call, and look as if there were none.

use crate::failure::{Failure, Result};
use crate::{house, suggest};

/// As the record spells them.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Names {
    pub service: Option<String>,
    pub operation: Option<String>,
}

/// Takes any case, and `service:Operation` for both.
///
/// # Errors
/// A usage failure that says which name was meant.
pub fn names(service: Option<&str>, operation: Option<&str>) -> Result<Names> {
    let (of_operation, operation) = match operation.and_then(|name| name.split_once(':')) {
        Some((service, operation)) => (Some(service), Some(operation)),
        None => (None, operation),
    };
    if let (Some(one), Some(other)) = (service, of_operation)
        && !one.eq_ignore_ascii_case(other)
    {
        return Err(Failure::usage(format!("--service says {one} and --operation {other}: no call is of both")));
    }
    let service = service.or(of_operation).map(known_service).transpose()?;
    let operation = operation.map(|name| known_operation(service, name)).transpose()?;
    Ok(Names { service: service.map(str::to_owned), operation })
}

fn known_service(typed: &str) -> Result<&'static str> {
    let found = bastide_shape::services().find(|name| name.eq_ignore_ascii_case(typed));
    found.ok_or_else(|| {
        Failure::usage(match suggest::nearest(typed, bastide_shape::services()) {
            Some(meant) => format!("no service is called {typed}. Did you mean {meant}?"),
            None => format!("no service is called {typed}: `bastide coverage` lists those there are"),
        })
    })
}

/// Of this service, or of any that is implemented; then of any that AWS has.
fn known_operation(service: Option<&'static str>, typed: &str) -> Result<String> {
    let registered = house::services();
    let implemented: Vec<&'static str> = registered.iter().map(|service| service.name).collect();
    // What the house does by itself is recorded like a call: its start, and the jobs of its services.
    let wanted = |name: &str| service.is_none_or(|service| service == name);
    let jobs = registered.iter().filter(|service| wanted(service.name)).flat_map(|service| &service.jobs);
    let own: Vec<&'static str> = jobs.map(|job| job.name).chain(wanted("bastide").then_some("Start")).collect();
    let of_model = |services: &[&'static str]| -> Vec<&'static str> {
        let models = services.iter().filter_map(|name| bastide_shape::service(name));
        models.flat_map(|model| model.operations.iter().map(|operation| operation.name)).collect()
    };
    let near = [of_model(&service.map_or(implemented, |service| vec![service])), own].concat();
    let find = |names: &[&'static str]| {
        names.iter().find(|name| name.eq_ignore_ascii_case(typed)).map(|name| (*name).to_owned())
    };
    if let Some(found) = find(&near) {
        return Ok(found);
    }
    if service.is_none()
        && let Some(found) = find(&of_model(&bastide_shape::services().collect::<Vec<_>>()))
    {
        return Ok(found);
    }
    let of = service.map(|service| format!(" of {service}")).unwrap_or_default();
    Err(Failure::usage(match suggest::nearest(typed, near) {
        Some(meant) => format!("no operation{of} is called {typed}. Did you mean {meant}?"),
        None => format!("no operation{of} is called {typed}: `bastide coverage SERVICE` lists those there are"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_taken_in_any_case_and_never_wrong() {
        let of = |service, operation| names(service, operation).map_err(|why| why.to_string());
        let both = |service: &str, operation: &str| {
            Ok(Names { service: Some(service.to_owned()), operation: Some(operation.to_owned()) })
        };
        assert_eq!(of(Some("IAM"), Some("createuser")), both("iam", "CreateUser"));
        assert_eq!(of(None, Some("iam:CreateUser")), both("iam", "CreateUser"));
        assert_eq!(of(None, Some("start")), Ok(Names { service: None, operation: Some("Start".into()) }));
        assert_eq!(of(None, Some("RunInstances")), Ok(Names { service: None, operation: Some("RunInstances".into()) }));
        assert_eq!(of(Some("iamm"), None), Err("no service is called iamm. Did you mean iam?".into()));
        assert_eq!(
            of(None, Some("CreateUsr")),
            Err("no operation is called CreateUsr. Did you mean CreateUser?".into())
        );
        assert_eq!(
            of(Some("sts"), Some("CreateUser")),
            Err("no operation of sts is called CreateUser: `bastide coverage SERVICE` lists those there are".into())
        );
        assert_eq!(
            of(Some("sts"), Some("iam:CreateUser")),
            Err("--service says sts and --operation iam: no call is of both".into())
        );
    }
}
