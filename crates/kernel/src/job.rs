//! What happens with time: work that a service arranged for later, run in the order of its due time when the clock gets
//! there.

use crate::{Cx, Fault};
use bastide_base::{AccountId, Region, Timestamp};
use bastide_store::Table;
use serde::{Deserialize, Serialize};

/// A job's work. It runs as the service itself, at the virtual instant it was due.
pub type Run = fn(&mut Cx<'_>, &serde_json::Value) -> Result<(), Fault>;

/// A job in its service's table.
pub struct JobEntry {
    pub name: &'static str,
    pub run: Run,
}

/// Arranged jobs by due time, and among equals in the order they were arranged.
pub(crate) struct Jobs;

impl Table for Jobs {
    const NAME: &'static str = "kernel.jobs";
    /// Due milliseconds, then the request id of the arranging call and a number within it.
    type Key = (i64, u64);
    type Row = Job;
}

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Job {
    pub service: String,
    pub name: String,
    pub account: AccountId,
    pub region: Region,
    pub payload: serde_json::Value,
    /// The call that arranged it.
    pub arranged_by: String,
}

pub(crate) fn schedule(
    cx: &mut Cx<'_>,
    name: &'static str,
    due: Timestamp,
    payload: serde_json::Value,
) -> Result<(), Fault> {
    let known = cx.cloud.job(cx.call.service, name).is_some();
    if !known {
        return Err(Fault::internal(format!("{} has no job {name}", cx.call.service)));
    }
    let last = cx.tx.scan::<Jobs>((due.millis(),)).next_back().map_or(0, |((_, order), _)| order + 1);
    let job = Job {
        service: cx.call.service.to_owned(),
        name: name.to_owned(),
        account: cx.call.account,
        region: cx.call.region,
        payload,
        arranged_by: cx.call.request_id.clone(),
    };
    cx.tx.put::<Jobs>((due.millis(), last), job);
    Ok(())
}
