//! IAM PutGroupPolicy. Real: adds or replaces an inline policy; 5,120 characters for all of a group's together.

use super::prelude::*;

shape! {
    pub struct PutGroupPolicy {
        GroupName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for PutGroupPolicy {
    const NAME: &'static str = "PutGroupPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on::<Group>(cx, "iam:PutGroupPolicy", &self.GroupName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::put_inline::<Group>(cx.tx, cx.call.account, &self.GroupName, self.PolicyName, self.PolicyDocument)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_is_in_force_with_the_next_call() {
        let lab = Lab::new().users(["alice"]).groups(["x"]);
        lab.root().ok("AddUserToGroup", json!({ "GroupName": "x", "UserName": "alice" }));
        let input = |actions: &str| json!({ "GroupName": "x", "PolicyName": "p", "PolicyDocument": allow(actions) });
        lab.root().ok("PutGroupPolicy", input("iam:ListUsers"));
        lab.user("alice").ok("ListUsers", json!({}));
        lab.root().ok("PutGroupPolicy", input("s3:*"));
        assert!(lab.user("alice").err("ListUsers", json!({})).starts_with("AccessDenied"));
    }

    #[test]
    fn all_inline_policies_together_are_limited() {
        let lab = Lab::new().groups(["x"]);
        let put = |name: &str, length: usize| {
            let padded =
                allow("s3:*").replace("{\"Version", &format!("{{ \n\"Id\":\"{}\",\"Version", "x".repeat(length)));
            json!({ "GroupName": "x", "PolicyName": name, "PolicyDocument": padded })
        };
        let (frame, max) = (allow("s3:*").len() + r#""Id":"","#.len(), 5120);
        lab.root().ok("PutGroupPolicy", put("a", max / 2 - frame));
        lab.root().ok("PutGroupPolicy", put("b", max - max / 2 - frame));
        lab.root().ok("PutGroupPolicy", put("b", max - max / 2 - frame));
        let fault = lab.root().err("PutGroupPolicy", put("b", max - max / 2 - frame + 1));
        assert_eq!(fault, "LimitExceeded: Maximum policy size of 5120 bytes exceeded for group x");
    }

    #[test]
    fn a_policy_must_be_one_and_its_group_must_exist() {
        let lab = Lab::new().groups(["x"]);
        let put = |name: &str, document: &str| {
            lab.root()
                .err("PutGroupPolicy", json!({ "GroupName": name, "PolicyName": "p", "PolicyDocument": document }))
        };
        assert_eq!(put("x", "{"), "MalformedPolicyDocument: Syntax errors in policy.");
        assert_eq!(put("ghost", &allow("s3:*")), "NoSuchEntity: The group with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "GroupName": "x", "PolicyName": "p", "PolicyDocument": allow("*") });
        Lab::new().denies("PutGroupPolicy", input, "group x");
    }
}
