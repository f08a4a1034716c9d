//! Organizations CreateAccount. Real: a new account with root user, access key and administrator role, made a second later by the virtual clock; its quota. Refused: nothing; IamUserAccessToBilling has no effect.

use super::prelude::*;

shape! {
    pub struct CreateAccount {
        Email: String,
        AccountName: String,
        RoleName: Option<String>,
        IamUserAccessToBilling: Option<String>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct CreateAccountResponse {
        CreateAccountStatus: wire::CreateAccountStatus,
    }
}

impl Op for CreateAccount {
    const NAME: &'static str = "CreateAccount";
    const READ_ONLY: bool = false;
    type Output = CreateAccountResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = Ask::action("organizations:CreateAccount");
        Ok(policy::with_tags(cx, ask, "account", self.Tags.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateAccountResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let creation = Creation {
            id: fresh(cx, "car-", 32),
            name: self.AccountName,
            email: self.Email,
            role_name: self.RoleName.unwrap_or_else(|| ROLE_NAME_DEFAULT.to_owned()),
            tags: wire::tags(self.Tags)?,
            requested: cx.now(),
            state: CreationState::InProgress,
        };
        let answer = wire::creation(&creation);
        let (due, id) = (cx.now().plus_secs(CREATION_SECS), creation.id.clone());
        members::request(cx.tx, &organization, creation)?;
        cx.schedule(jobs::CREATE_ACCOUNT, due, serde_json::json!({ "id": id }))?;
        Ok(CreateAccountResponse { CreateAccountStatus: answer })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_account_comes_to_be_with_a_root_user_and_a_role() {
        let lab = Lab::new();
        let asked = lab.ok(
            "CreateAccount",
            json!({ "AccountName": "Two", "Email": "two@example.com", "Tags": [{ "Key": "team", "Value": "red" }] }),
        );
        let status = &asked["CreateAccountStatus"];
        assert_eq!((&status["State"], &status["AccountName"]), (&json!("IN_PROGRESS"), &json!("Two")));
        assert_eq!(status.get("AccountId"), None);
        lab.house.advance(5);
        let id = json!({ "CreateAccountRequestId": status["Id"] });
        let done = lab.ok("DescribeCreateAccountStatus", id);
        assert_eq!(done["CreateAccountStatus"]["State"], "SUCCEEDED");
        let account = done["CreateAccountStatus"]["AccountId"].as_str().unwrap().to_owned();
        let root = lab.root_of(&account);
        let who = root.call("sts", "GetCallerIdentity", json!({})).unwrap();
        assert_eq!(who["Arn"], format!("arn:aws:iam::{account}:root"));
        let role = root.call("iam", "GetRole", json!({ "RoleName": "OrganizationAccountAccessRole" })).unwrap();
        assert_eq!(role["Role"]["Arn"], format!("arn:aws:iam::{account}:role/OrganizationAccountAccessRole"));
        let tags = lab.ok("ListTagsForResource", json!({ "ResourceId": account }));
        assert_eq!(tags["Tags"], json!([{ "Key": "team", "Value": "red" }]));
        // The management account's administrators get in by the role.
        let all = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;
        let admin = lab.house.user("admin", Some(all));
        let input = json!({ "RoleArn": role["Role"]["Arn"], "RoleSessionName": "in" });
        let inside = admin.of_session(&admin.call("sts", "AssumeRole", input).unwrap());
        inside.call("iam", "CreateUser", json!({ "UserName": "made-from-outside" })).unwrap();
    }

    #[test]
    fn an_address_is_one_accounts() {
        let lab = Lab::new();
        let asked = lab.ok("CreateAccount", json!({ "AccountName": "Twin", "Email": "FIRST@example.com" }));
        lab.house.advance(5);
        let id = json!({ "CreateAccountRequestId": asked["CreateAccountStatus"]["Id"] });
        let status = &lab.ok("DescribeCreateAccountStatus", id)["CreateAccountStatus"];
        assert_eq!(status["State"], "FAILED");
        assert_eq!(status["FailureReason"], "EMAIL_ALREADY_EXISTS");
        assert_eq!(lab.ok("ListAccounts", json!({}))["Accounts"].as_array().unwrap().len(), 2);
    }

    #[test]
    fn ten_accounts_are_an_organization() {
        let lab = Lab::new();
        for number in 3..=10 {
            let input = json!({ "AccountName": "more", "Email": format!("more{number}@example.com") });
            lab.ok("CreateAccount", input);
        }
        assert_eq!(
            lab.err("CreateAccount", json!({ "AccountName": "more", "Email": "more@example.com" })),
            "ConstraintViolationException: You have exceeded the allowed number of AWS accounts."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("CreateAccount", json!({ "AccountName": "x", "Email": "x@example.com" }), "*");
    }
}
