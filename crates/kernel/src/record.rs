//! The record of a call: what was asked, by whom, what decided, what came of it.

use crate::{Call, Fault, FaultCode};
use bastide_authn::{Caller, Principal};
use bastide_authz::{Circumstances, Decision, Verdict};
use bastide_base::{AccountId, Region, Timestamp};
use bastide_shape::{Fields, Kind, Service, ShapeId, Value};
use bastide_store::Record;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;

/// Everything that is kept of one call. CloudTrail events, explanations and replays are made from it.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct CallRecord {
    pub request_id: String,
    pub time: Timestamp,
    pub service: String,
    pub operation: String,
    pub account: AccountId,
    pub region: Region,
    /// `None` when the call was refused before it was known who calls.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub caller: Option<Caller>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_ip: Option<std::net::IpAddr>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_agent: Option<String>,
    pub secure: bool,
    pub read_only: bool,
    /// Input without secrets.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub request: serde_json::Value,
    /// Output without secrets; only of calls that change something, as CloudTrail keeps it.
    #[serde(default, skip_serializing_if = "serde_json::Value::is_null")]
    pub response: serde_json::Value,
    /// `None` when the call was refused before there was anything to decide.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub decision: Option<Decision>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<ErrorRecord>,
    /// The request id of the call on whose behalf a service made this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent: Option<String>,
    /// The call went well, and was undone because the call it was part of did not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub rolled_back: bool,
}

#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorRecord {
    pub code: String,
    pub message: String,
    pub status: u16,
    /// What the client was not told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
}

impl CallRecord {
    /// The record of a call that reached the operation's door.
    pub(crate) fn of(call: &Call, read_only: bool) -> Self {
        let mut record = CallRecord::refused(&call.request_id, call.service, &call.operation, call.account);
        record.surround(&call.circumstances);
        CallRecord { caller: Some(call.caller.clone()), read_only, parent: call.parent.clone(), ..record }
    }

    /// The record of a call that was refused on the way to the operation's door.
    pub fn refused(request_id: &str, service: &str, operation: &str, account: AccountId) -> Self {
        CallRecord {
            request_id: request_id.to_owned(),
            time: Timestamp::default(),
            service: service.to_owned(),
            operation: operation.to_owned(),
            account,
            region: Region::US_EAST_1,
            caller: None,
            source_ip: None,
            user_agent: None,
            secure: false,
            read_only: false,
            request: serde_json::Value::Null,
            response: serde_json::Value::Null,
            decision: None,
            error: None,
            parent: None,
            rolled_back: false,
        }
    }

    /// Takes over when, where and how the call was made.
    pub fn surround(&mut self, circumstances: &Circumstances) {
        self.time = circumstances.now;
        self.region = circumstances.region;
        self.source_ip = circumstances.source_ip;
        let agent = circumstances.user_agent.as_ref();
        self.user_agent = agent.map(|agent| agent.chars().take(AGENT_CHARS_MAX).collect());
        self.secure = circumstances.secure;
    }

    /// `allowed`, `denied` by policies, `refused` before any policy was asked, `failed` after it was allowed; `event` for what
    /// the house does by itself (it starts, a job runs), where nobody asks and nothing is decided.
    pub fn verdict(&self) -> &'static str {
        let own = matches!(self.caller.as_ref().map(|caller| &caller.principal), Some(Principal::Service { .. }));
        match (&self.decision, &self.error) {
            (Some(decision), _) if decision.verdict == Verdict::Denied => "denied",
            (Some(_), None) => "allowed",
            (Some(_), Some(_)) => "failed",
            (None, None) if own => "event",
            (None, Some(_)) if own => "failed",
            (None, _) => "refused",
        }
    }

    pub fn principal_arn(&self) -> String {
        self.caller.as_ref().map(|caller| caller.principal.arn()).unwrap_or_default()
    }

    pub(crate) fn fail(&mut self, fault: &Fault, model: Option<&Service>) {
        let FaultCode { code, status, .. } = fault.code(model);
        self.error = Some(ErrorRecord {
            code,
            message: fault.message().to_owned(),
            status,
            cause: fault.cause().map(str::to_owned),
        });
    }

    /// In the store's form.
    pub(crate) fn stored(&self, documents: Vec<bastide_store::Document>) -> Result<Record, Fault> {
        Ok(Record {
            time: self.time,
            request_id: self.request_id.clone(),
            account: self.account.to_string().into(),
            principal: self.principal_arn().into(),
            service: self.service.clone().into(),
            action: self.operation.clone().into(),
            verdict: Cow::Borrowed(self.verdict()),
            error: self.error.as_ref().map(|error| error.code.clone()).unwrap_or_default().into(),
            body: serde_json::to_vec(self).map_err(Fault::internal)?,
            documents,
        })
    }
}

/// Of a user agent the record keeps so much (CloudTrail User Guide, "record contents", userAgent: 1 KB).
const AGENT_CHARS_MAX: usize = 1_024;
/// What the record says instead of a secret.
const HIDDEN: &str = "HIDDEN_DUE_TO_SECURITY_REASONS";
/// Characters of one text that a record keeps.
const TEXT_MAX: usize = 8_192;

/// A value as JSON for the record: members that the model marks sensitive are hidden, long texts cut, bytes counted.
pub(crate) fn redacted(service: &Service, shape: Option<ShapeId>, value: &Value) -> serde_json::Value {
    use serde_json::Value as Json;
    let model = shape.map(|id| service.shape(id));
    if model.is_some_and(|shape| shape.sensitive) {
        return Json::from(HIDDEN);
    }
    let inner = |pick: fn(&Kind) -> Option<ShapeId>| model.and_then(|shape| pick(&shape.kind));
    match value {
        Value::Bool(x) => Json::from(*x),
        Value::Int(x) => Json::from(*x),
        Value::Float(x) => Json::from(*x),
        Value::String(text) if text.len() > TEXT_MAX => {
            Json::from(format!("{}… ({} bytes)", text.chars().take(TEXT_MAX / 4).collect::<String>(), text.len()))
        }
        Value::String(text) => Json::from(text.as_str()),
        Value::Blob(bytes) => Json::from(format!("({} bytes)", bytes.len())),
        Value::Timestamp(at) => Json::from(at.iso8601()),
        Value::List(values) => {
            let element = inner(|kind| match kind {
                Kind::List(list) => Some(list.element.shape),
                _ => None,
            });
            values.iter().map(|value| redacted(service, element, value)).collect()
        }
        Value::Map(entries) => {
            let element = inner(|kind| match kind {
                Kind::Map(map) => Some(map.value.shape),
                _ => None,
            });
            entries.iter().map(|(key, value)| (key.clone(), redacted(service, element, value))).collect()
        }
        Value::Structure(Fields(fields)) => {
            let structure = shape.and_then(|id| service.structure(id));
            let member = |name: &str| structure.and_then(|structure| structure.member(name));
            let json = |(name, value): &(&'static str, Value)| {
                let known = member(name);
                let hidden = known.is_some_and(|member| member.sensitive)
                    || structure.is_some() && known.is_none()
                    || is_secret(name);
                let value = if hidden {
                    Json::from(HIDDEN)
                } else {
                    redacted(service, known.map(|member| member.shape), value)
                };
                ((*name).to_owned(), value)
            };
            Json::Object(fields.iter().map(json).collect())
        }
        Value::Document(document) => document.clone(),
        Value::Stream => Json::from("(stream)"),
    }
}

/// Members that carry secrets although not every model marks them so. What they hold is neither recorded nor told back.
pub fn is_secret(name: &str) -> bool {
    matches!(
        name,
        "SecretAccessKey"
            | "SessionToken"
            | "Password"
            | "NewPassword"
            | "OldPassword"
            | "Plaintext"
            | "PrivateKey"
            | "AuthenticationCode1"
            | "AuthenticationCode2"
            | "TokenCode"
            | "SAMLAssertion"
            | "WebIdentityToken"
            | "Base32StringSeed"
            | "QRCodePNG"
            | "PrivateKeyPlaintext"
            | "SecretString"
            | "SecretBinary"
    )
}
