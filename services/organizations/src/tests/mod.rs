//! What policies of an organization do to calls of other services.

mod keys;
mod rcps;
mod scps;

use crate::testing::*;
use bastide_testkit::Client;

pub const ALL: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

/// A new user in the account of `root`, with a policy and a key.
pub fn user(lab: &Lab, root: &Client, name: &str, policy: &str) -> Client {
    root.call("iam", "CreateUser", json!({ "UserName": name })).unwrap();
    let inline = json!({ "UserName": name, "PolicyName": "p", "PolicyDocument": policy });
    root.call("iam", "PutUserPolicy", inline).unwrap();
    let made = root.call("iam", "CreateAccessKey", json!({ "UserName": name })).unwrap();
    let text = |member: &str| made["AccessKey"][member].as_str().unwrap();
    lab.house.client(text("AccessKeyId"), text("SecretAccessKey"), None)
}

/// A new role in the account of `root`; its ARN.
pub fn role(root: &Client, name: &str, trust: &str) -> String {
    let made = root.call("iam", "CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": trust })).unwrap();
    made["Role"]["Arn"].as_str().unwrap().to_owned()
}

/// A new policy of the organization; its id.
pub fn policy(lab: &Lab, name: &str, kind: &str, content: &str) -> String {
    let input = json!({ "Name": name, "Description": "", "Type": kind, "Content": lab.fill(content) });
    lab.ok("CreatePolicy", input)["Policy"]["PolicySummary"]["Id"].as_str().unwrap().to_owned()
}

pub fn attach(lab: &Lab, policy: &str, target: &str) {
    lab.ok("AttachPolicy", json!({ "PolicyId": policy, "TargetId": target }));
}

pub fn detach(lab: &Lab, policy: &str, target: &str) {
    lab.ok("DetachPolicy", json!({ "PolicyId": policy, "TargetId": target }));
}

/// Why a user may not be created, if it may not.
pub fn creating(client: &Client, name: &str) -> Result<(), String> {
    let made = client.call("iam", "CreateUser", json!({ "UserName": name }));
    made.map(drop).map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))
}

pub fn assume(client: &Client, role: &str) -> Result<Client, String> {
    let made = client.call("sts", "AssumeRole", json!({ "RoleArn": role, "RoleSessionName": "work" }));
    made.map(|answer| client.of_session(&answer)).map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))
}
