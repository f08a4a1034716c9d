//! What a service is written against: operations and how they register, the call's context, faults, records, jobs, and
//! the bracket in which everything runs.
//!
//! Never here: a service, a wire protocol, a listener. Start at [`Op`], then [`Cx`], then `cloud.rs`: the bracket.

mod call;
mod cloud;
mod fault;
mod house;
mod job;
mod op;
mod ports;
mod record;
mod service;
pub mod skin;

pub use bastide_authz::{Ask, Grant, Granted, PolicyDocument, Resource, ResourcePolicy};
pub use bastide_shape::{Fields, Value};
pub use call::{Call, Cx, OnBehalf, Prepared, Read};
pub use cloud::{Cloud, Effect, Executed, Found, OpenError, Opening, tables};
pub use fault::{Fault, FaultCode};
pub use house::management_account;
pub use job::{JobEntry, Run};
pub use op::{Op, OpEntry, PrepareWork};
pub use ports::{Accounts, NewAccount, Ports, RoleView, Roles};
pub use record::{CallRecord, ErrorRecord, is_secret};
pub use service::Service;
pub use skin::{Description, Nothing, Shape};

/// Lists a service's operations, one file each: declares the modules and a `register` that adds them to a [`Service`].
#[macro_export]
macro_rules! ops {
    ($($file:ident :: $op:ident),* $(,)?) => {
        $(mod $file;)*

        /// Adds every operation of this folder.
        pub(crate) fn register(service: $crate::Service) -> $crate::Service {
            service$(.op::<$file::$op>())*
        }
    };
}
