//! KMS GetKeyRotationStatus. Real: a replica tells what its primary does. Never there: OnDemandRotationStartDate, because a
//! rotation on demand is done at once.

use super::prelude::*;

shape! {
    pub struct GetKeyRotationStatus {
        KeyId: String,
    }

    pub struct GetKeyRotationStatusResponse {
        KeyRotationEnabled: bool,
        KeyId: String,
        RotationPeriodInDays: Option<i64>,
        NextRotationDate: Option<Timestamp>,
    }
}

impl Op for GetKeyRotationStatus {
    const NAME: &'static str = "GetKeyRotationStatus";
    const READ_ONLY: bool = true;
    type Output = GetKeyRotationStatusResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_key(cx, "kms:GetKeyRotationStatus", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetKeyRotationStatusResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        if key.spec != KeySpec::SymmetricDefault {
            return Err(fault::unsupported(""));
        }
        let primary = key.multi_region.as_ref().map(|family| key.place.in_region(family.primary));
        let primary = primary.and_then(|place| keys::get(cx.tx, &place));
        let rotation = primary.as_ref().unwrap_or(&key).rotation;
        Ok(GetKeyRotationStatusResponse {
            KeyRotationEnabled: rotation.is_some(),
            KeyId: key.arn(),
            RotationPeriodInDays: rotation.map(|rotation| rotation.period_days),
            NextRotationDate: rotation.map(|rotation| rotation.next),
        })
    }
}
