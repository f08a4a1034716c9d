use bastide_base::{AccountId, Arn, Timestamp};
use serde::{Deserialize, Serialize};

/// Who makes a call. Only this room makes them for calls from outside.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type")]
pub enum Principal {
    /// An account's root user.
    Root {
        account: AccountId,
    },
    User {
        account: AccountId,
        path: String,
        name: String,
        id: String,
    },
    AssumedRole {
        account: AccountId,
        path: String,
        role: String,
        role_id: String,
        session: String,
        service_linked: bool,
    },
    FederatedUser {
        account: AccountId,
        name: String,
    },
    /// A service acting for itself (`events.amazonaws.com`).
    Service {
        name: String,
    },
    /// A request without credentials.
    Anonymous,
}

impl Principal {
    /// The account the principal belongs to; services and anonymous callers have none.
    pub fn account(&self) -> Option<AccountId> {
        match self {
            Principal::Root { account }
            | Principal::User { account, .. }
            | Principal::AssumedRole { account, .. }
            | Principal::FederatedUser { account, .. } => Some(*account),
            Principal::Service { .. } | Principal::Anonymous => None,
        }
    }

    /// The ARN as `GetCallerIdentity` and AccessDenied sentences give it. Services go by their name, anonymous by `*`.
    pub fn arn(&self) -> String {
        match self {
            Principal::Root { account } => format!("arn:aws:iam::{account}:root"),
            Principal::User { account, path, name, .. } => format!("arn:aws:iam::{account}:user{path}{name}"),
            Principal::AssumedRole { account, role, session, .. } => {
                format!("arn:aws:sts::{account}:assumed-role/{role}/{session}")
            }
            Principal::FederatedUser { account, name } => format!("arn:aws:sts::{account}:federated-user/{name}"),
            Principal::Service { name } => name.clone(),
            Principal::Anonymous => "*".to_owned(),
        }
    }

    /// `aws:PrincipalArn`: for a role session the role's ARN, path and all.
    pub fn principal_arn(&self) -> String {
        match self {
            Principal::AssumedRole { account, path, role, .. } => format!("arn:aws:iam::{account}:role{path}{role}"),
            other => other.arn(),
        }
    }

    /// The ARN of the IAM identity whose policies apply: the user, or the role behind the session.
    pub fn identity(&self) -> Option<Arn> {
        match self {
            Principal::User { .. } | Principal::AssumedRole { .. } => self.principal_arn().parse().ok(),
            _ => None,
        }
    }

    /// `aws:userid` (IAM User Guide, "Where you can use policy variables", table of principal key values).
    pub fn user_id(&self) -> String {
        match self {
            Principal::Root { account } => account.to_string(),
            Principal::User { id, .. } => id.clone(),
            Principal::AssumedRole { role_id, session, .. } => format!("{role_id}:{session}"),
            Principal::FederatedUser { account, name } => format!("{account}:{name}"),
            Principal::Service { name } => name.clone(),
            Principal::Anonymous => "anonymous".to_owned(),
        }
    }

    /// `aws:PrincipalType`.
    pub fn kind(&self) -> &'static str {
        match self {
            Principal::Root { .. } => "Account",
            Principal::User { .. } => "User",
            Principal::AssumedRole { .. } => "AssumedRole",
            Principal::FederatedUser { .. } => "FederatedUser",
            Principal::Service { .. } => "Service",
            Principal::Anonymous => "Anonymous",
        }
    }
}

/// A principal together with how it proved itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    pub principal: Principal,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub access_key_id: Option<String>,
    /// Present when temporary credentials signed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub session: Option<Session>,
    /// Services that forwarded this call, first to last (`aws:CalledVia`).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub via: Vec<String>,
}

/// What temporary credentials carry besides their principal.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Session {
    pub issued_at: Timestamp,
    pub expires_at: Timestamp,
    /// When multi-factor authentication happened, if it did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mfa_at: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub source_identity: Option<String>,
    /// Session tags, each with whether it is transitive.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<SessionTag>,
    /// Session policies as given; they can only take away.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub policies: Vec<SessionPolicy>,
    /// The session was made with credentials of another role session.
    #[serde(default)]
    pub chained: bool,
}

#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SessionTag {
    pub key: String,
    pub value: String,
    pub transitive: bool,
}

/// A session policy: a document passed inline, or the ARN of a managed policy.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum SessionPolicy {
    Inline(String),
    Managed(String),
}

impl Caller {
    pub fn service(name: impl Into<String>) -> Self {
        Caller {
            principal: Principal::Service { name: name.into() },
            access_key_id: None,
            session: None,
            via: Vec::new(),
        }
    }

    pub fn anonymous() -> Self {
        Caller { principal: Principal::Anonymous, access_key_id: None, session: None, via: Vec::new() }
    }

    /// The same caller, forwarded by a service.
    pub fn via(&self, service: &str) -> Self {
        let mut forwarded = self.clone();
        forwarded.via.push(service.to_owned());
        forwarded
    }
}
