//! IAM DetachGroupPolicy. Real.

use super::prelude::*;

shape! {
    pub struct DetachGroupPolicy {
        GroupName: String,
        PolicyArn: String,
    }
}

impl Op for DetachGroupPolicy {
    const NAME: &'static str = "DetachGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::with_policy(policy::on::<Group>(cx, "iam:DetachGroupPolicy", &self.GroupName), &self.PolicyArn))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::detach::<Group>(cx.tx, cx.call.account, &self.GroupName, &self.PolicyArn)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_no_longer_counts() {
        let lab = Lab::new().groups(["x"]).policies(["p"]);
        let input = json!({ "GroupName": "x", "PolicyArn": arn("policy/p") });
        let count =
            || lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") }))["Policy"]["AttachmentCount"].clone();
        lab.root().ok("AttachGroupPolicy", input.clone());
        assert_eq!(count(), 1);
        lab.root().ok("DetachGroupPolicy", input);
        assert_eq!(count(), 0);
        assert_eq!(
            lab.root().ok("ListAttachedGroupPolicies", json!({ "GroupName": "x" }))["AttachedPolicies"],
            json!([])
        );
    }

    #[test]
    fn what_is_not_attached_is_not_found() {
        let lab = Lab::new().groups(["x"]).policies(["p"]);
        let fault = lab.root().err("DetachGroupPolicy", json!({ "GroupName": "x", "PolicyArn": arn("policy/p") }));
        assert_eq!(fault, format!("NoSuchEntity: Policy {} was not found.", arn("policy/p")));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DetachGroupPolicy", json!({ "GroupName": "x", "PolicyArn": arn("policy/p") }), "group x");
    }
}
