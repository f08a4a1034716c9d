//! A house for the tests beside the operations, walked through the real door.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bastide_testkit::{Client, House};
pub use serde_json::{Value as Json, json};

pub const ACCOUNT: &str = bastide_testkit::ACCOUNT;
/// A policy that allows nothing that KMS knows.
pub const NOTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}"#;

pub fn b64(bytes: &[u8]) -> String {
    STANDARD.encode(bytes)
}

pub fn unb64(text: &Json) -> Vec<u8> {
    STANDARD.decode(text.as_str().unwrap()).unwrap()
}

/// A key policy of these statements.
pub fn key_policy(statements: &[Json]) -> String {
    json!({"Version": "2012-10-17", "Statement": statements}).to_string()
}

pub struct Lab {
    pub house: House,
}

/// Somebody who calls KMS.
pub struct As(pub Client);

/// A key that there is.
pub struct MadeKey {
    pub id: String,
    pub arn: String,
}

impl Lab {
    pub fn new() -> Self {
        Lab { house: House::with(Vec::new(), "kms") }
    }

    pub fn root(&self) -> As {
        As(self.house.root())
    }

    /// A new user with an inline policy.
    pub fn user(&self, name: &str, policy: &str) -> As {
        As(self.house.user(name, Some(policy)))
    }

    pub fn key(&self, input: Json) -> MadeKey {
        let made = self.root().ok("CreateKey", input);
        let text = |member: &str| made["KeyMetadata"][member].as_str().unwrap().to_owned();
        MadeKey { id: text("KeyId"), arn: text("Arn") }
    }

    /// The ciphertext, in base64.
    pub fn encrypt(&self, key: &MadeKey, plain: &[u8], context: Json) -> Json {
        let input = json!({"KeyId": key.arn, "Plaintext": b64(plain), "EncryptionContext": context});
        self.root().ok("Encrypt", input)["CiphertextBlob"].clone()
    }

    pub fn state_of(&self, key: &MadeKey) -> String {
        self.root().ok("DescribeKey", json!({"KeyId": key.arn}))["KeyMetadata"]["KeyState"].as_str().unwrap().to_owned()
    }

    pub fn advance_days(&self, days: i64) {
        self.house.advance(days * 86_400);
    }
}

impl As {
    pub fn in_region(&self, region: &str) -> As {
        As(self.0.in_region(region))
    }

    #[track_caller]
    pub fn ok(&self, operation: &str, input: Json) -> Json {
        match self.0.call("kms", operation, input) {
            Ok(answer) => answer,
            Err(refusal) => panic!("{operation}: {refusal:?}"),
        }
    }

    /// Code and message of the error.
    #[track_caller]
    pub fn err(&self, operation: &str, input: Json) -> String {
        match self.0.call("kms", operation, input) {
            Ok(answer) => panic!("{operation} went well: {answer}"),
            Err(refusal) => format!("{}: {}", refusal.code, refusal.message),
        }
    }
}
