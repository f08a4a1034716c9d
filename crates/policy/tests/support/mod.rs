//! One way to say who asks what under which policies, for the tables of the other files.
#![allow(dead_code)]

use bastide_policy::{
    Context, Decision, Layer, Policies, Policy, PolicyKind, PrincipalFacts, Reach, Request, ResourceSource, Source,
    Trace, Verdict, evaluate, explain,
};

pub const ACCOUNT: &str = "111122223333";
pub const OTHER: &str = "444455556666";
pub const USER: &str = "arn:aws:iam::111122223333:user/alice";
pub const ROLE: &str = "arn:aws:iam::111122223333:role/app";
pub const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/run";
pub const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";
pub const OBJECT: &str = "arn:aws:s3:::bucket/report.csv";

pub const OPEN: &str = r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#;
pub const SHUT: &str = r#"{"Effect":"Allow","Action":"none:None","Resource":"*"}"#;
pub const DENY: &str = r#"{"Effect":"Deny","Action":"*","Resource":"*"}"#;

/// What was decided, short enough for a table.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    Allow,
    Explicit(Layer),
    Implicit(Layer),
}

/// Statements by layer. A layer that is not set has no policy.
#[derive(Debug, Clone)]
pub struct Case {
    pub principal: PrincipalFacts,
    pub action: &'static str,
    pub resource: String,
    pub owner: Option<&'static str>,
    pub context: Context,
    pub rcps: Vec<Vec<String>>,
    pub scps: Vec<Vec<String>>,
    pub endpoint: Option<String>,
    pub resource_policy: Option<String>,
    pub trust: Option<String>,
    pub grant: Option<Reach>,
    pub resource_must_allow: bool,
    pub identity: Vec<String>,
    pub boundary: Option<String>,
    pub session: Option<Vec<String>>,
}

pub fn by(principal: PrincipalFacts) -> Case {
    Case {
        principal,
        action: "s3:GetObject",
        resource: OBJECT.to_owned(),
        owner: Some(ACCOUNT),
        context: Context::new(),
        rcps: Vec::new(),
        scps: Vec::new(),
        endpoint: None,
        resource_policy: None,
        trust: None,
        grant: None,
        resource_must_allow: false,
        identity: Vec::new(),
        boundary: None,
        session: None,
    }
}

pub fn user() -> Case {
    by(PrincipalFacts::user(USER).with_unique_id("AIDAEXAMPLE"))
}
pub fn session() -> Case {
    by(PrincipalFacts::role_session(ROLE, SESSION).with_unique_id("AROAEXAMPLE"))
}
pub fn root() -> Case {
    by(PrincipalFacts::root(ACCOUNT))
}
pub fn federated() -> Case {
    by(PrincipalFacts::federated_user(FEDERATED, USER))
}

/// An Allow of everything for a principal, written as the value of its element.
pub fn grant_to(principal: &str) -> String {
    format!(r#"{{"Effect":"Allow","Principal":{principal},"Action":"*","Resource":"*"}}"#)
}

pub fn aws(arn: &str) -> String {
    format!(r#"{{"AWS":"{arn}"}}"#)
}

impl Case {
    pub fn action(mut self, action: &'static str) -> Self {
        self.action = action;
        self
    }
    pub fn on(mut self, resource: &str) -> Self {
        self.resource = resource.to_owned();
        self
    }
    pub fn owned_by(mut self, owner: &'static str) -> Self {
        self.owner = Some(owner);
        self
    }
    pub fn with(mut self, key: &'static str, value: &str) -> Self {
        self.context.set(key, value.to_owned());
        self
    }
    pub fn with_many(mut self, key: &'static str, values: &[&str]) -> Self {
        self.context.set_many(key, values.iter().map(|value| (*value).to_owned()));
        self
    }
    pub fn rcp(mut self, level: &[&str]) -> Self {
        self.rcps.push(level.iter().map(|one| (*one).to_owned()).collect());
        self
    }
    pub fn scp(mut self, level: &[&str]) -> Self {
        self.scps.push(level.iter().map(|one| (*one).to_owned()).collect());
        self
    }
    pub fn endpoint(mut self, statement: &str) -> Self {
        self.endpoint = Some(statement.to_owned());
        self
    }
    pub fn resource_policy(mut self, statement: &str) -> Self {
        self.resource_policy = Some(statement.to_owned());
        self
    }
    pub fn trust(mut self, statement: &str) -> Self {
        self.trust = Some(statement.to_owned());
        self.resource_must_allow = true;
        self
    }
    pub fn grant(mut self, reach: Reach) -> Self {
        self.grant = Some(reach);
        self
    }
    pub fn must_allow(mut self) -> Self {
        self.resource_must_allow = true;
        self
    }
    pub fn identity(mut self, statement: &str) -> Self {
        self.identity.push(statement.to_owned());
        self
    }
    pub fn boundary(mut self, statement: &str) -> Self {
        self.boundary = Some(statement.to_owned());
        self
    }
    pub fn session(mut self, statements: &[&str]) -> Self {
        self.session = Some(statements.iter().map(|one| (*one).to_owned()).collect());
        self
    }

    #[track_caller]
    pub fn expect(self, expect: Expect) -> Self {
        let found = self.run(|request, policies| verdict(&evaluate(request, policies)));
        assert_eq!(found, expect, "{self:#?}");
        let trace = self.trace();
        assert_eq!(trace.allowed, expect == Expect::Allow, "the explanation disagrees: {trace:#?}");
        self
    }

    #[track_caller]
    pub fn allowed(self) -> Self {
        self.expect(Expect::Allow)
    }
    #[track_caller]
    pub fn implicit(self, layer: Layer) -> Self {
        self.expect(Expect::Implicit(layer))
    }
    #[track_caller]
    pub fn explicit(self, layer: Layer) -> Self {
        self.expect(Expect::Explicit(layer))
    }

    pub fn trace(&self) -> Trace {
        self.run(explain)
    }

    /// AWS's sentence.
    pub fn sentence(&self) -> String {
        self.run(|request, policies| {
            evaluate(request, policies).denied_sentence(request.principal.shown_arn(), request.action, request.resource)
        })
    }

    fn run<T>(&self, judge: impl Fn(&Request<'_>, &Policies<'_>) -> T) -> T {
        let scps = compile_levels(
            PolicyKind::Scp,
            "arn:aws:organizations::999999999999:policy/o-x/service_control_policy/p-",
            &self.scps,
        );
        let rcps = compile_levels(
            PolicyKind::Rcp,
            "arn:aws:organizations::999999999999:policy/o-x/resource_control_policy/p-",
            &self.rcps,
        );
        let identity = compile(PolicyKind::Identity, "arn:aws:iam::111122223333:policy/p", &self.identity);
        let endpoint = compile(PolicyKind::Endpoint, "vpce-", self.endpoint.as_slice());
        let boundary = compile(PolicyKind::Boundary, "arn:aws:iam::111122223333:policy/b", self.boundary.as_slice());
        let session = self
            .session
            .as_ref()
            .map(|session| compile(PolicyKind::Session, "arn:aws:iam::111122223333:policy/s", session));
        let resource = compile(PolicyKind::Resource, "bucket", self.resource_policy.as_slice());
        let trust = compile(PolicyKind::Trust, "trust", self.trust.as_slice());
        let scps: Vec<_> = scps.iter().map(|level| sources(level)).collect();
        let rcps: Vec<_> = rcps.iter().map(|level| sources(level)).collect();
        let identity = sources(&identity);
        let session = session.as_ref().map(|session| sources(session));
        let mut resources: Vec<_> =
            sources(&resource).into_iter().chain(sources(&trust)).map(ResourceSource::Policy).collect();
        resources.extend(self.grant.map(|reach| ResourceSource::Grant { name: "grant", reach }));
        let policies = Policies {
            rcps: &rcps,
            scps: &scps,
            endpoint: sources(&endpoint).first().copied(),
            resource: &resources,
            resource_must_allow: self.resource_must_allow,
            identity: &identity,
            boundary: sources(&boundary).first().copied(),
            session: session.as_deref(),
        };
        let request = Request {
            principal: &self.principal,
            action: self.action,
            resource: &self.resource,
            resource_account: self.owner,
            context: &self.context,
        };
        judge(&request, &policies)
    }
}

fn verdict(decision: &Decision<'_>) -> Expect {
    match decision.verdict {
        Verdict::Allow => Expect::Allow,
        Verdict::Deny(denial) if denial.explicit.is_some() => Expect::Explicit(denial.layer),
        Verdict::Deny(denial) => Expect::Implicit(denial.layer),
    }
}

type Named = Vec<(String, Policy)>;

fn compile(kind: PolicyKind, prefix: &str, statements: &[String]) -> Named {
    let policies = statements.iter().enumerate().map(|(at, statement)| {
        let text = format!(r#"{{"Version":"2012-10-17","Statement":[{statement}]}}"#);
        (format!("{prefix}{at}"), Policy::parse(kind, &text).unwrap_or_else(|error| panic!("{error}: {text}")))
    });
    policies.collect()
}

fn compile_levels(kind: PolicyKind, prefix: &str, levels: &[Vec<String>]) -> Vec<Named> {
    levels.iter().map(|level| compile(kind, prefix, level)).collect()
}

fn sources(policies: &[(String, Policy)]) -> Vec<Source<'_>> {
    policies.iter().map(|(name, policy)| Source { name, policy }).collect()
}
