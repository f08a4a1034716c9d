//! KMS RotateKeyOnDemand. Real: at once, 25 times in a key's life, beside automatic rotation; for imported keys it makes the
//! material that waits for it the current one.

use super::prelude::*;

shape! {
    pub struct RotateKeyOnDemand {
        KeyId: String,
    }

    pub struct RotateKeyOnDemandResponse {
        KeyId: String,
    }
}

impl Op for RotateKeyOnDemand {
    const NAME: &'static str = "RotateKeyOnDemand";
    const READ_ONLY: bool = false;
    type Output = RotateKeyOnDemandResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:RotateKeyOnDemand", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<RotateKeyOnDemandResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        if key.spec != KeySpec::SymmetricDefault || key.region_type() == Some(MultiRegionKeyType::Replica) {
            return Err(fault::unsupported(""));
        }
        if key.on_demand_rotations >= ON_DEMAND_ROTATIONS_MAX {
            return Err(fault::limit_exceeded(format!("{} has been rotated on demand 25 times.", key.arn())));
        }
        match key.origin {
            Origin::External => {
                let waiting = key.materials.iter().find(|material| material.state == MaterialState::PendingRotation);
                let id = waiting.map(|material| material.id.clone()).ok_or_else(|| {
                    fault::invalid_state(format!(
                        "No available key material pending rotation for the key: {}.",
                        key.arn()
                    ))
                })?;
                let now = cx.now();
                keys::change(cx.tx, &key.place, |key| {
                    jobs::make_current(&mut key.materials, &id, now, RotationType::OnDemand);
                });
            }
            _ => jobs::rotate(cx, &key, RotationType::OnDemand)?,
        }
        keys::change(cx.tx, &key.place, |key| key.on_demand_rotations += 1);
        Ok(RotateKeyOnDemandResponse { KeyId: key.arn() })
    }
}
