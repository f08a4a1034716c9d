//! IAM CreateAccessKey. Real: the secret is shown once and sealed at rest; two keys per user. Without a name, the caller's own, also root's.

use super::prelude::*;

shape! {
    pub struct CreateAccessKey {
        UserName: Option<String>,
    }

    pub struct CreateAccessKeyResponse {
        AccessKey: AccessKey,
    }

    pub struct AccessKey {
        UserName: Option<String>,
        AccessKeyId: String,
        Status: &'static str,
        SecretAccessKey: SecretString,
        CreateDate: Timestamp,
    }
}

impl Op for CreateAccessKey {
    const NAME: &'static str = "CreateAccessKey";
    const READ_ONLY: bool = false;
    type Output = CreateAccessKeyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_keys_of(cx, "iam:CreateAccessKey", self.UserName.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateAccessKeyResponse, Fault> {
        let (account, now) = (cx.account(), cx.now());
        let ring = keys::keyring(cx.tx, account, &cx.call.caller.principal, self.UserName.as_deref())?;
        let fresh = keys::Fresh::draw(account, cx.random(), now);
        keys::add(cx.tx, account, &ring, &fresh)?;
        let key = AccessKey {
            UserName: ring.user_name,
            AccessKeyId: fresh.id,
            Status: keys::status(true),
            SecretAccessKey: fresh.secret,
            CreateDate: fresh.created,
        };
        Ok(CreateAccessKeyResponse { AccessKey: key })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_key_signs_for_its_user() {
        use bastide_authn::{Directory as _, Principal};
        let lab = Lab::new().users(["alice"]);
        let answer = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }));
        let key = &answer["AccessKey"];
        assert_eq!(
            (&key["UserName"], &key["Status"], &key["CreateDate"]),
            (&json!("alice"), &json!("Active"), &json!(NOW))
        );
        let (id, secret) = (key["AccessKeyId"].as_str().unwrap(), key["SecretAccessKey"].as_str().unwrap());
        assert_eq!((id.len(), &id[..4], secret.len()), (20, "AKIA", 40));
        let known = crate::Iam.access_key(&lab.state(), id).unwrap();
        assert!(known.active && known.secret.matches(secret.as_bytes()));
        assert!(matches!(known.principal, Principal::User { name, .. } if name == "alice"));
    }

    #[test]
    fn the_secret_is_in_no_record() {
        let lab = Lab::new().users(["alice"]);
        let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }))["AccessKey"].clone();
        let records = lab.records();
        let text = |member: &str| key[member].as_str().unwrap().to_owned();
        assert!(records.iter().any(|body| body.contains(&text("AccessKeyId"))));
        assert!(!records.iter().any(|body| body.contains(&text("SecretAccessKey"))));
    }

    #[test]
    fn without_a_name_root_makes_its_own() {
        let lab = Lab::new();
        let answer = lab.root().ok("CreateAccessKey", json!({}));
        assert_eq!(answer["AccessKey"].get("UserName"), None);
        assert_eq!(lab.root().ok("ListAccessKeys", json!({}))["AccessKeyMetadata"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn a_user_has_two_keys() {
        let lab = Lab::new().users(["alice"]);
        let alice = json!({ "UserName": "alice" });
        lab.root().ok("CreateAccessKey", alice.clone());
        lab.root().ok("CreateAccessKey", alice.clone());
        let third = lab.root().err("CreateAccessKey", alice);
        assert_eq!(third, "LimitExceeded: Cannot exceed quota for AccessKeysPerUser: 2");
        let ghost = lab.root().err("CreateAccessKey", json!({ "UserName": "ghost" }));
        assert_eq!(ghost, "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may_and_not_even_for_oneself() {
        let lab = Lab::new().users(["alice"]);
        lab.denies("CreateAccessKey", json!({ "UserName": "alice" }), "user alice");
        lab.denies("CreateAccessKey", json!({}), "user nullnobody");
    }
}
