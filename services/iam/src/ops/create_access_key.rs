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
