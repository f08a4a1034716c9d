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

/// Every row is written and read back.
#[test]
fn a_snapshot_brings_everything_back() {
    let lab = Lab::new();
    let (house, service) = (&lab.house, json!({ "ServicePrincipal": "cloudtrail.amazonaws.com" }));
    let tags = json!([{ "Key": "k", "Value": "v" }]);
    for id in ["{root}", "{ou}", "{member}", "{scp}"] {
        lab.ok("TagResource", json!({ "ResourceId": id, "Tags": tags }));
    }
    let second = lab.account("Second");
    house.advance(5 * DAY);
    lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": second }));
    let invitation = json!({ "Target": { "Id": second, "Type": "ACCOUNT" }, "Notes": "n", "Tags": tags });
    let invitation = json!({ "HandshakeId": lab.ok("InviteAccountToOrganization", invitation)["Handshake"]["Id"] });
    lab.ok_by(&lab.root_of(&second), "DeclineHandshake", invitation);
    lab.ok("EnableAWSServiceAccess", service.clone());
    let administrator = json!({ "AccountId": "{member}", "ServicePrincipal": "cloudtrail.amazonaws.com" });
    lab.ok("RegisterDelegatedAdministrator", administrator);
    lab.ok("CreateAccount", json!({ "AccountName": "Third", "Email": "third@example.com" }));
    attach(&lab, "{scp}", "{ou}");
    let closed = lab.account("Closed");
    lab.ok("CloseAccount", json!({ "AccountId": closed }));

    let seen = || {
        let asked = [
            ("DescribeOrganization", json!({})),
            ("ListRoots", json!({})),
            ("ListAccounts", json!({})),
            ("ListCreateAccountStatus", json!({})),
            ("ListOrganizationalUnitsForParent", json!({ "ParentId": "{root}" })),
            ("DescribePolicy", json!({ "PolicyId": "{scp}" })),
            ("ListTargetsForPolicy", json!({ "PolicyId": "{scp}" })),
            ("ListTargetsForPolicy", json!({ "PolicyId": "p-FullAWSAccess" })),
            ("ListHandshakesForOrganization", json!({})),
            ("ListDelegatedAdministrators", json!({})),
            ("ListAWSServiceAccessForOrganization", json!({})),
            ("ListTagsForResource", json!({ "ResourceId": "{ou}" })),
        ];
        asked.map(|(operation, input)| lab.ok(operation, input))
    };
    let before = seen();
    let operator = house.root();
    operator.call("bastide", "SaveSnapshot", json!({ "Name": "here" })).unwrap();
    lab.ok("DisableAWSServiceAccess", service);
    lab.ok("DeletePolicy", json!({ "PolicyId": policy(&lab, "short-lived", "SERVICE_CONTROL_POLICY", &deny("s3:*")) }));
    lab.ok("DetachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{ou}" }));
    lab.ok("DeleteOrganizationalUnit", json!({ "OrganizationalUnitId": "{ou}" }));
    operator.call("bastide", "RestoreSnapshot", json!({ "Name": "here" })).unwrap();
    assert_eq!(seen(), before);
    // And it binds as before.
    let go = json!({ "AccountId": "{member}", "SourceParentId": "{root}", "DestinationParentId": "{ou}" });
    lab.ok("MoveAccount", go);
    assert!(
        creating(&lab.root_of(&lab.member), "eve")
            .unwrap_err()
            .contains("service control policy: arn:aws:organizations")
    );
}

#[test]
fn a_stranger_learns_nothing_of_a_handshake() {
    let lab = Lab::new();
    let second = lab.account("Second");
    lab.house.advance(5 * DAY);
    lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": second }));
    let invited = lab.ok("InviteAccountToOrganization", json!({ "Target": { "Id": second, "Type": "ACCOUNT" } }));
    let input = json!({ "HandshakeId": invited["Handshake"]["Id"] });
    lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
    let nothing = ALL.replace(r#""Action":"*""#, r#""Action":"s3:*""#);
    let stranger = user(&lab, &lab.root_of(&lab.member), "stranger", &nothing);
    let told = lab.err_by(&stranger, "DescribeHandshake", input.clone());
    assert!(told.contains("organizations:DescribeHandshake on resource: * because"), "{told}");
    let target = user(&lab, &lab.root_of(&second), "target", &nothing);
    let told = lab.err_by(&target, "DescribeHandshake", input);
    assert!(told.contains(&lab.fill("arn:aws:organizations::{management}:handshake/{org}/invite/h-")), "{told}");
}
