//! IAM DetachUserPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DetachUserPolicy {
        UserName: String,
        PolicyArn: String,
    }
}

impl Op for DetachUserPolicy {
    const NAME: &'static str = "DetachUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on_bounded::<User>(cx, "iam:DetachUserPolicy", &self.UserName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::detach::<User>(cx.tx, cx.call.account, &self.UserName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_no_longer_counts() {
        let lab = Lab::new().users(["x"]).policies(["p"]);
        let input = json!({ "UserName": "x", "PolicyArn": arn("policy/p") });
        let count =
            || lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") }))["Policy"]["AttachmentCount"].clone();
        lab.root().ok("AttachUserPolicy", input.clone());
        assert_eq!(count(), 1);
        lab.root().ok("DetachUserPolicy", input);
        assert_eq!(count(), 0);
        assert_eq!(
            lab.root().ok("ListAttachedUserPolicies", json!({ "UserName": "x" }))["AttachedPolicies"],
            json!([])
        );
    }

    #[test]
    fn what_is_not_attached_is_not_found() {
        let lab = Lab::new().users(["x"]).policies(["p"]);
        let fault = lab.root().err("DetachUserPolicy", json!({ "UserName": "x", "PolicyArn": arn("policy/p") }));
        assert_eq!(fault, format!("NoSuchEntity: Policy {} was not found.", arn("policy/p")));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DetachUserPolicy", json!({ "UserName": "x", "PolicyArn": arn("policy/p") }), "user x");
    }
}
