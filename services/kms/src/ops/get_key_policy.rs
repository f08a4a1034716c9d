//! KMS GetKeyPolicy. Real: the text as it was put; the only policy of a key is called default.

use super::prelude::*;

shape! {
    pub struct GetKeyPolicy {
        KeyId: String,
        PolicyName: Option<String>,
    }

    pub struct GetKeyPolicyResponse {
        Policy: String,
        PolicyName: &'static str,
    }
}

impl Op for GetKeyPolicy {
    const NAME: &'static str = "GetKeyPolicy";
    const READ_ONLY: bool = true;
    type Output = GetKeyPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:GetKeyPolicy", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetKeyPolicyResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        only_default(self.PolicyName.as_deref())?;
        Ok(GetKeyPolicyResponse { Policy: key.policy.text().to_owned(), PolicyName: policy::POLICY_NAME })
    }
}

/// # Errors
/// NotFoundException for a policy of another name.
pub(super) fn only_default(name: Option<&str>) -> Result<(), Fault> {
    match name {
        Some(name) if name != policy::POLICY_NAME => Err(fault::not_found("No such policy exists")),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_key_without_a_policy_of_its_own_opens_itself_to_iam() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let answer = lab.root().ok("GetKeyPolicy", json!({"KeyId": key.id}));
        assert_eq!(answer["PolicyName"], "default");
        let policy: Json = serde_json::from_str(answer["Policy"].as_str().unwrap()).unwrap();
        assert_eq!(
            policy,
            json!({"Version": "2012-10-17", "Id": "key-default-1", "Statement": [{"Sid": "Enable IAM User Permissions",
                "Effect": "Allow", "Principal": {"AWS": format!("arn:aws:iam::{ACCOUNT}:root")}, "Action": "kms:*", "Resource": "*"}]})
        );
        let other = lab.root().err("GetKeyPolicy", json!({"KeyId": key.id, "PolicyName": "other"}));
        assert_eq!(other, "NotFoundException: No such policy exists");
        assert_eq!(lab.root().ok("ListKeyPolicies", json!({"KeyId": key.id}))["PolicyNames"], json!(["default"]));
    }
}
