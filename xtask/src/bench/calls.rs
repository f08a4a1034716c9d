//! The calls that are measured, and what each needs before it can be made.

use crate::Result;
use crate::http::{Answer, Connection};

use super::library;

/// A call whose cost is measured.
pub struct Call {
    pub name: &'static str,
    service: &'static str,
    ask: Ask,
    pub target: Target,
}

enum Ask {
    /// The query protocol, the form as it is sent.
    Form(&'static str),
    /// AWS JSON 1.1 on a key that is made for it: `{key}` stands for its id, `{kib}` for 1 KiB.
    OnKey { key: &'static str, operation: &'static str, input: &'static str },
}

/// CPU µs per call that Bastide is meant to stay under.
pub enum Target {
    Micros(f64),
    /// The time of the cryptography library alone, measured in the same run, and a tenth more.
    Library(fn() -> Result<f64>),
}

/// 10 users are made before the measurement.
pub const LIST_USERS: Call = Call {
    name: "ListUsers (10 users)",
    service: "iam",
    ask: Ask::Form("Action=ListUsers&Version=2010-05-08"),
    target: Target::Micros(50.0),
};

/// What a server is asked first of all.
pub const FIRST: Call = Call {
    name: "GetCallerIdentity",
    service: "sts",
    ask: Ask::Form("Action=GetCallerIdentity&Version=2011-06-15"),
    target: Target::Micros(35.0),
};

pub const ALL: [Call; 5] = [
    FIRST,
    LIST_USERS,
    Call {
        name: "KMS Encrypt, 1 KiB",
        service: "kms",
        ask: Ask::OnKey { key: "{}", operation: "Encrypt", input: r#"{"KeyId":"{key}","Plaintext":"{kib}"}"# },
        target: Target::Micros(50.0),
    },
    Call {
        name: "KMS Sign, RSA-2048",
        service: "kms",
        ask: Ask::OnKey {
            key: r#"{"KeySpec":"RSA_2048","KeyUsage":"SIGN_VERIFY"}"#,
            operation: "Sign",
            input: r#"{"KeyId":"{key}","Message":"{kib}","SigningAlgorithm":"RSASSA_PKCS1_V1_5_SHA_256"}"#,
        },
        target: Target::Library(library::sign_rsa_2048),
    },
    Call {
        name: "KMS Sign, P-256",
        service: "kms",
        ask: Ask::OnKey {
            key: r#"{"KeySpec":"ECC_NIST_P256","KeyUsage":"SIGN_VERIFY"}"#,
            operation: "Sign",
            input: r#"{"KeyId":"{key}","Message":"{kib}","SigningAlgorithm":"ECDSA_SHA_256"}"#,
        },
        target: Target::Library(library::sign_p256),
    },
];

/// A call that can be made, again and again.
pub struct Ready {
    name: &'static str,
    service: &'static str,
    /// The operation of a JSON call; a query call names it in its form.
    operation: Option<&'static str>,
    body: String,
}

impl Call {
    /// Makes what the call needs. `Err` with what the server said when it has no such thing.
    pub fn prepare(&self, connection: &mut Connection) -> Result<Ready> {
        let (operation, body) = match self.ask {
            Ask::Form(form) => (None, form.to_owned()),
            Ask::OnKey { key, operation, input } => {
                let made = connection.json(self.service, &target("CreateKey"), key)?;
                let made: serde_json::Value = serde_json::from_str(&ok("CreateKey", made)?.body)?;
                let id = made["KeyMetadata"]["KeyId"].as_str().ok_or("CreateKey answers no KeyId")?;
                // 1024 zero bytes in Base64.
                let kib = format!("{}==", "A".repeat(1366));
                (Some(operation), input.replace("{key}", id).replace("{kib}", &kib))
            }
        };
        let ready = Ready { name: self.name, service: self.service, operation, body };
        ready.send(connection)?;
        Ok(ready)
    }
}

impl Ready {
    /// One call; any status but 200 is an error.
    pub fn send(&self, connection: &mut Connection) -> Result<Answer> {
        let answer = match self.operation {
            None => connection.call(self.service, &self.body),
            Some(operation) => connection.json(self.service, &target(operation), &self.body),
        };
        ok(self.name, answer?)
    }
}

fn target(operation: &str) -> String {
    format!("TrentService.{operation}")
}

fn ok(name: &str, answer: Answer) -> Result<Answer> {
    match answer.status {
        200 => Ok(answer),
        status => Err(format!("{name} answers {status}: {}", answer.body).into()),
    }
}
