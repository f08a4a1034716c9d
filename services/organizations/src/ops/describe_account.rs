//! Organizations DescribeAccount. Real.

use super::prelude::*;

shape! {
    pub struct DescribeAccount {
        AccountId: AccountId,
    }

    pub struct DescribeAccountResponse {
        Account: wire::Account,
    }
}

impl Op for DescribeAccount {
    const NAME: &'static str = "DescribeAccount";
    const READ_ONLY: bool = true;
    type Output = DescribeAccountResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:DescribeAccount", &self.AccountId.to_string()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribeAccountResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let member = tree::member(cx.tx, &organization, self.AccountId)?;
        Ok(DescribeAccountResponse { Account: wire::account(&cx.read(), &organization, &member) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_account_is_described() {
        let lab = Lab::new();
        let found = lab.ok("DescribeAccount", json!({ "AccountId": "{member}" }));
        let account = &found["Account"];
        assert_eq!(account["Name"], "First");
        assert_eq!(account["Email"], "first@example.com");
        assert_eq!((&account["Status"], &account["JoinedMethod"]), (&json!("ACTIVE"), &json!("CREATED")));
        assert_eq!(account["Arn"], lab.fill("arn:aws:organizations::{management}:account/{org}/{member}"));
        assert_eq!(account["Paths"], json!([lab.fill("{org}/{root}/{member}/")]));
        assert_eq!(
            lab.err("DescribeAccount", json!({ "AccountId": "999999999999" })),
            "AccountNotFoundException: You specified an account that doesn't exist."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DescribeAccount", json!({ "AccountId": "{member}" }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
