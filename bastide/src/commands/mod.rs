//! One file per command: its arguments, and what it does.

pub mod ca;
pub mod calls;
pub mod clock;
pub mod completions;
pub mod coverage;
pub mod env;
pub mod explain;
pub mod lab;
pub mod reset;
pub mod snapshot;
pub mod status;
pub mod up;
