//! IAM DeleteAccessKey. Real: the key signs nothing from then on.

use super::prelude::*;

shape! {
    pub struct DeleteAccessKey {
        UserName: Option<String>,
        AccessKeyId: String,
    }
}

impl Op for DeleteAccessKey {
    const NAME: &'static str = "DeleteAccessKey";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_keys_of(cx, "iam:DeleteAccessKey", self.UserName.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let ring = keys::keyring(cx.tx, cx.account(), &cx.call.caller.principal, self.UserName.as_deref())?;
        keys::delete(cx.tx, cx.call.account, &ring, &self.AccessKeyId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_key_is_gone() {
        use bastide_authn::Directory as _;
        let lab = Lab::new().users(["alice"]);
        let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "alice" }))["AccessKey"]["AccessKeyId"].clone();
        lab.root().ok("DeleteAccessKey", json!({ "UserName": "alice", "AccessKeyId": key }));
        assert!(crate::Iam.access_key(&lab.state(), key.as_str().unwrap()).is_none());
        assert_eq!(lab.root().ok("ListAccessKeys", json!({ "UserName": "alice" }))["AccessKeyMetadata"], json!([]));
    }

    #[test]
    fn a_key_that_is_not_there_is_not_found() {
        let lab = Lab::new().users(["alice"]);
        let fault =
            lab.root().err("DeleteAccessKey", json!({ "UserName": "alice", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE" }));
        assert_eq!(fault, "NoSuchEntity: The Access Key with id AKIAIOSFODNN7EXAMPLE cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "UserName": "alice", "AccessKeyId": "AKIAIOSFODNN7EXAMPLE" });
        Lab::new().denies("DeleteAccessKey", input, "user alice");
    }
}
