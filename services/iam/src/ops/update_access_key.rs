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
