//! The house: services, state, clock and chance, and the bracket in which every operation runs.

use crate::call::{Inner, Prepared};
use crate::house::{House, Houses};
use crate::job::{Job, JobEntry, Jobs};
use crate::record::redacted;
use crate::{Call, CallRecord, Cx, Fault, OpEntry, Ports, Read, Service};
use bastide_authn::Caller;
use bastide_authz::Circumstances;
use bastide_base::{AccountId, Clock, ClockState, Random, Region, Seed, Timestamp};
use bastide_shape::{Service as Model, Value};
use bastide_store::{DataDir, Durability, Record, Registry, Snapshot, Store, StoreError, Ticket, Tx};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};

/// Everything a call runs in.
pub struct Cloud {
    pub ports: Ports,
    store: Store,
    clock: Clock,
    seed: Seed,
    boot: u64,
    calls: AtomicU64,
    services: BTreeMap<&'static str, Service>,
    management: AccountId,
    found: Found,
    directory: Option<DataDir>,
}

/// Puts into an empty state what a new house begins with: the management account and its root user.
pub type Found = Box<dyn Fn(&mut Tx, AccountId, Timestamp, &mut Random) + Send + Sync>;

/// What a house is opened with.
pub struct Opening {
    pub store: Store,
    pub services: Vec<Service>,
    pub ports: Ports,
    /// For a first start; a house that was opened before keeps its own.
    pub seed: Seed,
    pub management: Option<AccountId>,
    pub found: Found,
    /// For tests: a clock that stands still. `None` runs with the machine's.
    pub clock: Option<Clock>,
    /// Where the store lives, unless it lives in memory.
    pub directory: Option<DataDir>,
}

/// Why a house does not open.
#[derive(Debug)]
pub enum OpenError {
    /// A service and its API model disagree; each line is one disagreement.
    Services(Vec<String>),
    Store(StoreError),
}

impl fmt::Display for OpenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            OpenError::Services(problems) => {
                write!(f, "services disagree with their API models:\n{}", problems.join("\n"))
            }
            OpenError::Store(error) => error.fmt(f),
        }
    }
}
impl std::error::Error for OpenError {}
impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        OpenError::Store(error)
    }
}

/// Something that takes effect once its call is committed.
#[derive(Debug)]
pub enum Effect {
    /// The clock runs by this state from here on.
    Clock(ClockState),
}

/// A call that ran or was refused. Its answer may be given once the ticket says that its record is kept.
#[must_use]
pub struct Executed {
    pub outcome: Result<Value, Fault>,
    pub ticket: Ticket,
    pub effects: Vec<Effect>,
}

/// The tables of the kernel itself and of every service.
pub fn tables(services: &[Service]) -> Registry {
    let own = Registry::new().with::<Houses>().with::<Jobs>();
    services.iter().fold(own, |registry, service| (service.tables)(registry))
}

impl Cloud {
    /// Opens the house; the first time, founds it.
    ///
    /// # Errors
    /// [`OpenError::Services`] when a service does not fit its model, [`OpenError::Store`] when the store does not write.
    pub fn open(opening: Opening) -> Result<Cloud, OpenError> {
        let problems: Vec<String> = opening.services.iter().flat_map(Service::problems).collect();
        if !problems.is_empty() {
            return Err(OpenError::Services(problems));
        }
        let store = opening.store;
        let mut bracket = store.begin();
        let known = bracket.get::<Houses>(());
        let clock = opening
            .clock
            .unwrap_or_else(|| Clock::system(known.as_ref().map(|house| house.clock.clone()).unwrap_or_default()));
        let now = clock.now();
        let house = match known {
            Some(house) => {
                let mut fork = house.fork.clone();
                fork.extend(store.fork_mark()?.unwrap_or_default());
                House { boot: house.boot + 1, fork, ..House::clone(&house) }
            }
            None => {
                let management = opening.management.unwrap_or_else(|| house_account(&opening.seed));
                (opening.found)(bracket.tx(), management, now, &mut opening.seed.stream(0, 0));
                House {
                    seed: opening.seed.clone(),
                    fork: Vec::new(),
                    boot: 1,
                    clock: clock.state(),
                    management,
                    founded: now,
                }
            }
        };
        bracket.put::<Houses>((), house.clone());
        let call = Call {
            request_id: house.stream_seed().stream(house.boot, 0).uuid(),
            service: "bastide",
            operation: "Start".to_owned(),
            account: house.management,
            region: Region::US_EAST_1,
            caller: Caller::service("bastide"),
            circumstances: quiet(now, Region::US_EAST_1),
            parent: None,
        };
        let record =
            CallRecord::of(&call, false).stored(Vec::new()).map_err(|fault| StoreError::Engine(fault.to_string()))?;
        bracket.commit(vec![record])?.wait()?;
        if store.fork_mark()?.is_some() {
            store.settle_fork()?;
        }
        Ok(Cloud {
            ports: opening.ports,
            store,
            clock,
            seed: house.stream_seed(),
            boot: house.boot,
            calls: AtomicU64::new(1),
            services: opening.services.into_iter().map(|service| (service.name, service)).collect(),
            management: house.management,
            found: opening.found,
            directory: opening.directory,
        })
    }

    pub fn clock(&self) -> &Clock {
        &self.clock
    }

    pub fn store(&self) -> &Store {
        &self.store
    }

    /// The state as of now, as far as it is durable.
    pub fn state(&self) -> Snapshot {
        self.store.snapshot()
    }

    pub fn management(&self) -> AccountId {
        self.management
    }

    /// Starts of this house, this one included.
    pub fn boot(&self) -> u64 {
        self.boot
    }

    pub fn services(&self) -> impl Iterator<Item = &Service> {
        self.services.values()
    }

    /// The implemented operation, if it is one.
    pub fn operation(&self, service: &str, operation: &str) -> Option<&OpEntry> {
        self.services.get(service)?.ops.iter().find(|op| op.name == operation)
    }

    pub(crate) fn job(&self, service: &str, name: &str) -> Option<&JobEntry> {
        self.services.get(service)?.jobs.iter().find(|job| job.name == name)
    }

    /// The randomness of the next call. Every request that arrives draws one, whatever becomes of it.
    pub fn next_random(&self) -> Random {
        self.seed.stream(self.boot, self.calls.fetch_add(1, Ordering::Relaxed))
    }

    /// Asks, authorises, runs and commits: the bracket. What is authorised is what runs, on one snapshot.
    pub fn execute(&self, call: &Call, mut random: Random, input: Value) -> Executed {
        let Some(op) = self.operation(call.service, &call.operation) else {
            let fault = Fault::not_implemented(call.service, &call.operation);
            return self.refuse(CallRecord::of(call, false), fault);
        };
        let mut inner = Inner::default();
        if let Some(prepare) = op.prepare {
            match self.prepare(call, op, prepare, &input) {
                Ok(prepared) => inner.prepared = prepared,
                Err(refused) => return *refused,
            }
        }
        if op.read_only {
            let mut tx = Tx::over(&self.store.snapshot());
            let (mut record, mut outcome) = self.bracket(call, op, input, &mut tx, &mut random, &mut inner);
            if outcome.is_ok() && !tx.is_unchanged() {
                let fault =
                    Fault::internal(format!("{}:{} says that it only reads, and wrote", call.service, call.operation));
                record.fail(&fault, bastide_shape::service(call.service));
                outcome = Err(fault);
            }
            return self.keep_read(record, outcome, inner);
        }
        let mut bracket = self.store.begin();
        let (record, outcome) = self.bracket(call, op, input, bracket.tx(), &mut random, &mut inner);
        let effects = std::mem::take(&mut inner.effects);
        let records = match self.records(inner, record, outcome.is_err()) {
            Ok(records) => records,
            Err(fault) => return Executed::unrecorded(fault, bracket.refuse(Vec::new())),
        };
        match outcome {
            Ok(value) => match bracket.commit(records) {
                Ok(ticket) => Executed { outcome: Ok(value), ticket, effects },
                Err(error) => Executed::unrecorded(Fault::internal(error), self.store.flush()),
            },
            Err(fault) => Executed { outcome: Err(fault), ticket: bracket.refuse(records), effects: Vec::new() },
        }
    }

    /// Keeps the records of a call that only read, its inner calls' first. All of them wait for the disk unless all were
    /// allowed.
    fn keep_read(&self, record: CallRecord, outcome: Result<Value, Fault>, inner: Inner) -> Executed {
        let allowed = outcome.is_ok() && inner.records.iter().all(|(record, _)| record.error.is_none());
        let durability = if allowed { Durability::Queue } else { Durability::Wait };
        let records = match self.records(inner, record, false) {
            Ok(records) => records,
            Err(fault) => return Executed::unrecorded(fault, self.store.flush()),
        };
        // They become durable in order, so the last one's ticket stands for all.
        let mut tickets = records.into_iter().map(|record| self.store.append_record(record, durability));
        let ticket = tickets.by_ref().last().unwrap_or_else(|| self.store.flush());
        Executed { outcome, ticket, effects: Vec::new() }
    }

    /// The records of a call and of the calls made on its way, in the order in which they were decided, as they are stored.
    fn records(&self, inner: Inner, record: CallRecord, undone: bool) -> Result<Vec<Record>, Fault> {
        let mut records = Vec::with_capacity(inner.records.len() + 1);
        for (mut record, documents) in inner.records {
            record.rolled_back |= undone && record.error.is_none();
            records.push(self.stored(record, documents)?);
        }
        records.push(self.stored(record, inner.documents)?);
        Ok(records)
    }

    /// A first decision, and then the work that needs no state. What it makes waits for the operation in its `Cx`.
    fn prepare(
        &self,
        call: &Call,
        op: &OpEntry,
        prepare: crate::op::Prepare,
        input: &Value,
    ) -> Result<Prepared, Box<Executed>> {
        let mut tx = Tx::over(&self.store.snapshot());
        let mut random = self.next_random();
        let mut inner = Inner { dry: true, ..Inner::default() };
        let (record, outcome) = self.bracket(call, op, input.clone(), &mut tx, &mut random, &mut inner);
        let refused = |mut record: CallRecord, fault: Fault, documents| {
            record.fail(&fault, bastide_shape::service(call.service));
            let ticket = match self.stored(record, documents) {
                Ok(record) => self.store.append_record(record, Durability::Wait),
                Err(fault) => return Box::new(Executed::unrecorded(fault, self.store.flush())),
            };
            Box::new(Executed { outcome: Err(fault), ticket, effects: Vec::new() })
        };
        match outcome {
            Err(fault) => Err(refused(record, fault, inner.documents)),
            Ok(_) => prepare(input.clone()).map_err(|fault| refused(record, fault, inner.documents)),
        }
    }

    /// Records a call that was refused before there was anything to decide.
    pub fn refuse(&self, mut record: CallRecord, fault: Fault) -> Executed {
        record.fail(&fault, bastide_shape::service(&record.service));
        match self.stored(record, Vec::new()) {
            Ok(record) => {
                let ticket = self.store.append_record(record, Durability::Wait);
                Executed { outcome: Err(fault), ticket, effects: Vec::new() }
            }
            Err(fault) => Executed::unrecorded(fault, self.store.flush()),
        }
    }

    /// What happens between the record being kept and the answer being given.
    pub fn apply(&self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Clock(state) => self.clock.restore(state),
            }
        }
    }

    /// Runs every job that is due, in order, each at the instant it was due; says how many ran. Jobs that they arrange
    /// and that are due by now run, too.
    ///
    /// # Errors
    /// [`StoreError`] when a job's commit is not kept; it runs again then.
    pub fn run_due_jobs(&self) -> Result<usize, StoreError> {
        let mut ran = 0;
        let now = self.clock.now();
        while self.store.snapshot().scan::<Jobs>(()).next().is_some_and(|((due, _), _)| due <= now.millis()) {
            self.run_next_job(now)?;
            ran += 1;
        }
        Ok(ran)
    }

    /// When the next job is due.
    pub fn next_due(&self) -> Option<Timestamp> {
        self.store.snapshot().scan::<Jobs>(()).next().map(|((due, _), _)| Timestamp::from_millis(due))
    }

    fn run_next_job(&self, now: Timestamp) -> Result<(), StoreError> {
        let mut random = self.next_random();
        let mut bracket = self.store.begin();
        let first = bracket.scan::<Jobs>(()).next();
        let Some((key, job)) = first.filter(|((due, _), _)| *due <= now.millis()) else { return Ok(()) };
        bracket.delete::<Jobs>(key);
        let savepoint = bracket.savepoint();
        let mut inner = Inner::default();
        let (record, outcome) =
            self.run_job(&job, Timestamp::from_millis(key.0), bracket.tx(), &mut random, &mut inner);
        if outcome.is_err() {
            bracket.rollback(savepoint);
            inner.effects.clear();
        }
        let effects = std::mem::take(&mut inner.effects);
        let records = self.records(inner, record, outcome.is_err());
        let records = records.map_err(|fault| StoreError::Engine(fault.to_string()))?;
        bracket.commit(records)?.wait()?;
        self.apply(effects);
        Ok(())
    }

    fn run_job(
        &self,
        job: &Job,
        due: Timestamp,
        tx: &mut Tx,
        random: &mut Random,
        inner: &mut Inner,
    ) -> (CallRecord, Result<(), Fault>) {
        let service = self.services.get(job.service.as_str());
        let call = Call {
            request_id: random.uuid(),
            service: service.map_or("bastide", |service| service.name),
            operation: job.name.clone(),
            account: job.account,
            region: job.region,
            caller: Caller::service(format!("{}.amazonaws.com", job.service)),
            circumstances: quiet(due, job.region),
            parent: Some(job.arranged_by.clone()),
        };
        let mut record = CallRecord::of(&call, false);
        record.request = job.payload.clone();
        let outcome = match self.job(&job.service, &job.name) {
            Some(entry) => (entry.run)(&mut Cx { call: &call, tx, cloud: self, random, inner }, &job.payload),
            None => Err(Fault::internal(format!("{} has no job {}", job.service, job.name))),
        };
        if let Err(fault) = &outcome {
            record.fail(fault, bastide_shape::service(call.service));
        }
        (record, outcome)
    }

    /// A call that a service makes on the way, in its caller's transaction.
    pub(crate) fn call_within(
        &self,
        cx: &mut Cx<'_>,
        caller: Caller,
        service: &str,
        operation: &str,
        input: Value,
    ) -> Result<Value, Fault> {
        let found =
            self.services.get(service).and_then(|entry| Some((entry.name, self.operation(service, operation)?)));
        let (service, op) = found.ok_or_else(|| Fault::not_implemented(service, operation))?;
        let call = Call {
            request_id: cx.random.uuid(),
            service,
            operation: operation.to_owned(),
            account: caller.principal.account().unwrap_or(cx.call.account),
            region: cx.call.region,
            caller,
            circumstances: cx.call.circumstances.clone(),
            parent: Some(cx.call.request_id.clone()),
        };
        let mut inner = Inner::default();
        if let Some(prepare) = op.prepare {
            inner.prepared = prepare(input.clone())?;
        }
        let before = cx.tx.savepoint();
        let (record, outcome) = self.bracket(&call, op, input, cx.tx, cx.random, &mut inner);
        if outcome.is_err() {
            cx.tx.rollback(before);
            for (record, _) in &mut inner.records {
                record.rolled_back |= record.error.is_none();
            }
        } else {
            cx.inner.effects.append(&mut inner.effects);
        }
        cx.inner.records.append(&mut inner.records);
        cx.inner.records.push((record, inner.documents));
        // The error is the inner service's; the outer one's model may not know it.
        outcome.map_err(|fault| fault.settled(bastide_shape::service(service)))
    }

    fn bracket(
        &self,
        call: &Call,
        op: &OpEntry,
        input: Value,
        tx: &mut Tx,
        random: &mut Random,
        inner: &mut Inner,
    ) -> (CallRecord, Result<Value, Fault>) {
        let mut record = CallRecord::of(call, op.read_only);
        let model = bastide_shape::service(call.service);
        let outcome = self.decide_and_run(call, op, model, input, tx, random, inner, &mut record);
        if let Err(fault) = &outcome {
            record.fail(fault, model);
        }
        (record, outcome)
    }

    #[allow(clippy::too_many_arguments, reason = "the bracket's parts, each used once, in order")]
    fn decide_and_run(
        &self,
        call: &Call,
        op: &OpEntry,
        model: Option<&'static Model>,
        input: Value,
        tx: &mut Tx,
        random: &mut Random,
        inner: &mut Inner,
        record: &mut CallRecord,
    ) -> Result<Value, Fault> {
        let operation = model.and_then(|model| model.operation(op.name));
        if let (Some(model), Some(operation)) = (model, operation) {
            record.request = redacted(model, operation.input.map(|root| root.shape), &input);
        }
        let typed = op.decode(input).ok_or_else(|| {
            Fault::common("SerializationException", 400, "A member of the request is out of the range of its type.")
        })?;
        let ask = typed.ask(&Read { call, state: tx, cloud: self })?;
        let mut cx = Cx { call, tx, cloud: self, random, inner };
        let (authorisation, outcome) = typed.decide_and_run(&mut cx, &ask);
        record.decision = Some(authorisation.decision);
        inner.documents = authorisation.documents;
        let value = outcome?;
        if let (false, Some(model), Some(operation)) = (op.read_only, model, operation) {
            record.response = redacted(model, operation.output.map(|root| root.shape), &value);
        }
        Ok(value)
    }

    fn stored(&self, record: CallRecord, mut documents: Vec<bastide_store::Document>) -> Result<Record, Fault> {
        documents.retain(|document| !self.store.knows_document(&document.hash()));
        record.stored(documents)
    }

    /// Empties the state and founds the house anew: the same seed gives the same root user and access key. The record
    /// and the clock stay.
    pub fn found_anew(&self, tx: &mut Tx) -> Result<(), Fault> {
        let house = house(tx)?;
        tx.clear();
        (self.found)(tx, house.management, house.founded, &mut house.seed.stream(0, 0));
        tx.put::<Houses>((), house);
        Ok(())
    }

    /// Where the store lives, unless it lives in memory.
    pub fn directory(&self) -> Option<&DataDir> {
        self.directory.as_ref()
    }

    /// Puts the state back to a saved snapshot. What counts calls and tells time does not go back.
    pub fn restore(&self, tx: &mut Tx, name: &str) -> Result<(), Fault> {
        let house = house(tx)?;
        let saved = self.store.load_saved(name).map_err(Fault::internal)?;
        tx.restore(&saved).map_err(Fault::internal)?;
        tx.put::<Houses>((), house);
        Ok(())
    }
}

impl Executed {
    /// The call is not in the record: then it did not happen.
    fn unrecorded(fault: Fault, ticket: Ticket) -> Self {
        Executed { outcome: Err(fault), ticket, effects: Vec::new() }
    }
}

impl Cx<'_> {
    /// Sets the clock; in force once this call is committed.
    pub fn set_clock(&mut self, state: ClockState) -> Result<(), Fault> {
        let house = house(self.tx)?;
        self.tx.put::<Houses>((), House { clock: state.clone(), ..house });
        self.after_commit(Effect::Clock(state));
        Ok(())
    }
}

fn house(tx: &Tx) -> Result<House, Fault> {
    tx.get::<Houses>(()).map(|house| House::clone(&house)).ok_or_else(|| Fault::internal("the house was never founded"))
}

/// The circumstances of what a service does for itself.
fn quiet(now: Timestamp, region: Region) -> Circumstances {
    Circumstances { now, region, source_ip: None, secure: true, user_agent: None, referer: None }
}

/// A management account's number, drawn from the seed; like AWS's, it does not begin with zero.
fn house_account(seed: &Seed) -> AccountId {
    let number = 100_000_000_000 + seed.stream(0, 1).number() % 900_000_000_000;
    AccountId::from_number(number).unwrap_or_else(|| unreachable!("twelve digits"))
}
