//! Organizations CloseAccount. Real: nobody in the account can call any more; it is suspended for 90 days and then leaves the organization. Refused: nothing; the quota of closures cannot be reached within the quota of accounts.

use super::prelude::*;

shape! {
    pub struct CloseAccount {
        AccountId: AccountId,
    }
}

impl Op for CloseAccount {
    const NAME: &'static str = "CloseAccount";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:CloseAccount", &self.AccountId.to_string()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let now = cx.now();
        members::close(cx.tx, &organization, self.AccountId, now)?;
        let accounts = cx.ports().accounts.clone();
        accounts.close(cx, self.AccountId);
        let due = now.plus_secs(CLOSURE_DAYS * DAY_SECS);
        cx.schedule(jobs::BURY_ACCOUNT, due, serde_json::json!({ "account": self.AccountId.to_string() }))?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn nobody_in_a_closed_account_can_call() {
        let lab = Lab::new();
        let root = lab.root_of(&lab.member);
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let admin = lab.house.user("admin", Some(all));
        let role = lab.fill("arn:aws:iam::{member}:role/OrganizationAccountAccessRole");
        let assume = || admin.call("sts", "AssumeRole", json!({ "RoleArn": role, "RoleSessionName": "in" }));
        let inside = admin.of_session(&assume().unwrap());
        lab.ok("CloseAccount", json!({ "AccountId": "{member}" }));
        let who = |client: &bastide_testkit::Client| client.call("sts", "GetCallerIdentity", json!({})).unwrap_err().code;
        assert_eq!(who(&root), "InvalidClientTokenId");
        assert_eq!(who(&inside), "InvalidClientTokenId");
        assert_eq!(assume().unwrap_err().code, "AccessDenied");
        let found = lab.ok("DescribeAccount", json!({ "AccountId": "{member}" }));
        assert_eq!(found["Account"]["Status"], "SUSPENDED");
        lab.house.advance(91 * DAY);
        let fault = lab.err("DescribeAccount", json!({ "AccountId": "{member}" }));
        assert!(fault.starts_with("AccountNotFoundException"), "{fault}");
    }

    #[test]
    fn once_and_not_the_management_account() {
        let lab = Lab::new();
        lab.ok("CloseAccount", json!({ "AccountId": "{member}" }));
        assert_eq!(
            lab.err("CloseAccount", json!({ "AccountId": "{member}" })),
            "AccountAlreadyClosedException: The provided account is already closed."
        );
        assert!(lab.err("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" })).starts_with("ConstraintViolation"));
        assert!(lab.err("CloseAccount", json!({ "AccountId": MANAGEMENT })).starts_with("ConstraintViolationException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CloseAccount", json!({ "AccountId": "{member}" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
