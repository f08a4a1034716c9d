//! Invitations between accounts of this house.

use super::{Handshakes, Members, members, organizations};
use crate::fault;
use crate::model::{Handshake, HandshakeEnd, Organization};
use bastide_base::{AccountId, Timestamp};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

pub fn find(state: &Snapshot, id: &str) -> Option<Arc<Handshake>> {
    state.get::<Handshakes>(id)
}

/// The handshake, if the account has a part in it.
///
/// # Errors
/// HandshakeNotFound; AccessDenied for strangers.
pub fn get(state: &Snapshot, id: &str, account: AccountId) -> Result<Arc<Handshake>, Fault> {
    let handshake = find(state, id).ok_or_else(fault::no_handshake)?;
    match handshake.account == account || handshake.management == account {
        true => Ok(handshake),
        false => Err(fault::access_denied()),
    }
}

/// # Errors
/// HandshakeConstraintViolation for an account that is in an organization and for a full one; DuplicateHandshake.
pub fn invite(tx: &mut Tx, organization: &Organization, handshake: Handshake) -> Result<(), Fault> {
    let now = handshake.requested;
    if tx.contains::<Members>(handshake.account) {
        return Err(already_in());
    }
    let twin = |row: &Handshake| {
        row.organization == handshake.organization && row.account == handshake.account && row.is_open(now)
    };
    if tx.scan::<Handshakes>(()).any(|(_, row)| twin(&row)) {
        return Err(fault::duplicate_handshake("A handshake with the same action and target already exists."));
    }
    if !members::has_room(tx, organization, now) {
        return Err(fault::handshake_constraint(
            "ACCOUNT_NUMBER_LIMIT_EXCEEDED",
            "You have exceeded the allowed number of AWS accounts.",
        ));
    }
    tx.put::<Handshakes>(&*handshake.id.clone(), handshake);
    Ok(())
}

fn already_in() -> Fault {
    fault::handshake_constraint(
        "ALREADY_IN_AN_ORGANIZATION",
        "The invited account is already a member of an organization.",
    )
}

/// Ends an open handshake: the invited account accepts or declines, the inviting one cancels.
///
/// # Errors
/// HandshakeNotFound, AccessDenied, HandshakeAlreadyInState, InvalidHandshakeTransition, HandshakeConstraintViolation.
pub fn end(tx: &mut Tx, id: &str, by: AccountId, end: HandshakeEnd, now: Timestamp) -> Result<Handshake, Fault> {
    let handshake = get(tx, id, by)?;
    let theirs = if end == HandshakeEnd::Canceled { handshake.management } else { handshake.account };
    if theirs != by {
        return Err(fault::access_denied());
    }
    if handshake.ended.is_some_and(|(known, _)| known == end) {
        return Err(fault::handshake_already("The specified handshake is already in the requested state."));
    }
    if !handshake.is_open(now) {
        return Err(fault::invalid_transition(
            "You can't perform the operation on the handshake in its current state.",
        ));
    }
    if end == HandshakeEnd::Accepted {
        if tx.contains::<Members>(by) {
            return Err(already_in());
        }
        let organization = organizations::of(tx, handshake.management)?;
        members::admit_invited(tx, &organization, by, handshake.tags.clone(), now);
    }
    let mut ended = Handshake::clone(&handshake);
    ended.ended = Some((end, now));
    tx.put::<Handshakes>(id, ended.clone());
    Ok(ended)
}

/// Handshakes that lists show, with their ids.
pub fn list<'a>(
    state: &'a Snapshot,
    now: Timestamp,
    wanted: impl Fn(&Handshake) -> bool + 'a,
) -> impl Iterator<Item = (String, Arc<Handshake>)> + 'a {
    state.scan::<Handshakes>(()).filter(move |(_, row)| row.is_shown(now) && wanted(row))
}
