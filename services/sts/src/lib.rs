//! AWS Security Token Service: who is calling, and temporary credentials.
//!
//! It keeps no state: a session is its token ([`bastide_authn::SessionSeal`]). Roles come from IAM through a port.
//! Start at `ops/assume_role.rs`.

mod fault;
mod model;
mod ops;
mod wire;

use bastide_kernel::Service;

/// The service, ready to be registered.
pub fn service() -> Service {
    ops::register(Service::new("sts").faults(fault::SHAPES))
}
