//! KMS through the door: what needs several operations, several principals, or time.

#[path = "../../src/testing.rs"]
#[allow(dead_code, reason = "shared with the tests beside the operations")]
mod testing;

mod accounts;
mod denied;
mod grants;
mod import;
mod recorded;
mod regions;
mod rotation;
mod secrets;
mod states;
mod via;
