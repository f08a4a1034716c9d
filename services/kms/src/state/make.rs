//! How keys come to be: CreateKey, and AWS managed keys at their first use.

use crate::fault;
use crate::model::crypto::pair::Pair;
use crate::model::crypto::{Hidden, material_id};
use crate::model::names::*;
use crate::model::spec::Kind;
use crate::model::{DAY_SECS, Key, Material, MultiRegion, Place, ROTATION_DAYS_DEFAULT, Rotation};
use crate::policy;
use crate::state::keys::Target;
use crate::state::{aliases, keys};
use bastide_authz::PolicyDocument;
use bastide_base::SecretBytes;
use bastide_kernel::{Cx, Fault};
use std::collections::BTreeMap;
use std::sync::Arc;

/// What a new key shall be.
pub struct Plan {
    pub spec: KeySpec,
    pub usage: KeyUsage,
    pub origin: Origin,
    pub manager: Manager,
    pub description: String,
    pub policy: PolicyDocument,
    pub tags: BTreeMap<String, String>,
    pub multi_region: bool,
}

/// A free place for a new key of the caller's account in the call's region.
pub fn place(cx: &mut Cx<'_>, multi_region: bool) -> Place {
    let uuid = cx.random().uuid();
    let id = if multi_region { format!("mrk-{}", uuid.replace('-', "")) } else { uuid };
    Place { account: cx.account(), region: cx.region(), id }
}

/// Makes the key with its material, unless that is to be imported.
///
/// # Errors
/// Internal, when the crypto library makes no key.
pub fn key(cx: &mut Cx<'_>, place: Place, plan: Plan) -> Result<Arc<Key>, Fault> {
    let material = match plan.origin {
        Origin::AwsKms => Some(material(cx, &place, plan.spec)?),
        Origin::External | Origin::AwsCloudHsm | Origin::ExternalKeyStore => None,
    };
    let state = if material.is_some() { KeyState::Enabled } else { KeyState::PendingImport };
    let region = place.region;
    let key = Key {
        place: place.clone(),
        spec: plan.spec,
        usage: plan.usage,
        origin: plan.origin,
        manager: plan.manager,
        state,
        created: cx.now(),
        description: plan.description,
        policy: plan.policy,
        tags: plan.tags,
        materials: material.into_iter().collect(),
        rotation: None,
        on_demand_rotations: 0,
        deletion: None,
        multi_region: plan.multi_region.then(|| MultiRegion { primary: region, replicas: Vec::new() }),
    };
    keys::put(cx.tx, key);
    keys::get(cx.tx, &place).ok_or_else(|| Fault::internal("a key was put and is not there"))
}

/// Fresh material for a key. Pairs are taken from what `PREPARE` made, if it did.
///
/// # Errors
/// Internal, when the crypto library makes no key.
pub fn material(cx: &mut Cx<'_>, place: &Place, spec: KeySpec) -> Result<Material, Fault> {
    let (secret, public) = match spec.info()?.kind {
        Kind::Symmetric => (random_bytes(cx, 32), None),
        Kind::Hmac(length) => (random_bytes(cx, length), None),
        Kind::Rsa(_) | Kind::Ecc | Kind::MlDsa => {
            let Pair { private, public } = pair(cx, spec)?;
            (private, Some(public))
        }
    };
    Ok(fresh(place, secret, public))
}

/// A pair that `PREPARE` made, or one made now.
///
/// # Errors
/// Internal, when the crypto library makes none.
pub fn pair(cx: &mut Cx<'_>, spec: KeySpec) -> Result<Pair, Fault> {
    let made = cx.prepared::<Pair>().or_else(|| Pair::generate(spec));
    made.ok_or_else(|| Fault::internal(format!("no key pair of {}", spec.as_str())))
}

/// Material that is current and was never rotated.
pub fn fresh(place: &Place, secret: SecretBytes, public: Option<Vec<u8>>) -> Material {
    Material {
        id: material_id(&place.id, secret.expose()),
        secret: Some(Hidden::new(secret)),
        public,
        state: MaterialState::Current,
        rotated: None,
        expires: None,
        description: None,
    }
}

pub fn random_bytes(cx: &mut Cx<'_>, length: usize) -> SecretBytes {
    let mut bytes = vec![0; length];
    cx.random().fill(&mut bytes);
    SecretBytes::new(bytes)
}

/// The key that was found; where a service calls for its own AWS managed key for the first time, that is made now.
///
/// # Errors
/// NotFoundException.
pub fn found_or_managed(cx: &mut Cx<'_>, target: &Target) -> Result<Arc<Key>, Fault> {
    let Some(service) = policy::managed_for(cx.caller(), target).map(str::to_owned) else {
        return target.key().cloned();
    };
    let place = place(cx, false);
    let plan = Plan {
        spec: KeySpec::SymmetricDefault,
        usage: KeyUsage::EncryptDecrypt,
        origin: Origin::AwsKms,
        manager: Manager::Aws,
        description: format!("Default key that protects my {service} data when no other key is defined"),
        policy: policy::managed_policy(&service, &place),
        tags: BTreeMap::new(),
        multi_region: false,
    };
    key(cx, place.clone(), plan)?;
    let now = cx.now();
    aliases::set(cx.tx, &format!("alias/aws/{service}"), &place, now);
    let next = now.plus_secs(ROTATION_DAYS_DEFAULT * DAY_SECS);
    keys::change(cx.tx, &place, |key| key.rotation = Some(Rotation { period_days: ROTATION_DAYS_DEFAULT, next }));
    crate::jobs::schedule_rotation(cx, &place, next)?;
    keys::get(cx.tx, &place).ok_or_else(|| fault::no_key(&place.arn()))
}
