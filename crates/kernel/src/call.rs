//! What an operation sees of its call: [`Read`] while it asks, [`Cx`] while it runs.

use crate::{Cloud, Effect, Fault, Ports};
use bastide_authn::{Caller, Credentials, Principal, Session};
use bastide_authz::Circumstances;
use bastide_base::{AccountId, Arn, PrincipalKind, Random, Region, Timestamp, unique_id};
use bastide_shape::Value;
use bastide_store::{Snapshot, Tx};
use std::any::Any;

/// The facts of one call, fixed before it is authorised.
#[derive(Debug, Clone)]
pub struct Call {
    pub request_id: String,
    /// The service's name in the model (`iam`).
    pub service: &'static str,
    pub operation: String,
    /// The account in which the call acts: the caller's own; for calls without an account, the management account.
    pub account: AccountId,
    pub region: Region,
    pub caller: Caller,
    pub circumstances: Circumstances,
    /// The request id of the call on whose behalf a service makes this one.
    pub parent: Option<String>,
}

impl Call {
    pub fn now(&self) -> Timestamp {
        self.circumstances.now
    }
}

/// The state as an operation sees it while it says what it needs.
pub struct Read<'a> {
    pub call: &'a Call,
    pub(crate) state: &'a Snapshot,
    pub(crate) cloud: &'a Cloud,
}

impl<'a> Read<'a> {
    pub fn account(&self) -> AccountId {
        self.call.account
    }

    pub fn region(&self) -> Region {
        self.call.region
    }

    pub fn caller(&self) -> &'a Caller {
        &self.call.caller
    }

    pub fn now(&self) -> Timestamp {
        self.call.now()
    }

    /// The state, for the service's `state.rs`: the same that the operation will run on.
    pub fn state(&self) -> &'a Snapshot {
        self.state
    }

    /// What other services offer to this one.
    pub fn ports(&self) -> &'a Ports {
        &self.cloud.ports
    }

    /// The ARN of a resource of a global service in the caller's account.
    pub fn global_arn(&self, service: &str, resource: impl std::fmt::Display) -> Arn {
        Arn::new(service, "", Some(self.account()), resource)
    }
}

/// The transaction an operation runs in, with the call's facts, time and chance.
pub struct Cx<'a> {
    pub call: &'a Call,
    pub tx: &'a mut Tx,
    pub(crate) cloud: &'a Cloud,
    pub(crate) random: &'a mut Random,
    pub(crate) inner: &'a mut Inner,
}

/// What a call leaves behind besides its answer and its writes.
#[derive(Default)]
pub(crate) struct Inner {
    /// Records of the calls that services made on the way, in order, with the policy texts they were decided on.
    pub records: Vec<(crate::CallRecord, Vec<bastide_store::Document>)>,
    /// The policy texts of this call's own decision.
    pub documents: Vec<bastide_store::Document>,
    pub effects: Vec<Effect>,
    /// What the operation's `prepare` made.
    pub prepared: Prepared,
    /// Only the decision is wanted: nothing runs.
    pub dry: bool,
}

/// What slow work made before the bracket, for the operation to take up inside.
pub type Prepared = Option<Box<dyn Any + Send>>;

/// As whom a service makes a call: it cannot make up anybody else.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum OnBehalf {
    /// Its caller, forwarded: `aws:CalledVia` and `kms:ViaService` say by whom.
    Caller,
    /// Itself, as a service principal.
    Service,
}

impl<'a> Cx<'a> {
    pub fn read(&self) -> Read<'_> {
        Read { call: self.call, state: self.tx, cloud: self.cloud }
    }

    pub fn account(&self) -> AccountId {
        self.call.account
    }

    pub fn region(&self) -> Region {
        self.call.region
    }

    pub fn caller(&self) -> &Caller {
        &self.call.caller
    }

    pub fn now(&self) -> Timestamp {
        self.call.now()
    }

    /// The randomness of this call: everything drawn is the same for the same seed and the same call.
    pub fn random(&mut self) -> &mut Random {
        self.random
    }

    pub fn unique_id(&mut self, kind: PrincipalKind) -> String {
        unique_id(kind, self.call.account, self.random)
    }

    pub fn ports(&self) -> &Ports {
        &self.cloud.ports
    }

    /// Seals temporary credentials.
    pub fn seal_session(
        &mut self,
        access_key_id: String,
        principal: &Principal,
        session: &Session,
    ) -> Option<Credentials> {
        self.cloud.ports.sessions.issue(access_key_id, principal, session, self.random)
    }

    /// The house itself: for the operator's service alone.
    pub fn cloud(&self) -> &'a Cloud {
        self.cloud
    }

    /// What this operation's `prepare` made; `None` when there was none, or it is of another type.
    pub fn prepared<T: 'static>(&mut self) -> Option<T> {
        self.inner.prepared.take()?.downcast().ok().map(|prepared| *prepared)
    }

    /// Something that happens once this call is committed, and does not if it is not.
    pub fn after_commit(&mut self, effect: Effect) {
        self.inner.effects.push(effect);
    }

    /// Calls another service on the way, through the same door: with its own ask, decision and record, in this call's
    /// transaction.
    pub fn call(&mut self, on_behalf: OnBehalf, service: &str, operation: &str, input: Value) -> Result<Value, Fault> {
        let own = format!("{}.amazonaws.com", self.call.service);
        let caller = match on_behalf {
            OnBehalf::Caller => self.call.caller.via(&own),
            OnBehalf::Service => Caller::service(own),
        };
        self.cloud.call_within(self, caller, service, operation, input)
    }

    /// Arranges that `job` of this service runs when the clock reaches `due`.
    pub fn schedule(&mut self, job: &'static str, due: Timestamp, payload: serde_json::Value) -> Result<(), Fault> {
        crate::job::schedule(self, job, due, payload)
    }
}
