//! A house with an organization in it, for the tests beside the operations. Calls walk through the real door, signed.

use bastide_testkit::{ACCOUNT, Client, House};
use serde_json::Value as Json;
pub use serde_json::json;

/// The management account.
pub const MANAGEMENT: &str = ACCOUNT;
pub const DAY: i64 = 86_400;

/// An SCP that denies one action.
pub fn deny(action: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Deny","Action":"{action}","Resource":"*"}}]}}"#)
}

pub struct Lab {
    pub house: House,
    pub org: String,
    pub root: String,
    /// A unit called `Work` below the root.
    pub ou: String,
    /// An account below the root, thirty days old.
    pub member: String,
    /// An SCP that denies `iam:CreateUser`, attached nowhere.
    pub scp: String,
}

impl Lab {
    pub fn new() -> Self {
        let house = House::new();
        let root_user = house.root();
        let call = |operation: &str, input: Json| call(&root_user, operation, input).unwrap();
        let organization = call("CreateOrganization", json!({}));
        let org = organization["Organization"]["Id"].as_str().unwrap().to_owned();
        let root = call("ListRoots", json!({}))["Roots"][0]["Id"].as_str().unwrap().to_owned();
        for kind in ["SERVICE_CONTROL_POLICY", "RESOURCE_CONTROL_POLICY"] {
            call("EnablePolicyType", json!({ "RootId": root, "PolicyType": kind }));
        }
        let unit = call("CreateOrganizationalUnit", json!({ "ParentId": root, "Name": "Work" }));
        let policy = json!({
            "Name": "no-users", "Description": "", "Type": "SERVICE_CONTROL_POLICY", "Content": deny("iam:CreateUser"),
        });
        let policy = call("CreatePolicy", policy);
        let text = |json: &Json| json.as_str().unwrap().to_owned();
        let (ou, scp) = (text(&unit["OrganizationalUnit"]["Id"]), text(&policy["Policy"]["PolicySummary"]["Id"]));
        let mut lab = Lab { house, org, root, ou, member: String::new(), scp };
        lab.member = lab.account("First");
        lab.house.advance(30 * DAY);
        lab
    }

    /// Makes an account and waits for it.
    pub fn account(&self, name: &str) -> String {
        let input = json!({ "AccountName": name, "Email": format!("{}@example.com", name.to_lowercase()) });
        let asked = self.ok("CreateAccount", input);
        self.house.advance(5);
        let id = &asked["CreateAccountStatus"]["Id"];
        let status = self.ok("DescribeCreateAccountStatus", json!({ "CreateAccountRequestId": id }));
        status["CreateAccountStatus"]["AccountId"].as_str().unwrap().to_owned()
    }

    /// Puts the lab's ids where `{org}`, `{root}`, `{ou}`, `{member}`, `{scp}` and `{management}` stand.
    pub fn fill(&self, text: &str) -> String {
        let ids = [
            ("{org}", &*self.org),
            ("{root}", &*self.root),
            ("{ou}", &*self.ou),
            ("{member}", &*self.member),
            ("{scp}", &*self.scp),
            ("{management}", MANAGEMENT),
        ];
        ids.iter().fold(text.to_owned(), |text, (name, id)| text.replace(name, id))
    }

    fn filled(&self, input: &Json) -> Json {
        serde_json::from_str(&self.fill(&input.to_string())).unwrap()
    }

    /// The root user of an account.
    pub fn root_of(&self, account: &str) -> Client {
        self.house.root_of(account).unwrap()
    }

    /// The management account's root user asks.
    #[track_caller]
    pub fn ok(&self, operation: &str, input: Json) -> Json {
        self.ok_by(&self.house.root(), operation, input)
    }

    #[track_caller]
    pub fn ok_by(&self, client: &Client, operation: &str, input: Json) -> Json {
        call(client, operation, self.filled(&input)).unwrap_or_else(|fault| panic!("{operation}: {fault}"))
    }

    /// The management account's root user is refused: code and message, and nothing changed.
    #[track_caller]
    pub fn err(&self, operation: &str, input: Json) -> String {
        self.err_by(&self.house.root(), operation, input)
    }

    #[track_caller]
    pub fn err_by(&self, client: &Client, operation: &str, input: Json) -> String {
        let before = self.house.state_hash();
        match call(client, operation, self.filled(&input)) {
            Ok(answer) => panic!("{operation} went well: {answer}"),
            Err(fault) => {
                assert_eq!(self.house.state_hash(), before, "{operation} was refused and changed the state");
                fault
            }
        }
    }

    /// A user of the management account without any permission is told AWS's sentence; the root user of a member is told
    /// that this is not theirs. Nothing changes. `resource` is what the sentence names.
    #[track_caller]
    pub fn denies(&self, operation: &str, input: Json, resource: &str) {
        self.denies_users(operation, input.clone(), resource);
        let fault = self.err_by(&self.root_of(&self.member), operation, input);
        assert_eq!(fault, NOT_YOURS);
    }

    /// [`Lab::denies`] for what members may do, too.
    #[track_caller]
    pub fn denies_users(&self, operation: &str, input: Json, resource: &str) {
        let nobody = self.house.user("nobody", None);
        assert_eq!(
            self.err_by(&nobody, operation, input),
            format!(
                "AccessDeniedException: User: arn:aws:iam::{MANAGEMENT}:user/nobody is not authorized to perform: \
                 organizations:{operation} on resource: {} because no identity-based policy allows the organizations:{operation} action",
                self.fill(resource)
            )
        );
        self.asked_as_the_reference_says(operation);
    }

    /// The last call asked for the operation's action, on a resource of a type and with the service's own condition keys
    /// that the Service Authorization Reference lists for it.
    #[track_caller]
    fn asked_as_the_reference_says(&self, operation: &str) {
        let page = self.house.cloud().store().records(&bastide_testkit::every_record()).unwrap();
        let records =
            page.records.iter().map(|recorded| serde_json::from_slice::<Json>(&recorded.record.body).unwrap());
        let record =
            records.filter(|record| record["operation"] == operation).find(|record| !record["decision"].is_null());
        let record = record.unwrap_or_else(|| panic!("{operation} is in the record"));
        let need = &record["decision"]["needs"][0];
        let action = bastide_shape::authorization::action(&format!("organizations:{operation}")).unwrap();
        assert_eq!(need["action"], format!("organizations:{operation}"));
        let reference = bastide_shape::authorization::actions("organizations").unwrap();
        let kind = |arn: &str| arn.rsplit(':').next().unwrap().split('/').next().unwrap().to_owned();
        let asked = kind(need["resource"].as_str().unwrap());
        let listed = action.resource_types.iter().map(|of| kind(reference.resource_type(of.name).unwrap().arn));
        let listed: Vec<String> = listed.collect();
        assert!(listed.contains(&asked) || (listed.is_empty() && asked == "*"), "{operation}: {asked} of {listed:?}");
        // Of what is tagged only policies have a type.
        let own = action.condition_keys.iter().filter(|key| key.starts_with("organizations:"));
        for key in own.filter(|_| !operation.to_lowercase().contains("tag")) {
            let said = need["context"].as_array().unwrap().iter().any(|pair| pair[0] == **key);
            assert!(said, "{operation} does not say {key}: {}", need["context"]);
        }
    }
}

/// What members are told about what is the management account's.
pub const NOT_YOURS: &str = "AccessDeniedException: You don't have permissions to access this resource.";

/// One call, refusals as code and message.
pub fn call(client: &Client, operation: &str, input: Json) -> Result<Json, String> {
    client.call("organizations", operation, input).map_err(|refusal| format!("{}: {}", refusal.code, refusal.message))
}
