//! KMS ScheduleKeyDeletion. Real: 7 to 30 days, deletion by the clock; a multi-Region primary waits for its replicas.

use super::prelude::*;

shape! {
    pub struct ScheduleKeyDeletion {
        KeyId: String,
        PendingWindowInDays: Option<i64>,
    }

    pub struct ScheduleKeyDeletionResponse {
        KeyId: String,
        DeletionDate: Option<Timestamp>,
        KeyState: KeyState,
        PendingWindowInDays: i64,
    }
}

impl ScheduleKeyDeletion {
    fn days(&self) -> i64 {
        self.PendingWindowInDays.unwrap_or(DELETION_DAYS_DEFAULT)
    }
}

impl Op for ScheduleKeyDeletion {
    const NAME: &'static str = "ScheduleKeyDeletion";
    const READ_ONLY: bool = false;
    type Output = ScheduleKeyDeletionResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_own_key(cx, "kms:ScheduleKeyDeletion", &self.KeyId)?;
        Ok(ask.key("kms:ScheduleKeyDeletionPendingWindowInDays", [self.days().to_string()]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ScheduleKeyDeletionResponse, Fault> {
        let days = self.days();
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        if !(7..=30).contains(&days) {
            return Err(fault::validation("PendingWindowInDays must be between 7 and 30."));
        }
        let primary = key.region_type() == Some(MultiRegionKeyType::Primary);
        let waits = primary && key.multi_region.as_ref().is_some_and(|family| !family.replicas.is_empty());
        let state = if waits { KeyState::PendingReplicaDeletion } else { KeyState::PendingDeletion };
        let at = (!waits).then(|| cx.now().plus_secs(days * DAY_SECS));
        keys::change(cx.tx, &key.place, |key| {
            key.state = state;
            key.deletion = Some(Deletion { window_days: days, at });
        });
        if let Some(at) = at {
            jobs::schedule_deletion(cx, &key.place, at)?;
        }
        Ok(ScheduleKeyDeletionResponse {
            KeyId: key.arn(),
            DeletionDate: at,
            KeyState: state,
            PendingWindowInDays: days,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_key_is_gone_when_the_window_is_over_and_not_before() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let blob = lab.encrypt(&key, b"x", json!({}));
        lab.root().ok("CreateAlias", json!({"AliasName": "alias/doomed", "TargetKeyId": key.id}));
        let answer = lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id, "PendingWindowInDays": 7}));
        assert_eq!((&answer["KeyState"], &answer["PendingWindowInDays"]), (&json!("PendingDeletion"), &json!(7)));
        let pending = format!("KMSInvalidStateException: {} is pending deletion.", key.arn);
        assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": blob})), pending);
        lab.advance_days(6);
        assert_eq!(lab.state_of(&key), "PendingDeletion");
        lab.advance_days(1);
        let gone = format!("NotFoundException: Key '{}' does not exist", key.arn);
        assert_eq!(lab.root().err("DescribeKey", json!({"KeyId": key.id})), gone);
        assert_eq!(lab.root().err("Decrypt", json!({"CiphertextBlob": blob})), gone);
        assert_eq!(lab.root().ok("ListAliases", json!({}))["Aliases"], json!([]));
    }

    #[test]
    fn the_window_has_bounds() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        for days in [6, 31] {
            let input = json!({"KeyId": key.id, "PendingWindowInDays": days});
            assert!(lab.root().err("ScheduleKeyDeletion", input).starts_with("ValidationException"));
        }
        assert_eq!(lab.state_of(&key), "Enabled");
    }
}
