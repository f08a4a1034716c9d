//! KMS RevokeGrant. Real: the grant is gone for the next call.

use super::create_grant::for_aws_resource;
use super::prelude::*;

shape! {
    pub struct RevokeGrant {
        KeyId: String,
        GrantId: String,
        DryRun: Option<bool>,
    }
}

impl Op for RevokeGrant {
    const NAME: &'static str = "RevokeGrant";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(for_aws_resource(cx, policy::on_key(cx, "kms:RevokeGrant", &self.KeyId)?))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        if grants::get(cx.tx, &key.place, &self.GrantId).is_none() {
            return Err(fault::not_found(format!("Grant ID {} not found", self.GrantId)));
        }
        not_dry(self.DryRun)?;
        grants::delete(cx.tx, &key.place, &self.GrantId);
        Ok(Nothing)
    }
}
