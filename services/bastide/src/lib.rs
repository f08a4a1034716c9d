//! Bastide's own service: what its operator asks of the house, through the same door as everything else. The record and
//! its explanations, the clock, snapshots, reset.
//!
//! It keeps no tables. Every operation is authorised as `bastide:Operation`, so that a pipeline may be allowed to move
//! the clock and nothing else. The state belongs to all accounts, so changing it as a whole is the management account's.
//! Start at `ops/explain_call.rs`.

mod fault;
mod ops;
mod wire;

use bastide_kernel::{Ask, Fault, Read, Service};

/// The service, ready to be registered.
pub fn service() -> Service {
    ops::register(Service::new("bastide").faults(fault::SHAPES))
}

/// Needs `action` on a resource of the house (`snapshot/before`, `*`).
fn ask(cx: &Read<'_>, action: &'static str, resource: &str) -> Result<Ask, Fault> {
    Ok(Ask::action(action).on(cx.global_arn("bastide", resource)))
}

/// What concerns every account is the management account's alone, whatever policies say.
fn only_management(account: bastide_base::AccountId, cloud: &bastide_kernel::Cloud) -> Result<(), Fault> {
    if account == cloud.management() {
        return Ok(());
    }
    Err(Fault::common(
        "AccessDeniedException",
        403,
        format!("This concerns every account, so only the management account {} may do it.", cloud.management()),
    ))
}
