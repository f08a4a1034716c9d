//! KMS EnableKeyRotation. Real: every 90 to 2560 days by the clock; old backing keys decrypt for ever.

use super::prelude::*;

shape! {
    pub struct EnableKeyRotation {
        KeyId: String,
        RotationPeriodInDays: Option<i64>,
    }
}

impl EnableKeyRotation {
    fn days(&self) -> i64 {
        self.RotationPeriodInDays.unwrap_or(ROTATION_DAYS_DEFAULT)
    }
}

/// A key whose rotation can be set: symmetric, with material of KMS's making, not a replica.
///
/// # Errors
/// What the table of states says; UnsupportedOperationException.
pub(super) fn rotatable(cx: &Cx<'_>, text: &str, operation: &str) -> Result<Arc<Key>, Fault> {
    let key = managed_key(cx, text, operation)?;
    if key.spec != KeySpec::SymmetricDefault {
        return Err(fault::unsupported(""));
    }
    if key.origin != Origin::AwsKms {
        return Err(fault::wrong_origin(&key.arn(), key.origin.as_str()));
    }
    if key.region_type() == Some(MultiRegionKeyType::Replica) {
        return Err(fault::unsupported(format!("{} is a multi-region replica key.", key.arn())));
    }
    Ok(key)
}

impl Op for EnableKeyRotation {
    const NAME: &'static str = "EnableKeyRotation";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_own_key(cx, "kms:EnableKeyRotation", &self.KeyId)?;
        Ok(ask.key("kms:RotationPeriodInDays", [self.days().to_string()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = rotatable(cx, &self.KeyId, Self::NAME)?;
        let days = self.days();
        let next = cx.now().plus_secs(days * DAY_SECS);
        keys::change(cx.tx, &key.place, |key| key.rotation = Some(Rotation { period_days: days, next }));
        jobs::schedule_rotation(cx, &key.place, next)?;
        Ok(Nothing)
    }
}
