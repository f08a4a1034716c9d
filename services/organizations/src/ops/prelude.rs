//! What nearly every operation uses.

pub(super) use crate::model::*;
pub(super) use crate::state::{admins, handshakes, members, organizations, policies, tree};
pub(super) use crate::wire::{Tag, page};
pub(super) use crate::{fault, fresh, jobs, policy, wire};
pub(super) use bastide_base::AccountId;
pub(super) use bastide_kernel::{Ask, Cx, Fault, Granted, Nothing, Op, Read, shape};
