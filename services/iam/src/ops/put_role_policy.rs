//! IAM PutRolePolicy. Real: adds or replaces an inline policy; 10,240 characters for all of a role's together.

use super::prelude::*;

shape! {
    pub struct PutRolePolicy {
        RoleName: String,
        PolicyName: String,
        PolicyDocument: String,
    }
}

impl Op for PutRolePolicy {
    const NAME: &'static str = "PutRolePolicy";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_bounded::<Role>(cx, "iam:PutRolePolicy", &self.RoleName))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        entities::put_inline::<Role>(cx.tx, cx.call.account, &self.RoleName, self.PolicyName, self.PolicyDocument)?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_policy_is_in_force_with_the_next_call() {
        let lab = Lab::new().roles(["x"]);
        let input = |actions: &str| json!({ "RoleName": "x", "PolicyName": "p", "PolicyDocument": allow(actions) });
        lab.root().ok("PutRolePolicy", input("iam:ListUsers"));
        lab.session("x").ok("ListUsers", json!({}));
        lab.root().ok("PutRolePolicy", input("s3:*"));
        assert!(lab.session("x").err("ListUsers", json!({})).starts_with("AccessDenied"));
    }

    #[test]
    fn all_inline_policies_together_are_limited() {
        let lab = Lab::new().roles(["x"]);
        let put = |name: &str, length: usize| {
            let padded =
                allow("s3:*").replace("{\"Version", &format!("{{ \n\"Id\":\"{}\",\"Version", "x".repeat(length)));
            json!({ "RoleName": "x", "PolicyName": name, "PolicyDocument": padded })
        };
        let (frame, max) = (allow("s3:*").len() + r#""Id":"","#.len(), 10240);
        lab.root().ok("PutRolePolicy", put("a", max / 2 - frame));
        lab.root().ok("PutRolePolicy", put("b", max - max / 2 - frame));
        lab.root().ok("PutRolePolicy", put("b", max - max / 2 - frame));
        let fault = lab.root().err("PutRolePolicy", put("b", max - max / 2 - frame + 1));
        assert_eq!(fault, "LimitExceeded: Maximum policy size of 10240 bytes exceeded for role x");
    }

    #[test]
    fn a_policy_must_be_one_and_its_role_must_exist() {
        let lab = Lab::new().roles(["x"]);
        let put = |name: &str, document: &str| {
            lab.root().err("PutRolePolicy", json!({ "RoleName": name, "PolicyName": "p", "PolicyDocument": document }))
        };
        assert_eq!(put("x", "{"), "MalformedPolicyDocument: Syntax errors in policy.");
        assert_eq!(put("ghost", &allow("s3:*")), "NoSuchEntity: The role with name ghost cannot be found.");
    }

    #[test]
    fn nobody_else_may() {
        let input = json!({ "RoleName": "x", "PolicyName": "p", "PolicyDocument": allow("*") });
        Lab::new().denies("PutRolePolicy", input, "role x");
    }
}
