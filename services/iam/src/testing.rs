//! A house with nothing in it but IAM, for the tests beside the operations: what is called is asked, decided, run, committed
//! and recorded as behind the gateway; only the wire is left out.

mod recorded;

use crate::{Iam, found, service};
use bastide_authn::{Caller, Principal, SessionSeal};
use bastide_authz::Circumstances;
use bastide_base::{AccountId, Clock, Region, SecretBytes, Seed, Timestamp};
use bastide_kernel::{Call, Cloud, Fields, Opening, Ports, Value, tables};
use bastide_shape::{Kind, Service, ShapeId};
use bastide_store::{RecordQuery, Snapshot, Store};
use serde_json::Value as Json;
pub use serde_json::json;
use std::sync::Arc;

pub const ACCOUNT: &str = "111122223333";
/// The clock stands still at this instant.
pub const NOW: &str = "2026-11-24T01:02:03Z";
/// Trusts every principal of another account.
pub const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"444455556666"},"Action":"sts:AssumeRole"}]}"#;

/// A policy that allows `actions` on everything.
pub fn allow(actions: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow","Action":"{actions}","Resource":"*"}}]}}"#)
}

pub fn account() -> AccountId {
    ACCOUNT.parse().unwrap()
}

/// The ARN of a resource of the account.
pub fn arn(resource: &str) -> String {
    format!("arn:aws:iam::{ACCOUNT}:{resource}")
}

pub struct Lab {
    cloud: Cloud,
}

/// Somebody who calls.
pub struct As<'a> {
    lab: &'a Lab,
    pub caller: Caller,
}

impl Lab {
    pub fn new() -> Self {
        let services = vec![service()];
        let iam = Arc::new(Iam);
        let ports = Ports {
            directory: iam.clone(),
            policies: vec![iam.clone()],
            roles: iam.clone(),
            accounts: iam,
            sessions: SessionSeal::new(&SecretBytes::new(vec![7; 32])).unwrap(),
        };
        let cloud = Cloud::open(Opening {
            store: Store::ephemeral(tables(&services)).unwrap(),
            services,
            ports,
            seed: Seed::from_text("iam"),
            management: Some(account()),
            found: Box::new(found),
            clock: Some(Clock::manual(Timestamp::parse(NOW).unwrap())),
            directory: None,
        });
        Lab { cloud: cloud.unwrap_or_else(|error| panic!("{error}")) }
    }

    pub fn state(&self) -> Snapshot {
        self.cloud.state()
    }

    /// The bodies of the records, newest first.
    pub fn records(&self) -> Vec<String> {
        let page = self.cloud.store().records(&RecordQuery::newest(1000)).unwrap();
        page.records.into_iter().map(|recorded| String::from_utf8(recorded.record.body).unwrap()).collect()
    }

    pub fn root(&self) -> As<'_> {
        self.principal(Principal::Root { account: account() })
    }

    pub fn principal(&self, principal: Principal) -> As<'_> {
        self.caller(Caller { principal, ..Caller::anonymous() })
    }

    pub fn caller(&self, caller: Caller) -> As<'_> {
        As { lab: self, caller }
    }

    /// A user that there is, by name.
    pub fn user(&self, name: &str) -> As<'_> {
        let user = self.root().ok("GetUser", json!({ "UserName": name }));
        let text = |member: &str| user["User"][member].as_str().unwrap().to_owned();
        self.principal(Principal::User {
            account: account(),
            path: text("Path"),
            name: text("UserName"),
            id: text("UserId"),
        })
    }

    /// A session of a role that there is.
    pub fn session(&self, role: &str) -> As<'_> {
        let found = self.root().ok("GetRole", json!({ "RoleName": role }));
        let text = |member: &str| found["Role"][member].as_str().unwrap().to_owned();
        self.principal(Principal::AssumedRole {
            account: account(),
            path: text("Path"),
            role: text("RoleName"),
            role_id: text("RoleId"),
            session: "test".into(),
            service_linked: false,
        })
    }

    /// Makes a user for each name, as root.
    pub fn users<const N: usize>(self, names: [&str; N]) -> Self {
        for name in names {
            self.root().ok("CreateUser", json!({ "UserName": name }));
        }
        self
    }

    pub fn groups<const N: usize>(self, names: [&str; N]) -> Self {
        for name in names {
            self.root().ok("CreateGroup", json!({ "GroupName": name }));
        }
        self
    }

    pub fn roles<const N: usize>(self, names: [&str; N]) -> Self {
        for name in names {
            self.root().ok("CreateRole", json!({ "RoleName": name, "AssumeRolePolicyDocument": TRUST }));
        }
        self
    }

    /// Makes a managed policy that allows `s3:*` for each name.
    pub fn policies<const N: usize>(self, names: [&str; N]) -> Self {
        for name in names {
            self.root().ok("CreatePolicy", json!({ "PolicyName": name, "PolicyDocument": allow("s3:*") }));
        }
        self
    }

    /// Whoever may only `create` is denied tags with AWS's sentence, about `tag` on the same resource, and may create without
    /// them; with both permissions tags come along. Keys that differ only in their case are refused to everybody.
    pub fn tags_need(self, create: &str, tag: &str, plain: Json, resource: &str) {
        let with_tags = |tags: Json| {
            let mut input = plain.clone();
            input["Tags"] = tags;
            input
        };
        let tagged = with_tags(json!([{ "Key": "Team", "Value": "red" }]));
        let may = |name: &str, action: &str| {
            let document = allow(&format!("iam:{action}"));
            let input = json!({ "UserName": "maker", "PolicyName": name, "PolicyDocument": document });
            self.root().ok("PutUserPolicy", input);
        };
        self.root().ok("CreateUser", json!({ "UserName": "maker" }));
        let sentence = |action: &str| {
            format!(
                "AccessDenied: User: {} is not authorized to perform: iam:{action} on resource: {resource} because no \
                 identity-based policy allows the iam:{action} action",
                arn("user/maker")
            )
        };
        let maker = self.user("maker");
        may("tag", tag);
        assert_eq!(maker.err(create, tagged.clone()), sentence(create));
        self.root().ok("DeleteUserPolicy", json!({ "UserName": "maker", "PolicyName": "tag" }));
        may("create", create);
        assert_eq!(maker.err(create, tagged.clone()), sentence(tag));
        let other = |input: &Json| {
            let mut input = input.clone();
            for member in
                ["UserName", "RoleName", "PolicyName"].into_iter().filter(|member| plain.get(*member).is_some())
            {
                input[member] = json!("other");
            }
            input
        };
        maker.ok(create, other(&plain));
        may("tag", tag);
        let twice = with_tags(json!([{ "Key": "Team", "Value": "red" }, { "Key": "team", "Value": "blue" }]));
        assert_eq!(
            maker.err(create, twice),
            "InvalidInput: Duplicate tag keys found. Please note that Tag keys are case insensitive."
        );
        let made = maker.ok(create, tagged.clone());
        let entity = made.as_object().and_then(|answer| answer.values().next()).unwrap();
        assert_eq!(entity["Tags"], tagged["Tags"]);
    }

    /// A user without any permission is told AWS's sentence, and nothing changes. `resource` is what the sentence names.
    pub fn denies(&self, operation: &str, input: Json, resource: &str) {
        let before = self.state().version();
        let nobody =
            Principal::User { account: account(), path: "/".into(), name: "nobody".into(), id: "AIDANOBODY".into() };
        assert_eq!(
            self.principal(nobody).err(operation, input),
            format!(
                "AccessDenied: User: arn:aws:iam::{ACCOUNT}:user/nobody is not authorized to perform: iam:{operation} on resource: \
                 {resource} because no identity-based policy allows the iam:{operation} action"
            )
        );
        assert_eq!(self.state().version(), before, "a denied call changed the state");
    }
}

impl As<'_> {
    fn call(&self, operation: &str, input: Json) -> Result<Json, String> {
        let (cloud, model) = (&self.lab.cloud, bastide_shape::service("iam").unwrap());
        let now = cloud.clock().now();
        let mut random = cloud.next_random();
        let call = Call {
            request_id: random.uuid(),
            service: "iam",
            operation: operation.to_owned(),
            account: self.caller.principal.account().unwrap_or_else(account),
            region: Region::US_EAST_1,
            caller: self.caller.clone(),
            circumstances: Circumstances {
                now,
                region: Region::US_EAST_1,
                source_ip: None,
                secure: true,
                user_agent: None,
                referer: None,
            },
            parent: None,
        };
        let shape = model.operation(operation).unwrap().input.map(|root| root.shape);
        let input = shape.map_or(Value::Structure(Fields::default()), |shape| value(model, shape, input));
        let executed = cloud.execute(&call, random, input);
        executed.ticket.wait().unwrap();
        match executed.outcome {
            Ok(value) => Ok(shown(value)),
            Err(fault) => Err(format!("{}: {}", fault.code(Some(model)).code, fault.message())),
        }
    }

    /// The answer, as JSON.
    #[track_caller]
    pub fn ok(&self, operation: &str, input: Json) -> Json {
        match self.call(operation, input) {
            Ok(answer) => answer,
            Err(fault) => panic!("{operation}: {fault}"),
        }
    }

    /// The error: code and message. Whoever is refused leaves nothing behind.
    #[track_caller]
    pub fn err(&self, operation: &str, input: Json) -> String {
        let before = self.lab.state().state_hash().unwrap();
        match self.call(operation, input) {
            Ok(answer) => panic!("{operation} went well: {answer}"),
            Err(fault) => {
                assert_eq!(
                    self.lab.state().state_hash().unwrap(),
                    before,
                    "{operation} was refused and changed the state"
                );
                fault
            }
        }
    }
}

/// JSON in the shape of the model.
fn value(model: &'static Service, shape: ShapeId, json: Json) -> Value {
    match (&model.shape(shape).kind, json) {
        (Kind::Structure(structure), Json::Object(members)) => {
            let mut fields = Fields::default();
            for (name, json) in members {
                let member = structure.member(&name).unwrap_or_else(|| panic!("no member {name}"));
                fields.set(member.name, value(model, member.shape, json));
            }
            Value::Structure(fields)
        }
        (Kind::List(list), Json::Array(items)) => {
            Value::List(items.into_iter().map(|item| value(model, list.element.shape, item)).collect())
        }
        (_, Json::String(text)) => Value::String(text),
        (_, Json::Number(number)) => Value::Int(number.as_i64().unwrap()),
        (_, Json::Bool(truth)) => Value::Bool(truth),
        (_, json) => panic!("{json} has no place in the model"),
    }
}

fn shown(value: Value) -> Json {
    match value {
        Value::Bool(truth) => truth.into(),
        Value::Int(number) => number.into(),
        Value::String(text) => text.into(),
        Value::Timestamp(at) => at.iso8601().into(),
        Value::List(items) => items.into_iter().map(shown).collect(),
        Value::Map(entries) => Json::Object(entries.into_iter().map(|(key, value)| (key, shown(value))).collect()),
        Value::Structure(fields) => {
            Json::Object(fields.0.into_iter().map(|(key, value)| (key.to_owned(), shown(value))).collect())
        }
        other => panic!("IAM does not answer with {other:?}"),
    }
}
