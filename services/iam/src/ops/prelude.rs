//! What nearly every operation uses.

pub(super) use crate::model::*;
pub(super) use crate::state::policies::Managed;
pub(super) use crate::state::{State, accounts, entities, keys, members, policies, trust};
pub(super) use crate::wire::Tag;
pub(super) use crate::wire::page::Paging;
pub(super) use crate::{fault, policy, wire};
pub(super) use bastide_authn::Principal;
pub(super) use bastide_base::{AccountId, PrincipalKind, SecretString, Timestamp};
pub(super) use bastide_kernel::{Ask, Cx, Fault, Granted, Nothing, Op, Read, shape};
pub(super) use std::collections::BTreeMap;
