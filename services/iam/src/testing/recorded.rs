//! Answers that AWS really gave (`tests/recorded.json`, each with its date), held against ours. What differs between two
//! accounts stands in angle brackets in the recordings and matches anything.

use crate::testing::*;
use serde_json::Value as Json;

fn recorded(name: &str) -> Json {
    let all: Json = serde_json::from_str(include_str!("../../tests/recorded.json")).unwrap();
    all.get(name).unwrap_or_else(|| panic!("no recording is called {name}"))["answer"].clone()
}

/// As boto3 shows an answer: policy documents decoded.
fn decoded(mut answer: Json) -> Json {
    match &mut answer {
        Json::Object(members) => {
            for (name, member) in members {
                let is_document = ["PolicyDocument", "AssumeRolePolicyDocument"].contains(&name.as_str());
                *member = match member.as_str().filter(|_| is_document) {
                    Some(text) => {
                        let text = percent_encoding::percent_decode_str(text).decode_utf8().unwrap();
                        serde_json::from_str(&text).unwrap()
                    }
                    None => decoded(member.take()),
                };
            }
        }
        Json::Array(items) => items.iter_mut().for_each(|item| *item = decoded(item.take())),
        _ => {}
    }
    answer
}

/// Everything in which the answers differ, by path.
fn differences(path: &str, recorded: &Json, ours: &Json, into: &mut Vec<String>) {
    match (recorded, ours) {
        (Json::Object(recorded), Json::Object(ours)) => {
            for name in recorded.keys().chain(ours.keys().filter(|name| !recorded.contains_key(*name))) {
                match (recorded.get(name), ours.get(name)) {
                    (Some(one), Some(other)) => differences(&format!("{path}.{name}"), one, other, into),
                    (Some(_), None) => into.push(format!("{path}.{name} is missing")),
                    _ => into.push(format!("{path}.{name} is too much")),
                }
            }
        }
        (Json::Array(recorded), Json::Array(ours)) if recorded.len() == ours.len() => {
            for (at, (one, other)) in recorded.iter().zip(ours).enumerate() {
                differences(&format!("{path}[{at}]"), one, other, into);
            }
        }
        (Json::String(pattern), Json::String(ours)) if matches(pattern, ours) => {}
        (recorded, ours) if recorded == ours => {}
        _ => into.push(format!("{path}: AWS says {recorded}, we say {ours}")),
    }
}

/// Whether the text has the fixed parts of the pattern in their order.
fn matches(pattern: &str, text: &str) -> bool {
    let mut rest = text;
    let mut parts = pattern.split('<').map(|part| part.rsplit('>').next().unwrap_or_default());
    let first = parts.next().unwrap_or_default();
    let Some(after) = rest.strip_prefix(first) else { return false };
    rest = after;
    for part in parts {
        match rest.find(part) {
            Some(at) => rest = &rest[at + part.len()..],
            None => return false,
        }
    }
    pattern.ends_with('>') || rest.is_empty()
}

#[track_caller]
fn agrees(name: &str, ours: Json) {
    let ours = serde_json::from_str(&decoded(ours).to_string().replace(ACCOUNT, "111111111111")).unwrap();
    let mut found = Vec::new();
    differences("", &recorded(name), &ours, &mut found);
    assert!(found.is_empty(), "{name}:\n{}", found.join("\n"));
}

#[track_caller]
fn refuses(name: &str, ours: &str) {
    let error = &recorded(name)["Error"];
    let expected = format!("{}: {}", error["Code"].as_str().unwrap(), error["Message"].as_str().unwrap());
    assert!(matches(&expected, ours), "{name}: AWS says {expected}, we say {ours}");
}

#[test]
fn users_and_their_keys() {
    let lab = Lab::new();
    agrees("CreateUser", lab.root().ok("CreateUser", json!({ "UserName": "u" })));
    agrees("GetUser", lab.root().ok("GetUser", json!({ "UserName": "u" })));
    refuses("A user that is not there", &lab.root().err("GetUser", json!({ "UserName": "wrong-user-name" })));
    let key = lab.root().ok("CreateAccessKey", json!({ "UserName": "u" }))["AccessKey"]["AccessKeyId"].clone();
    let listed = || lab.root().ok("ListAccessKeys", json!({ "UserName": "u" }))["AccessKeyMetadata"][0].clone();
    agrees("ListAccessKeys, one key", listed());
    lab.root().ok("UpdateAccessKey", json!({ "UserName": "u", "AccessKeyId": key, "Status": "Inactive" }));
    agrees("ListAccessKeys, updated", listed());
}

#[test]
fn roles() {
    let lab = Lab::new().policies(["edge"]);
    let trust = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
    let input = json!({ "RoleName": "r", "Path": "/prefix/", "AssumeRolePolicyDocument": trust });
    agrees("CreateRole", lab.root().ok("CreateRole", input));
    lab.root().ok("PutRolePermissionsBoundary", json!({ "RoleName": "r", "PermissionsBoundary": arn("policy/edge") }));
    agrees("ListRoles with a boundary set", lab.root().ok("ListRoles", json!({ "PathPrefix": "/prefix/" })));
    let broken = json!({ "RoleName": "b", "AssumeRolePolicyDocument": "{\"Version\":\"2012-10-17\",\"Statement\":" });
    refuses("CreateRole with a document that is no JSON", &lab.root().err("CreateRole", broken));
}

#[test]
fn policies() {
    let lab = Lab::new().users(["u"]).groups(["g"]).roles(["r"]).policies(["p"]);
    agrees("GetPolicy", lab.root().ok("GetPolicy", json!({ "PolicyArn": arn("policy/p") })));
    let none = json!({ "PolicyArn": arn("policy/non-existent-policy") });
    let fault = lab.root().err("DeletePolicy", none).replace(ACCOUNT, "111111111111");
    refuses("DeletePolicy of a policy that is not there", &fault);
    let inline = [("Group", "g", "GetGroupPolicy"), ("Role", "r", "GetRolePolicy"), ("User", "u", "GetUserPolicy")];
    for (kind, name, recording) in inline {
        let document = serde_json::to_string(&recorded(recording)["PolicyDocument"]).unwrap();
        let document = document.replace("<partition>", "aws").replace("<region>", "us-east-1");
        let mut input = json!({ "PolicyName": "i", "PolicyDocument": document });
        input[format!("{kind}Name")] = json!(name);
        lab.root().ok(&format!("Put{kind}Policy"), input.clone());
        input.as_object_mut().unwrap().remove("PolicyDocument");
        agrees(recording, lab.root().ok(&format!("Get{kind}Policy"), input));
    }
}
