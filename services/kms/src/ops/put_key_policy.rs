//! KMS PutKeyPolicy. Real: in force from the next call on; lockout safety check and its bypass. Not checked: whether the
//! principals it names exist.

use super::get_key_policy::only_default;
use super::prelude::*;

shape! {
    pub struct PutKeyPolicy {
        KeyId: String,
        PolicyName: Option<String>,
        Policy: String,
        BypassPolicyLockoutSafetyCheck: Option<bool>,
    }
}

impl Op for PutKeyPolicy {
    const NAME: &'static str = "PutKeyPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let bypass = self.BypassPolicyLockoutSafetyCheck.unwrap_or_default().to_string();
        Ok(policy::on_own_key(cx, "kms:PutKeyPolicy", &self.KeyId)?.key("kms:BypassPolicyLockoutSafetyCheck", [bypass]))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        only_default(self.PolicyName.as_deref())?;
        let bypass = self.BypassPolicyLockoutSafetyCheck == Some(true);
        let document = policy::accept(cx, &key.place, self.Policy, bypass)?;
        keys::change(cx.tx, &key.place, |key| key.policy = document);
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn only(user: &str, actions: &str) -> Json {
        json!({"Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:user/{user}")}, "Action": actions, "Resource": "*"})
    }

    #[test]
    fn the_key_policy_comes_first_not_even_root_or_an_administrator_gets_by_it() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let admin = lab
            .user("admin", r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#);
        let keeper = lab.user("keeper", NOTHING);
        let input = json!({"KeyId": key.id, "Policy": key_policy(&[only("keeper", "kms:*")]), "BypassPolicyLockoutSafetyCheck": true});
        lab.root().ok("PutKeyPolicy", input);
        let text = json!({"KeyId": key.id, "Plaintext": b64(b"x")});
        keeper.ok("Encrypt", text.clone());
        for outsider in [&admin, &lab.root()] {
            let refused = outsider.err("Encrypt", text.clone());
            assert!(
                refused.ends_with(&format!(
                    "is not authorized to perform: kms:Encrypt on resource: {} because no \
                resource-based policy allows the kms:Encrypt action",
                    key.arn
                )),
                "{refused}"
            );
        }
    }

    #[test]
    fn without_the_bypass_nobody_locks_himself_out() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let locked = "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future.";
        let put = |policy: String| json!({"KeyId": key.id, "Policy": policy});
        lab.user("alice", NOTHING);
        assert_eq!(lab.root().err("PutKeyPolicy", put(key_policy(&[only("alice", "kms:*")]))), locked);
        let mut root = only("alice", "kms:Encrypt");
        root["Principal"] = json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:root")});
        assert_eq!(lab.root().err("PutKeyPolicy", put(key_policy(&[root.clone()]))), locked);
        root["Action"] = json!(["kms:Put*", "kms:Get*"]);
        lab.root().ok("PutKeyPolicy", put(key_policy(&[root])));
        let bad = lab.root().err("PutKeyPolicy", put("not json".to_owned()));
        assert!(bad.starts_with("MalformedPolicyDocumentException"), "{bad}");
    }
}
