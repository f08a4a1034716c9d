//! KMS CancelKeyDeletion. Real: the key is disabled then, and no job deletes it any more.

use super::prelude::*;

shape! {
    pub struct CancelKeyDeletion {
        KeyId: String,
    }

    pub struct CancelKeyDeletionResponse {
        KeyId: String,
    }
}

impl Op for CancelKeyDeletion {
    const NAME: &'static str = "CancelKeyDeletion";
    const READ_ONLY: bool = false;
    type Output = CancelKeyDeletionResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:CancelKeyDeletion", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CancelKeyDeletionResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        keys::change(cx.tx, &key.place, |key| {
            key.deletion = None;
            key.state = match key.resting_state() {
                KeyState::PendingImport => KeyState::PendingImport,
                _ => KeyState::Disabled,
            };
        });
        Ok(CancelKeyDeletionResponse { KeyId: key.arn() })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_cancelled_key_stays_disabled_for_ever() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let not_pending = format!("KMSInvalidStateException: {} is not pending deletion.", key.arn);
        assert_eq!(lab.root().err("CancelKeyDeletion", json!({"KeyId": key.id})), not_pending);
        lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id, "PendingWindowInDays": 10}));
        lab.advance_days(9);
        lab.root().ok("CancelKeyDeletion", json!({"KeyId": key.id}));
        assert_eq!(lab.state_of(&key), "Disabled");
        lab.advance_days(100);
        assert_eq!(lab.state_of(&key), "Disabled");
    }

    #[test]
    fn only_the_last_schedule_counts() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id, "PendingWindowInDays": 7}));
        lab.root().ok("CancelKeyDeletion", json!({"KeyId": key.id}));
        lab.root().ok("ScheduleKeyDeletion", json!({"KeyId": key.id, "PendingWindowInDays": 30}));
        lab.advance_days(29);
        assert_eq!(lab.state_of(&key), "PendingDeletion");
        lab.advance_days(1);
        assert!(lab.root().err("DescribeKey", json!({"KeyId": key.id})).starts_with("NotFoundException"));
    }
}
