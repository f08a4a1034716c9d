use crate::{Op, OpEntry, job::JobEntry};
use bastide_store::Registry;

/// A service as it registers: its operations, its tables, what it does with time.
pub struct Service {
    /// The name in the model, and the crate's (`iam`).
    pub name: &'static str,
    pub ops: Vec<OpEntry>,
    pub jobs: Vec<JobEntry>,
    /// Error structures the service's `fault.rs` uses.
    pub faults: &'static [&'static str],
    pub tables: fn(Registry) -> Registry,
}

impl Service {
    pub fn new(name: &'static str) -> Self {
        Service { name, ops: Vec::new(), jobs: Vec::new(), faults: &[], tables: |registry| registry }
    }

    pub fn op<O: Op>(mut self) -> Self {
        self.ops.push(OpEntry::of::<O>());
        self
    }

    pub fn job(mut self, name: &'static str, run: crate::job::Run) -> Self {
        self.jobs.push(JobEntry { name, run });
        self
    }

    pub fn faults(mut self, shapes: &'static [&'static str]) -> Self {
        self.faults = shapes;
        self
    }

    pub fn tables(mut self, tables: fn(Registry) -> Registry) -> Self {
        self.tables = tables;
        self
    }

    /// Everything in which the service and its API model disagree; registration refuses a service with any.
    pub fn problems(&self) -> Vec<String> {
        let Some(model) = bastide_shape::service(self.name) else {
            return vec![format!("{}: there is no model of this service", self.name)];
        };
        let faults = self.faults.iter().filter(|shape| crate::fault::error_shape(model, shape).is_none());
        let faults = faults.map(|shape| format!("{}: the model has no error structure {shape}", self.name));
        faults.chain(self.ops.iter().flat_map(|op| op.problems(model))).collect()
    }
}
