//! Who is calling, and whom a Principal element names ("AWS JSON policy elements: Principal").

use crate::context::Context;
use serde::{Deserialize, Serialize};

/// What kind of principal makes the request.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum Caller {
    /// The account's root user, or a session of it.
    Root,
    User,
    /// A session of a role: the role is what policies are attached to, the session is what calls.
    RoleSession {
        role_arn: String,
        session_arn: String,
    },
    /// A session from GetFederationToken, limited by its session policy; without one it can do nothing on its own.
    FederatedUser {
        user_arn: String,
    },
    /// Someone an identity provider vouches for, before STS has given out credentials (AssumeRoleWithWebIdentity,
    /// AssumeRoleWithSAML): the provider's ARN or its well-known host name.
    Federated {
        provider: String,
    },
    /// An AWS service acting for itself (`cloudtrail.amazonaws.com`).
    Service {
        name: String,
    },
    /// An account as such, which only the resource's side can allow.
    Account,
    Anonymous,
}

/// What decisions need to know of the caller.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PrincipalFacts {
    pub caller: Caller,
    /// As `aws:PrincipalArn` has it: of a role session, the role's ARN. Empty where there is none.
    pub arn: String,
    /// The account the caller belongs to; none for services, identity providers and anonymous callers.
    pub account: Option<String>,
    /// The stable id behind the name (`AIDA…`, `AROA…`), which policies hold once they are saved.
    pub unique_id: Option<String>,
    /// The account's canonical id, as S3 names accounts.
    pub canonical_id: Option<String>,
    pub is_service_linked_role: bool,
    /// Whether the caller's account is its organisation's management account, which SCPs never touch.
    pub is_management_account: bool,
}

impl PrincipalFacts {
    fn new(caller: Caller, arn: &str, account: Option<&str>) -> Self {
        PrincipalFacts {
            caller,
            arn: arn.to_owned(),
            account: account.map(str::to_owned),
            unique_id: None,
            canonical_id: None,
            is_service_linked_role: false,
            is_management_account: false,
        }
    }

    pub fn root(account: &str) -> Self {
        Self::new(Caller::Root, &format!("arn:aws:iam::{account}:root"), Some(account))
    }

    pub fn user(arn: &str) -> Self {
        Self::new(Caller::User, arn, account_of(arn))
    }

    pub fn role_session(role_arn: &str, session_arn: &str) -> Self {
        let caller = Caller::RoleSession { role_arn: role_arn.to_owned(), session_arn: session_arn.to_owned() };
        let mut facts = Self::new(caller, role_arn, account_of(role_arn));
        facts.is_service_linked_role = role_arn.contains(":role/aws-service-role/");
        facts
    }

    /// `arn` is the session's (`arn:aws:sts::…:federated-user/name`).
    pub fn federated_user(arn: &str, user_arn: &str) -> Self {
        Self::new(Caller::FederatedUser { user_arn: user_arn.to_owned() }, arn, account_of(arn))
    }

    pub fn federated(provider: &str) -> Self {
        Self::new(Caller::Federated { provider: provider.to_owned() }, "", None)
    }

    pub fn service(name: &str) -> Self {
        Self::new(Caller::Service { name: name.to_owned() }, "", None)
    }

    pub fn anonymous() -> Self {
        Self::new(Caller::Anonymous, "", None)
    }

    pub fn with_unique_id(mut self, id: impl Into<String>) -> Self {
        self.unique_id = Some(id.into());
        self
    }

    /// What AccessDenied sentences show: the caller's ARN (of a role session, the session's), or what it has for a name.
    pub fn shown_arn(&self) -> &str {
        match &self.caller {
            Caller::RoleSession { session_arn, .. } => session_arn,
            Caller::Service { name } => name,
            Caller::Federated { provider } => provider,
            Caller::Anonymous => "anonymous",
            _ => &self.arn,
        }
    }

    /// Sets the global condition keys that follow from the principal alone ("AWS global condition context keys",
    /// properties of the principal): ARN, account, type, user id, name, and whether it is a service. Organisation and
    /// tags are the caller's to add.
    pub fn describe(&self, context: &mut Context) {
        if !self.arn.is_empty() {
            context.set("aws:PrincipalArn", self.arn.clone());
        }
        if let Some(account) = &self.account {
            context.set("aws:PrincipalAccount", account.clone());
        }
        let is_service = matches!(self.caller, Caller::Service { .. });
        context.set("aws:PrincipalIsAWSService", if is_service { "true" } else { "false" });
        let last = |arn: &str| arn.rsplit('/').next().unwrap_or_default().to_owned();
        let id = self.unique_id.clone();
        let (kind, userid) = match &self.caller {
            Caller::Root => (Some("Account"), self.account.clone()),
            Caller::User => {
                context.set("aws:username", last(&self.arn));
                (Some("User"), id)
            }
            Caller::RoleSession { session_arn, .. } => {
                (Some("AssumedRole"), id.map(|id| format!("{id}:{}", last(session_arn))))
            }
            Caller::FederatedUser { .. } => {
                (Some("FederatedUser"), self.account.as_ref().map(|account| format!("{account}:{}", last(&self.arn))))
            }
            Caller::Service { name } => {
                context.set("aws:PrincipalServiceName", name.clone());
                (None, None)
            }
            Caller::Anonymous => (Some("Anonymous"), Some("anonymous".to_owned())),
            Caller::Federated { .. } | Caller::Account => (None, None),
        };
        if let Some(kind) = kind {
            context.set("aws:PrincipalType", kind);
        }
        if let Some(userid) = userid {
            context.set("aws:userid", userid);
        }
    }
}

fn account_of(arn: &str) -> Option<&str> {
    arn.split(':').nth(4).filter(|account| !account.is_empty())
}

/// How directly a resource-based policy names the caller, weakest first. It decides which implicit denies on the caller's
/// side still count ("How AWS enforcement code logic evaluates requests to allow or deny access", the table of
/// resource-based policies and implicit denies).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Reach {
    /// It names the account, which delegates: the caller's own policies must allow as well.
    Account,
    /// It names the role behind the session (or the user behind a federated session): identity-based policies need not
    /// allow, but a permissions boundary and session policies still limit.
    Limited,
    /// It names the caller itself or everyone: within the account nothing else needs to allow.
    Direct,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Named {
    Everyone,
    Account(Box<str>),
    /// A user, role, role session or federated user.
    Arn(Box<str>),
    UniqueId(Box<str>),
    AnyService,
    Service(Box<str>),
    Federated(Box<str>),
    Canonical(Box<str>),
}

impl Named {
    /// Reads one value under one kind of a Principal element; `None` if it cannot be a principal. Wildcards stand only
    /// alone: a principal cannot be matched in part.
    pub(crate) fn parse(kind: &str, value: &str) -> Option<Named> {
        match kind {
            "AWS" => Self::parse_aws(value),
            "Service" if value == "*" => Some(Named::AnyService),
            "Service" if value.contains('.') && !value.contains('*') => Some(Named::Service(value.into())),
            "Federated" if !value.is_empty() && !value.contains('*') => Some(Named::Federated(value.into())),
            "CanonicalUser" if !value.is_empty() && !value.contains('*') => Some(Named::Canonical(value.into())),
            _ => None,
        }
    }

    fn parse_aws(value: &str) -> Option<Named> {
        let is_account = |text: &str| text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit());
        if value == "*" {
            return Some(Named::Everyone);
        }
        if is_account(value) {
            return Some(Named::Account(value.into()));
        }
        if ["AIDA", "AROA"].iter().any(|prefix| value.starts_with(prefix)) && !value.contains(['*', ':']) {
            return Some(Named::UniqueId(value.into()));
        }
        let parts: Vec<&str> = value.splitn(6, ':').collect();
        match parts.as_slice() {
            ["arn", partition, service @ ("iam" | "sts"), "", account, resource]
                if partition.starts_with("aws")
                    && (is_account(account) || *account == "cloudfront")
                    && !resource.contains(['*', '?']) =>
            {
                let known = |kinds: &[&str]| kinds.iter().any(|kind| resource.starts_with(kind));
                match *service {
                    "iam" if *resource == "root" => Some(Named::Account((*account).into())),
                    "iam" if known(&["user/", "role/"]) => Some(Named::Arn(value.into())),
                    "sts" if known(&["assumed-role/", "federated-user/"]) => Some(Named::Arn(value.into())),
                    _ => None,
                }
            }
            _ => None,
        }
    }

    /// Whether, and how directly, this names the caller.
    pub(crate) fn reach(&self, facts: &PrincipalFacts) -> Option<Reach> {
        match self {
            Named::Everyone => Some(Reach::Direct),
            Named::Account(account) => {
                let ours = facts.account.as_deref() == Some(account);
                ours.then_some(if facts.caller == Caller::Root { Reach::Direct } else { Reach::Account })
            }
            Named::Canonical(id) => (facts.canonical_id.as_deref() == Some(id)).then_some(Reach::Account),
            Named::UniqueId(id) => {
                let behind = matches!(facts.caller, Caller::RoleSession { .. } | Caller::FederatedUser { .. });
                (facts.unique_id.as_deref() == Some(id)).then_some(if behind { Reach::Limited } else { Reach::Direct })
            }
            Named::Arn(arn) => match &facts.caller {
                Caller::User => (*facts.arn == **arn).then_some(Reach::Direct),
                Caller::RoleSession { session_arn, .. } if **session_arn == **arn => Some(Reach::Direct),
                Caller::RoleSession { role_arn, .. } => (**role_arn == **arn).then_some(Reach::Limited),
                Caller::FederatedUser { .. } if *facts.arn == **arn => Some(Reach::Direct),
                Caller::FederatedUser { user_arn } => (**user_arn == **arn).then_some(Reach::Limited),
                _ => None,
            },
            Named::AnyService => matches!(facts.caller, Caller::Service { .. }).then_some(Reach::Direct),
            Named::Service(name) => {
                matches!(&facts.caller, Caller::Service { name: caller } if **caller == **name).then_some(Reach::Direct)
            }
            Named::Federated(provider) => {
                matches!(&facts.caller, Caller::Federated { provider: caller } if **caller == **provider)
                    .then_some(Reach::Direct)
            }
        }
    }
}

/// A compiled Principal or NotPrincipal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PrincipalClause {
    pub(crate) negated: bool,
    /// Each with its text, for explanations.
    pub(crate) named: Vec<(Box<str>, Named)>,
}

impl PrincipalClause {
    /// Whether, and how directly, the element covers the caller.
    pub(crate) fn reach(&self, facts: &PrincipalFacts) -> Option<Reach> {
        if self.negated {
            return (!self.spares(facts)).then_some(Reach::Direct);
        }
        let mut best = None;
        for (_, named) in &self.named {
            best = best.max(named.reach(facts));
            if best == Some(Reach::Direct) {
                break;
            }
        }
        best
    }

    /// "AWS JSON policy elements: NotPrincipal": to be spared, a caller must be listed in every form it has: the account,
    /// for a role session the role and the session, else the user. Listing only one of them leaves it covered.
    fn spares(&self, facts: &PrincipalFacts) -> bool {
        let lists = |test: &dyn Fn(&Named) -> bool| {
            self.named.iter().any(|(_, named)| *named == Named::Everyone || test(named))
        };
        let lists_arn = |arn: &str| lists(&|named| matches!(named, Named::Arn(listed) if **listed == *arn));
        let lists_id = || {
            facts
                .unique_id
                .as_deref()
                .is_some_and(|id| lists(&|named| matches!(named, Named::UniqueId(listed) if **listed == *id)))
        };
        let lists_account = || {
            lists(&|named| match named {
                Named::Account(listed) => facts.account.as_deref() == Some(listed),
                Named::Canonical(listed) => facts.canonical_id.as_deref() == Some(listed),
                _ => false,
            })
        };
        match &facts.caller {
            Caller::Root | Caller::Account => lists_account(),
            Caller::User => lists_account() && (lists_arn(&facts.arn) || lists_id()),
            Caller::RoleSession { role_arn, session_arn } => {
                lists_account() && (lists_arn(role_arn) || lists_id()) && lists_arn(session_arn)
            }
            Caller::FederatedUser { .. } => lists_account() && lists_arn(&facts.arn),
            Caller::Federated { .. } | Caller::Service { .. } | Caller::Anonymous => {
                lists(&|named| named.reach(facts).is_some())
            }
        }
    }
}
