//! An operation, and how it is registered.

use crate::call::Prepared;
use crate::skin::{Description, Shape, Side, check};
use crate::{Cx, Fault, Read};
use bastide_authz::{Ask, Authorisation, Granted, Sources, authorise};
use bastide_shape::{Fields, Operation, Service as Model, Value};

/// One operation of a service. The type is its input; one file holds it all.
pub trait Op: Shape + Send + Sized + 'static {
    /// AWS's name (`CreateUser`).
    const NAME: &'static str;
    /// Whether, called from outside, it changes nothing and hands out no secret. Such a call runs beside others, cannot write,
    /// and is answered as soon as its record is queued. On the way of a call that writes it may write, too: what it leaves
    /// (the key that a service's first use makes) is committed with that call.
    const READ_ONLY: bool;
    type Output: Shape;

    /// Which actions on which resources under which condition keys the caller needs.
    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault>;

    /// Work that is slow and needs no state (making an RSA key), done after a first decision and before the bracket, on a
    /// thread where it may take its time. `run` finds what it made by [`Cx::prepared`]. `None` when there is nothing to do.
    const PREPARE: Option<PrepareWork<Self>> = None;

    /// Does it. `granted` is the proof that the caller may.
    fn run(self, cx: &mut Cx<'_>, granted: Granted<Self>) -> Result<Self::Output, Fault>;
}

/// Slow work of an operation before its bracket.
pub type PrepareWork<O> = fn(&O) -> Result<Prepared, Fault>;

/// A decoded call of an operation whose type is forgotten.
pub(crate) trait AnyCall: Send {
    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault>;
    /// Authorises and, when granted, runs: the two cannot be had apart.
    fn decide_and_run(self: Box<Self>, cx: &mut Cx<'_>, ask: &Ask) -> (Authorisation, Result<Value, Fault>);
}

struct TypedCall<O>(O);

impl<O: Op> AnyCall for TypedCall<O> {
    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        self.0.ask(cx)
    }

    fn decide_and_run(self: Box<Self>, cx: &mut Cx<'_>, ask: &Ask) -> (Authorisation, Result<Value, Fault>) {
        let ports = &cx.cloud.ports;
        let sources = Sources { policies: &ports.policies, directory: ports.directory.as_ref(), state: cx.tx };
        let (authorisation, proof) = authorise::<O>(ask, &cx.call.caller, &cx.call.circumstances, &sources);
        let outcome = match proof {
            Ok(_) if cx.inner.dry => Ok(Value::Structure(Fields::default())),
            Ok(granted) => self.0.run(cx, granted).and_then(|output| {
                output.into_value().ok_or_else(|| Fault::internal("the operation gave no output structure"))
            }),
            Err(denial) => Err(Fault::denied(denial)),
        };
        (authorisation, outcome)
    }
}

/// An operation in its service's table.
pub struct OpEntry {
    pub name: &'static str,
    pub read_only: bool,
    input: fn() -> Description,
    output: fn() -> Description,
    decode: fn(Value) -> Option<Box<dyn AnyCall>>,
    pub(crate) prepare: Option<Prepare>,
}

pub(crate) type Prepare = fn(Value) -> Result<Prepared, Fault>;

fn prepare<O: Op>(input: Value) -> Result<Prepared, Fault> {
    match (O::PREPARE, O::from_value(input)) {
        (Some(prepare), Some(op)) => prepare(&op),
        _ => Ok(None),
    }
}

impl OpEntry {
    pub fn of<O: Op>() -> Self {
        OpEntry {
            name: O::NAME,
            read_only: O::READ_ONLY,
            input: O::description,
            output: O::Output::description,
            prepare: O::PREPARE.map(|_| prepare::<O> as Prepare),
            decode: |value| O::from_value(value).map(|op| Box::new(TypedCall(op)) as Box<dyn AnyCall>),
        }
    }

    /// Whether it has slow work to do before its bracket.
    pub fn prepares(&self) -> bool {
        self.prepare.is_some()
    }

    pub(crate) fn decode(&self, value: Value) -> Option<Box<dyn AnyCall>> {
        (self.decode)(value)
    }

    /// Everything in which the typed operation and the API model disagree.
    pub(crate) fn problems(&self, model: &'static Model) -> Vec<String> {
        let Some(operation) = model.operation(self.name) else {
            return vec![format!("{}: the model has no such operation", self.name)];
        };
        let Operation { input, output, .. } = operation;
        let input = check(model, input.map(|root| root.shape), &(self.input)(), Side::Input);
        let output = check(model, output.map(|root| root.shape), &(self.output)(), Side::Output);
        let named = |side: &'static str| move |problem: String| format!("{} {side}: {problem}", self.name);
        input.into_iter().map(named("input")).chain(output.into_iter().map(named("output"))).collect()
    }
}
