//! IAM PutUserPermissionsBoundary. Real: the boundary limits from the next call on.

use super::prelude::*;

shape! {
    pub struct PutUserPermissionsBoundary {
        UserName: String,
        PermissionsBoundary: String,
    }
}

impl Op for PutUserPermissionsBoundary {
    const NAME: &'static str = "PutUserPermissionsBoundary";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on::<User>(cx, "iam:PutUserPermissionsBoundary", &self.UserName);
        Ok(policy::with_boundary(ask, Some(&self.PermissionsBoundary)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::set_boundary::<User>(cx.tx, cx.call.account, &self.UserName, &self.PermissionsBoundary)?;
        Ok(Nothing)
    }
}
