//! IAM UpdateAssumeRolePolicy. Real: the trust policy is checked and remembers users and roles by unique id.

use super::prelude::*;

shape! {
    pub struct UpdateAssumeRolePolicy {
        RoleName: String,
        PolicyDocument: String,
    }
}

impl Op for UpdateAssumeRolePolicy {
    const NAME: &'static str = "UpdateAssumeRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:UpdateAssumeRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::get::<Role>(cx.tx, cx.account(), &self.RoleName)?;
        let trust = trust::bind(cx.tx, self.PolicyDocument)?;
        entities::edit::<Role, _>(cx.tx, cx.call.account, &self.RoleName, |role| {
            role.trust = trust;
            Ok(())
        })?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn who_is_deleted_and_made_anew_is_no_longer_trusted() {
        use bastide_kernel::Roles as _;
        let lab = Lab::new().users(["alice"]).roles(["r"]);
        let trust = TRUST.replace("444455556666", &arn("user/alice"));
        lab.root().ok("UpdateAssumeRolePolicy", json!({ "RoleName": "r", "PolicyDocument": trust }));
        let shown = || {
            let role = lab.root().ok("GetRole", json!({ "RoleName": "r" }));
            let encoded = role["Role"]["AssumeRolePolicyDocument"].as_str().unwrap().to_owned();
            percent_encoding::percent_decode_str(&encoded).decode_utf8().unwrap().into_owned()
        };
        let id =
            lab.root().ok("GetUser", json!({ "UserName": "alice" }))["User"]["UserId"].as_str().unwrap().to_owned();
        let bound = crate::Iam.role(&lab.state(), account(), "r").unwrap().trust;
        assert!(bound.text().contains(&id) && !bound.text().contains("user/alice"), "{}", bound.text());
        assert_eq!(shown(), trust);
        lab.root().ok("UpdateUser", json!({ "UserName": "alice", "NewPath": "/moved/" }));
        assert!(shown().contains(&arn("user/moved/alice")));
        lab.root().ok("DeleteUser", json!({ "UserName": "alice" }));
        lab.root().ok("CreateUser", json!({ "UserName": "alice" }));
        assert!(shown().contains(&id) && !shown().contains("user/"), "{}", shown());
    }

    #[test]
    fn a_principal_must_exist_in_the_spelling_of_its_arn() {
        let lab = Lab::new().users(["alice"]).roles(["r"]);
        let update = |principal: &str| {
            let trust = TRUST.replace("444455556666", principal);
            lab.root().err("UpdateAssumeRolePolicy", json!({ "RoleName": "r", "PolicyDocument": trust }))
        };
        for principal in [
            arn("user/ghost"),
            arn("user/path/alice"),
            arn("user/Alice"),
            arn("role/ghost"),
            "AIDAAAAAAAAAAAAAAAAAA".into(),
        ] {
            let text = format!("MalformedPolicyDocument: Invalid principal in policy: \"AWS\":\"{principal}\"");
            assert_eq!(update(&principal), text);
        }
        let session = format!("arn:aws:sts::{ACCOUNT}:assumed-role/ghost/s");
        assert!(update(&session).starts_with("MalformedPolicyDocument"));
    }

    #[test]
    fn a_trust_policy_has_2048_characters() {
        let lab = Lab::new().roles(["r"]);
        let long = TRUST.replace("\"Version\"", &format!("\"Id\":\"{}\",\"Version\"", "x".repeat(2048)));
        let fault = lab.root().err("UpdateAssumeRolePolicy", json!({ "RoleName": "r", "PolicyDocument": long }));
        assert_eq!(fault, "LimitExceeded: Cannot exceed quota for ACLSizePerRole: 2048");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UpdateAssumeRolePolicy", json!({ "RoleName": "r", "PolicyDocument": TRUST }), "role r");
    }
}
