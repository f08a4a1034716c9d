//! Handshakes between accounts of this house: invitations, and the way from consolidated billing to all features.

use super::{Handshakes, Members, Organizations, members, organizations, tree};
use crate::fault;
use crate::model::{Action, FeatureSet, Handshake, HandshakeEnd, Organization};
use bastide_base::{AccountId, Timestamp};
use bastide_kernel::Fault;
use bastide_store::{Snapshot, Tx};
use std::sync::Arc;

fn find(state: &Snapshot, id: &str) -> Option<Arc<Handshake>> {
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
    if pending(tx, organization, now) {
        return Err(fault::handshake_constraint(
            "INVITE_DISABLED_DURING_ENABLE_ALL_FEATURES",
            "You can't issue new invitations while the organization is in the process of enabling all features.",
        ));
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
    match (end, handshake.action) {
        (HandshakeEnd::Accepted, Action::Invite) => {
            if tx.contains::<Members>(by) {
                return Err(already_in());
            }
            let organization = organizations::of(tx, handshake.management)?;
            members::admit_invited(tx, &organization, by, handshake.tags.clone(), now);
        }
        (HandshakeEnd::Accepted, Action::EnableAllFeatures) => {
            if !is_approved(tx, &handshake) {
                return Err(fault::invalid_transition(
                    "You can't perform the operation on the handshake in its current state.",
                ));
            }
            tx.update::<Organizations>(&*handshake.organization, |row| row.features = FeatureSet::All);
        }
        // What the parts were for is off.
        (HandshakeEnd::Canceled, Action::EnableAllFeatures) => {
            let parts: Vec<String> =
                parts(tx, id).filter(|part| part.is_open(now)).map(|part| part.id.clone()).collect();
            for part in parts {
                tx.update::<Handshakes>(&*part, |row| row.ended = Some((HandshakeEnd::Canceled, now)));
            }
        }
        _ => {}
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

/// Whether the organization is on its way to all features.
fn pending(state: &Snapshot, organization: &Organization, now: Timestamp) -> bool {
    state.scan::<Handshakes>(()).any(|(_, row)| {
        row.action == Action::EnableAllFeatures && row.organization == organization.id && row.is_open(now)
    })
}

fn parts<'a>(state: &'a Snapshot, parent: &'a str) -> impl Iterator<Item = Arc<Handshake>> + 'a {
    state.scan::<Handshakes>(()).map(|(_, row)| row).filter(move |row| row.parent.as_deref() == Some(parent))
}

/// Whether everybody who was asked and still is a member approved.
fn is_approved(state: &Snapshot, whole: &Handshake) -> bool {
    let stays = |part: &Handshake| {
        state.get::<Members>(part.account).is_some_and(|member| member.organization == whole.organization)
    };
    parts(state, &whole.id)
        .filter(|part| stays(part))
        .all(|part| matches!(part.ended, Some((HandshakeEnd::Accepted, _))))
}

/// Where the handshake stands. One that waits for others to approve is requested, and open once they did.
pub fn state_of(state: &Snapshot, handshake: &Handshake, now: Timestamp) -> &'static str {
    let waits = || handshake.action == Action::EnableAllFeatures && !is_approved(state, handshake);
    if handshake.is_open(now) && waits() { "REQUESTED" } else { handshake.state(now) }
}

/// Begins the way to all features: asks every member that was invited. `ids` gives each handshake its id.
///
/// # Errors
/// HandshakeConstraintViolation for an organization that has all features or is on its way.
pub fn enable_all_features(
    tx: &mut Tx,
    organization: &Organization,
    mut ids: impl Iterator<Item = String>,
    now: Timestamp,
    expires: Timestamp,
) -> Result<Handshake, Fault> {
    if organization.features == FeatureSet::All {
        return Err(fault::handshake_constraint(
            "ORGANIZATION_ALREADY_HAS_ALL_FEATURES",
            "The organization already has all features enabled.",
        ));
    }
    if pending(tx, organization, now) {
        return Err(fault::handshake_constraint(
            "ORGANIZATION_IS_ALREADY_PENDING_ALL_FEATURES_MIGRATION",
            "The organization has already started the process to enable all features.",
        ));
    }
    let mut id = || ids.next().ok_or_else(|| Fault::internal("every handshake has an id"));
    let whole = Handshake {
        id: id()?,
        action: Action::EnableAllFeatures,
        parent: None,
        organization: organization.id.clone(),
        management: organization.management,
        account: organization.management,
        by_email: None,
        notes: None,
        requested: now,
        expires,
        ended: None,
        tags: Default::default(),
    };
    let invited: Vec<AccountId> = tree::accounts(tx, organization)
        .filter(|(_, member)| !member.created && member.closed.is_none())
        .map(|(_, member)| member.account)
        .filter(|account| *account != organization.management)
        .collect();
    for account in invited {
        let part = Handshake {
            id: id()?,
            action: Action::ApproveAllFeatures,
            parent: Some(whole.id.clone()),
            account,
            ..whole.clone()
        };
        tx.put::<Handshakes>(&*part.id.clone(), part);
    }
    tx.put::<Handshakes>(&*whole.id, whole.clone());
    Ok(whole)
}
