//! IAM PutUserPolicy. Real: adds or replaces an inline policy; 2,048 characters for all of a user's together.

use super::prelude::*;

shape! {
    pub struct PutUserPolicy {
        UserName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for PutUserPolicy {
    const NAME: &'static str = "PutUserPolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<User>(cx, "iam:PutUserPolicy", &self.UserName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::put_inline::<User>(cx.tx, cx.call.account, &self.UserName, self.PolicyName, self.PolicyDocument)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_is_in_force_with_the_next_call() {
        let lab = Lab::new().users(["x"]);
        let input = |actions: &str| json!({ "UserName": "x", "PolicyName": "p", "PolicyDocument": allow(actions) });
        lab.root().ok("PutUserPolicy", input("iam:ListUsers"));
        lab.user("x").ok("ListUsers", json!({}));
        lab.root().ok("PutUserPolicy", input("s3:*"));
        assert!(lab.user("x").err("ListUsers", json!({})).starts_with("AccessDenied"));
    }

    #[test]
    fn all_inline_policies_together_are_limited() {
        let lab = Lab::new().users(["x"]);
        let put = |name: &str, length: usize| {
            let padded =
                allow("s3:*").replace("{\"Version", &format!("{{ \n\"Id\":\"{}\",\"Version", "x".repeat(length)));
            json!({ "UserName": "x", "PolicyName": name, "PolicyDocument": padded })
        };
        let (frame, max) = (allow("s3:*").len() + r#""Id":"","#.len(), 2048);
        lab.root().ok("PutUserPolicy", put("a", max / 2 - frame));
        lab.root().ok("PutUserPolicy", put("b", max - max / 2 - frame));
        lab.root().ok("PutUserPolicy", put("b", max - max / 2 - frame));
        let fault = lab.root().err("PutUserPolicy", put("b", max - max / 2 - frame + 1));
        assert_eq!(fault, "LimitExceeded: Maximum policy size of 2048 bytes exceeded for user x");
    }

    #[test]
    fn a_policy_must_be_one_and_its_user_must_exist() {
        let lab = Lab::new().users(["x"]);
        let put = |name: &str, document: &str| {
            lab.root().err("PutUserPolicy", json!({ "UserName": name, "PolicyName": "p", "PolicyDocument": document }))
        };
        assert_eq!(put("x", "{"), "MalformedPolicyDocument: Syntax errors in policy.");
        assert_eq!(put("ghost", &allow("s3:*")), "NoSuchEntity: The user with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "UserName": "x", "PolicyName": "p", "PolicyDocument": allow("*") });
        Lab::new().denies("PutUserPolicy", input, "user x");
    }
}
