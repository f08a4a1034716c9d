//! What happens with time: keys are deleted, rotated, and lose imported material that expires. A job that comes too late,
//! because what it was arranged for was called off or moved, does nothing.

use crate::model::names::*;
use crate::model::{DAY_SECS, Deletion, Key, Material, Place};
use crate::state::make;
use crate::state::{imports, keys};
use bastide_base::Timestamp;
use bastide_kernel::{Cx, Fault, Service};
use serde_json::{Value, json};

pub fn register(service: Service) -> Service {
    service
        .job("delete-key", delete_key)
        .job("rotate-key", rotate_key)
        .job("expire-key-material", expire_key_material)
        .job("expire-import-parameters", expire_import_parameters)
        .job("finish-replica", finish_replica)
}

fn place_of(payload: &Value) -> Result<Place, Fault> {
    serde_json::from_value(payload["key"].clone()).map_err(Fault::internal)
}

pub fn schedule_deletion(cx: &mut Cx<'_>, place: &Place, at: Timestamp) -> Result<(), Fault> {
    cx.schedule("delete-key", at, json!({ "key": place }))
}

pub fn schedule_rotation(cx: &mut Cx<'_>, place: &Place, at: Timestamp) -> Result<(), Fault> {
    cx.schedule("rotate-key", at, json!({ "key": place }))
}

pub fn schedule_expiry(cx: &mut Cx<'_>, place: &Place, material: &str, at: Timestamp) -> Result<(), Fault> {
    cx.schedule("expire-key-material", at, json!({ "key": place, "material": material }))
}

pub fn schedule_import_expiry(cx: &mut Cx<'_>, place: &Place, token: &str, at: Timestamp) -> Result<(), Fault> {
    cx.schedule("expire-import-parameters", at, json!({ "key": place, "token": token }))
}

pub fn schedule_replica(cx: &mut Cx<'_>, place: &Place) -> Result<(), Fault> {
    let soon = cx.now();
    cx.schedule("finish-replica", soon, json!({ "key": place }))
}

fn finish_replica(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    let place = place_of(payload)?;
    keys::change(cx.tx, &place, |key| {
        if key.state == KeyState::Creating {
            key.state = key.resting_state();
        }
    });
    Ok(())
}

fn expire_import_parameters(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    let place = place_of(payload)?;
    imports::expire(cx.tx, &place, payload["token"].as_str().unwrap_or_default());
    Ok(())
}

fn delete_key(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    let place = place_of(payload)?;
    let Some(key) = keys::get(cx.tx, &place) else { return Ok(()) };
    if key.deletion.and_then(|deletion| deletion.at) != Some(cx.now()) {
        return Ok(());
    }
    let regions = keys::family(cx.tx, &place);
    keys::delete(cx.tx, &place);
    for region in regions.into_iter().filter(|region| *region != place.region) {
        let member = place.in_region(region);
        keys::change(cx.tx, &member, |key| {
            if let Some(family) = &mut key.multi_region {
                family.replicas.retain(|replica| *replica != place.region);
            }
        });
        last_replica_gone(cx, &member)?;
    }
    Ok(())
}

/// A primary that waits for its replicas begins its own waiting period when the last of them is gone.
fn last_replica_gone(cx: &mut Cx<'_>, place: &Place) -> Result<(), Fault> {
    let Some(key) = keys::get(cx.tx, place) else { return Ok(()) };
    let alone = key.multi_region.as_ref().is_some_and(|family| family.replicas.is_empty());
    let (KeyState::PendingReplicaDeletion, true, Some(deletion)) = (key.state, alone, key.deletion) else {
        return Ok(());
    };
    let at = cx.now().plus_secs(deletion.window_days * DAY_SECS);
    keys::change(cx.tx, place, |key| {
        key.state = KeyState::PendingDeletion;
        key.deletion = Some(Deletion { at: Some(at), ..deletion });
    });
    schedule_deletion(cx, place, at)
}

/// Automatic rotation goes on while a key is disabled or waits for deletion only in name: AWS skips keys that are not
/// enabled and rotates them once they are again, at the next date ("Rotate AWS KMS keys").
fn rotate_key(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    let place = place_of(payload)?;
    let Some(key) = keys::get(cx.tx, &place) else { return Ok(()) };
    let Some(rotation) = key.rotation.filter(|rotation| rotation.next == cx.now()) else { return Ok(()) };
    if key.state == KeyState::Enabled {
        rotate(cx, &key, RotationType::Automatic)?;
    }
    let next = cx.now().plus_secs(rotation.period_days * DAY_SECS);
    keys::change(cx.tx, &place, |key| key.rotation = Some(crate::model::Rotation { next, ..rotation }));
    schedule_rotation(cx, &place, next)
}

/// Makes fresh material the current one, in the whole family of the key.
///
/// # Errors
/// Internal, when no material can be made.
pub fn rotate(cx: &mut Cx<'_>, key: &Key, kind: RotationType) -> Result<(), Fault> {
    let fresh = make::material(cx, &key.place, key.spec)?;
    let now = cx.now();
    keys::change_family(cx.tx, &key.place, |member| {
        member.materials.push(fresh.clone());
        make_current(&mut member.materials, &fresh.id, now, kind);
    });
    Ok(())
}

/// Makes one of the materials the current one.
pub fn make_current(materials: &mut [Material], id: &str, now: Timestamp, kind: RotationType) {
    for material in materials {
        match material.state {
            _ if material.id == id => {
                material.state = MaterialState::Current;
                material.rotated = Some((now, kind));
            }
            MaterialState::Current => material.state = MaterialState::NonCurrent,
            MaterialState::NonCurrent | MaterialState::PendingRotation => {}
        }
    }
}

fn expire_key_material(cx: &mut Cx<'_>, payload: &Value) -> Result<(), Fault> {
    let place = place_of(payload)?;
    let (id, now) = (payload["material"].as_str().unwrap_or_default(), cx.now());
    let due = |key: &Key| key.material(id).is_some_and(|material| material.expires == Some(now));
    if keys::get(cx.tx, &place).is_some_and(|key| due(&key)) {
        keys::change(cx.tx, &place, |key| drop_material(key, id));
    }
    Ok(())
}

/// Takes imported material away; its name stays, so that only the same can come back.
pub fn drop_material(key: &mut Key, id: &str) {
    for material in key.materials.iter_mut().filter(|material| material.id == id) {
        material.secret = None;
        material.expires = None;
    }
    key.materials.retain(|material| material.state != MaterialState::PendingRotation || material.secret.is_some());
    if matches!(key.state, KeyState::Enabled | KeyState::Disabled) && key.resting_state() == KeyState::PendingImport {
        key.state = KeyState::PendingImport;
    }
}
