//! IAM UpdateAccessKey. Real: an inactive key signs nothing.

use super::prelude::*;

shape! {
    pub struct UpdateAccessKey {
        UserName: Option<String>,
        AccessKeyId: String,
        Status: String,
    }
}

impl Op for UpdateAccessKey {
    const NAME: &'static str = "UpdateAccessKey";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_keys_of(cx, "iam:UpdateAccessKey", self.UserName.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let active = match self.Status.as_str() {
            "Active" => true,
            "Inactive" => false,
            // `Expired` is a status that AWS gives, not one that can be set.
            other => return Err(fault::invalid_input(format!("The status {other} cannot be set."))),
        };
        let ring = keys::keyring(cx.tx, cx.account(), &cx.call.caller.principal, self.UserName.as_deref())?;
        keys::set_active(cx.tx, &ring, &self.AccessKeyId, active)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_inactive_key_is_known_to_be() {
        use bastide_authn::Directory as _;
        let lab = Lab::new().users(["alice"]);
        let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }))["AccessKey"]["AccessKeyId"].clone();
        let set = |status: &str| json!({ "UserName": "alice", "AccessKeyId": key, "Status": status });
        lab.root().ok("UpdateAccessKey", set("Inactive"));
        assert!(!crate::Iam.access_key(&lab.state(), key.as_str().unwrap()).unwrap().active);
        assert_eq!(
            lab.root().ok("ListAccessKeys", json!({ "UserName": "alice" }))["AccessKeyMetadata"][0]["Status"],
            "Inactive"
        );
        lab.root().ok("UpdateAccessKey", set("Active"));
        assert!(crate::Iam.access_key(&lab.state(), key.as_str().unwrap()).unwrap().active);
    }

    #[test]
    fn anothers_key_is_not_found() {
        let lab = Lab::new().users(["alice", "bob"]);
        let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }))["AccessKey"]["AccessKeyId"].clone();
        let fault =
            lab.root().err("UpdateAccessKey", json!({ "UserName": "bob", "AccessKeyId": key, "Status": "Inactive" }));
        assert_eq!(fault, format!("NoSuchEntity: The Access Key with id {} cannot be found.", key.as_str().unwrap()));
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "UserName": "alice", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE", "Status": "Inactive" });
        Lab::new().denies("UpdateAccessKey", input, "user alice");
    }
}
