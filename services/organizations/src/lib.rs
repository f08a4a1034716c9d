//! AWS Organizations: accounts under one management account, units, service control policies, resource control policies,
//! invitations, delegated administrators; and what the rest of the house asks of it (which policies of the organization
//! bind a call, where an account stands).
//!
//! Never here: a decision (that is `policy`), users and roles (accounts are made and closed through a port). Start at
//! [`service()`], then `model.rs` for what there is, `state/gather.rs` for what binds a call, and any file of `ops/`.

mod fault;
mod jobs;
mod model;
mod ops;
mod policy;
mod state;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod wire;

use bastide_authn::Caller;
use bastide_authz::{Gathered, Need, PolicySource};
use bastide_kernel::{Cx, Service};
use bastide_store::Snapshot;

/// The service as it registers.
pub fn service() -> Service {
    let service = Service::new("organizations").faults(fault::SHAPES).tables(state::tables);
    ops::register(service).job(jobs::CREATE_ACCOUNT, jobs::create_account).job(jobs::BURY_ACCOUNT, jobs::bury_account)
}

/// Organizations as the other rooms know it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Organizations;

impl PolicySource for Organizations {
    fn gather(&self, state: &Snapshot, caller: &Caller, need: &Need, into: &mut Gathered) {
        state::gather::gather(state, caller, need, into);
    }
}

/// A new id: `prefix` and as many small letters and digits.
fn fresh(cx: &mut Cx<'_>, prefix: &str, letters: usize) -> String {
    format!("{prefix}{}", cx.random().text(b"abcdefghijklmnopqrstuvwxyz0123456789", letters))
}
