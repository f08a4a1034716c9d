//! IAM CreateGroup. Real: names unique whatever their case, quota.

use super::prelude::*;

shape! {
    pub struct CreateGroup {
        GroupName: String,
        Path: Option<String>,
    }

    pub struct CreateGroupResponse {
        Group: wire::Group,
    }
}

impl Op for CreateGroup {
    const NAME: &'static str = "CreateGroup";
    const READ_ONLY: bool = false;
    type Output = CreateGroupResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::creating::<Group>(cx, "iam:CreateGroup", self.Path.as_deref(), &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateGroupResponse, Fault> {
        let identity = Identity::new(self.GroupName, self.Path, cx.unique_id(PrincipalKind::Group), cx.now());
        let group = Group { identity };
        let answer = wire::group(cx.account(), &group);
        entities::add(cx.tx, cx.call.account, group)?;
        Ok(CreateGroupResponse { Group: answer })
    }
}
