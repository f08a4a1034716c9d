//! KMS UpdatePrimaryRegion. Real: primary and replica change roles at once; automatic rotation goes with the primary; both keys
//! are asked about.

use super::prelude::*;
use super::replicate_key::{primary, region};

shape! {
    pub struct UpdatePrimaryRegion {
        KeyId: String,
        PrimaryRegion: String,
    }
}

impl Op for UpdatePrimaryRegion {
    const NAME: &'static str = "UpdatePrimaryRegion";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let target = keys::find(cx.state(), cx.call, &self.KeyId, Named::ByKey)?;
        let named = |ask: Ask| ask.key("kms:PrimaryRegion", [self.PrimaryRegion.clone()]);
        let ask = named(policy::on_own(cx, "kms:UpdatePrimaryRegion", &target));
        let Ok(region) = region(&self.PrimaryRegion) else { return Ok(ask) };
        let place = target.place.in_region(region);
        let Some(replica) = keys::get(cx.state(), &place) else { return Ok(ask) };
        let replica = Target { place, alias: None, key: Some(replica) };
        Ok(ask.and(named(policy::on_own(cx, "kms:UpdatePrimaryRegion", &replica))))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let region = region(&self.PrimaryRegion)?;
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        let family = primary(&key)?.clone();
        if region == family.primary {
            return Ok(Nothing);
        }
        let place = key.place.in_region(region);
        let replica = keys::get(cx.tx, &place).ok_or_else(|| fault::no_key(&place.arn()))?;
        states::check(&replica, Self::NAME)?;
        let mut replicas = family.replicas;
        for replica in &mut replicas {
            if *replica == region {
                *replica = family.primary;
            }
        }
        let family = MultiRegion { primary: region, replicas };
        keys::change_family(cx.tx, &key.place, |member| {
            member.multi_region = Some(family.clone());
            member.rotation = key.rotation.filter(|_| member.place.region == region);
        });
        if let Some(rotation) = key.rotation {
            jobs::schedule_rotation(cx, &place, rotation.next)?;
        }
        Ok(Nothing)
    }
}
