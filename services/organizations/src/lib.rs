//! Organizations.
use bastide_authn::Caller;
use bastide_authz::{Gathered, Need, PolicySource};
use bastide_kernel::Service;
use bastide_store::Snapshot;

pub fn service() -> Service {
    Service::new("organizations")
}

#[derive(Debug, Clone, Copy, Default)]
pub struct Organizations;

impl PolicySource for Organizations {
    fn gather(&self, _: &Snapshot, _: &Caller, _: &Need, _: &mut Gathered) {}
}
