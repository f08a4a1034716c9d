//! Organizations MoveAccount. Real: between the root and units.

use super::prelude::*;

shape! {
    pub struct MoveAccount {
        AccountId: AccountId,
        SourceParentId: String,
        DestinationParentId: String,
    }
}

impl Op for MoveAccount {
    const NAME: &'static str = "MoveAccount";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let on = |id: &str| policy::on_entity(cx, "organizations:MoveAccount", id);
        Ok(on(&self.AccountId.to_string()).and(on(&self.SourceParentId)).and(on(&self.DestinationParentId)))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        tree::move_account(cx.tx, &organization, self.AccountId, &self.SourceParentId, &self.DestinationParentId)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn policies_of_the_new_place_bind() {
        let lab = Lab::new();
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{ou}" }));
        let root = lab.root_of(&lab.member);
        let create = |name: &str| root.call("iam", "CreateUser", json!({ "UserName": name }));
        create("before").unwrap();
        let go = |from: &str, to: &str| json!({ "AccountId": "{member}", "SourceParentId": from, "DestinationParentId": to });
        lab.ok("MoveAccount", go("{root}", "{ou}"));
        assert_eq!(create("inside").unwrap_err().code, "AccessDenied");
        lab.ok("MoveAccount", go("{ou}", "{root}"));
        create("after").unwrap();
    }

    #[test]
    fn both_places_must_be_right() {
        let lab = Lab::new();
        let go = |from: &str, to: &str| {
            lab.err("MoveAccount", json!({ "AccountId": "{member}", "SourceParentId": from, "DestinationParentId": to }))
        };
        let code = |fault: String| fault.split(':').next().unwrap().to_owned();
        assert_eq!(code(go("{root}", "{root}")), "DuplicateAccountException");
        assert_eq!(code(go("r-zzzz", "{ou}")), "SourceParentNotFoundException");
        assert_eq!(code(go("{root}", "ou-zzzz-00000000")), "DestinationParentNotFoundException");
        assert_eq!(code(go("{ou}", "{ou}")), "AccountNotFoundException");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("MoveAccount", json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": "{ou}" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
