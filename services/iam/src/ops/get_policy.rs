//! IAM GetPolicy. Real, of the account's own policies and AWS's.

use super::prelude::*;

shape! {
    pub struct GetPolicy {
        PolicyArn: String,
    }

    pub struct GetPolicyResponse {
        Policy: wire::Policy,
    }
}

impl Op for GetPolicy {
    const NAME: &'static str = "GetPolicy";
    const READ_ONLY: bool = true;
    type Output = GetPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:GetPolicy", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetPolicyResponse, Fault> {
        let policy = policies::get(cx.tx, &self.PolicyArn)?;
        Ok(GetPolicyResponse { Policy: wire::policy(cx.tx, cx.account(), &policy) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_own_policy_is_shown_with_all_that_is_known() {
        let lab = Lab::new();
        lab.root()
            .ok("CreatePolicy", json!({ "PolicyName": "p", "PolicyDocument": allow("s3:*"), "Description": "d" }));
        let policy = lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") }))["Policy"].clone();
        let recorded = [
            "PolicyName",
            "PolicyId",
            "Arn",
            "Path",
            "DefaultVersionId",
            "AttachmentCount",
            "PermissionsBoundaryUsageCount",
            "IsAttachable",
            "Description",
            "CreateDate",
            "UpdateDate",
            "Tags",
        ];
        assert_eq!(policy.as_object().unwrap().keys().collect::<Vec<_>>(), recorded);
        assert_eq!((&policy["Description"], &policy["Tags"]), (&json!("d"), &json!([])));
    }

    #[test]
    fn policies_of_aws_are_there() {
        let lab = Lab::new();
        let policy = lab.root().ok("GetPolicy", json!({ "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess" }));
        assert_eq!(
            (&policy["Policy"]["PolicyName"], &policy["Policy"]["Path"]),
            (&json!("AdministratorAccess"), &json!("/"))
        );
        assert_eq!(policy["Policy"]["DefaultVersionId"], "v1");
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let lab = Lab::new();
        let none = arn("policy/none");
        assert_eq!(
            lab.root().err("GetPolicy", json!({ "PolicyArn": none })),
            format!("NoSuchEntity: Policy {none} was not found.")
        );
        assert_eq!(
            lab.root().err("GetPolicy", json!({ "PolicyArn": "no-arn-but-twenty-characters" })),
            "InvalidInput: ARN no-arn-but-twenty-characters is not valid."
        );
    }

    #[test]
    fn nobody_else_may_and_no_other_account() {
        let lab = Lab::new().policies(["p"]);
        lab.denies("GetPolicy", json!({ "PolicyArn": arn("policy/p") }), &format!("policy {}", arn("policy/p")));
        let foreign = "arn:aws:iam::444455556666:policy/p";
        assert!(lab.root().err("GetPolicy", json!({ "PolicyArn": foreign })).starts_with("AccessDenied"));
    }
}
