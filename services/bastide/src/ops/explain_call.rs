//! Bastide ExplainCall: a recorded call decided again, statement by statement, with the policies of its time.
//!
//! The management account sees all of it. A member account sees its own calls, and of other accounts' policies (service and
//! resource control policies, and those of resources that are not its own) only what came of them: AWS tells a stranger no
//! more than its sentence does.

use crate::{ask, fault};
use bastide_authz::{Decided, re_evaluate};
use bastide_base::AccountId;
use bastide_kernel::{Ask, CallRecord, Cx, Fault, Granted, Op, Read, shape};
use bastide_policy::{Layer, LayerTrace, Mismatch};
use bastide_store::{Record, RecordQuery};

shape! {
    pub struct ExplainCall {
        RequestId: Option<String>,
    }

    pub struct Output {
        Record: serde_json::Value,
        Traces: Vec<serde_json::Value>,
    }
}

impl Op for ExplainCall {
    const NAME: &'static str = "ExplainCall";
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:ExplainCall", &format!("call/{}", self.RequestId.as_deref().unwrap_or("*")))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        let own = cx.account().to_string();
        let sees_all = cx.account() == cx.cloud().management();
        let found = match &self.RequestId {
            Some(id) => {
                let records = cx.cloud().store().records_by_request(id).map_err(Fault::internal)?;
                records.into_iter().map(|recorded| recorded.record).find(|record| sees_all || record.account == own)
            }
            None => last(cx, (!sees_all).then_some(own))?,
        };
        let what = self.RequestId.as_deref().map_or("There is no call to explain yet.".to_owned(), |id| {
            format!("There is no call with the request id {id}.")
        });
        let record = found.ok_or_else(|| fault::not_found(what))?;
        let mut call: CallRecord = serde_json::from_slice(&record.body).map_err(Fault::internal)?;

        let mut traces = Vec::new();
        if let Some((decision, principal)) =
            call.decision.as_ref().and_then(|decision| Some((decision, decision.principal.as_ref()?)))
        {
            let store = cx.cloud().store();
            let text =
                |hash: &str| store.document(&hash.parse().ok()?).ok()?.map(|document| document.text().to_owned());
            for need in &decision.needs {
                let cannot = || {
                    fault::invalid_request("A policy that applied to this call cannot be evaluated, so it was denied.")
                };
                let mut trace = re_evaluate(principal, need, text).ok_or_else(cannot)?;
                if !sees_all {
                    for layer in trace.layers.iter_mut() {
                        veil_layer(layer, is_foreign(need, &call.account));
                    }
                }
                traces.push(serde_json::to_value(trace).map_err(Fault::internal)?);
            }
        }
        if !sees_all && let Some(decision) = &mut call.decision {
            let own = call.account;
            decision.needs.iter_mut().for_each(|need| veil_need(need, is_foreign(need, &own)));
        }
        Ok(Output { Record: serde_json::to_value(&call).map_err(Fault::internal)?, Traces: traces })
    }
}

fn is_foreign(need: &Decided, own: &AccountId) -> bool {
    need.resource_account.as_ref().is_some_and(|account| *account != own.to_string())
}

/// Whether policies of this layer belong to somebody else.
fn is_veiled(layer: Layer, foreign: bool) -> bool {
    match layer {
        Layer::ResourceControl | Layer::ServiceControl | Layer::Endpoint => true,
        Layer::Resource | Layer::RoleTrust => foreign,
        Layer::Identity | Layer::Boundary | Layer::Session => false,
    }
}

/// What a foreign resource is like is not for the caller to see, not even through the conditions of its own policies.
fn is_of_resource(key: &str) -> bool {
    !key.starts_with("aws:") || key.starts_with("aws:ResourceTag/") || key.starts_with("aws:ResourceOrg")
}

fn veil_layer(layer: &mut LayerTrace, foreign: bool) {
    if is_veiled(layer.layer, foreign) {
        layer.policies.clear();
    }
    for statement in layer.policies.iter_mut().flat_map(|policy| &mut policy.statements) {
        if let Some(Mismatch::Condition { key, seen, .. }) = &mut statement.mismatch
            && foreign
            && is_of_resource(key)
        {
            *seen = None;
        }
    }
}

fn veil_need(need: &mut Decided, foreign: bool) {
    need.policies.retain(|policy| !is_veiled(policy.layer, foreign));
    if foreign {
        need.grants.clear();
        let keys: Vec<String> =
            need.context.iter().map(|(key, _)| key.to_owned()).filter(|key| is_of_resource(key)).collect();
        keys.iter().for_each(|key| need.context.remove(key));
    }
}

/// The newest call that is not the operator's own asking.
fn last(cx: &Cx<'_>, account: Option<String>) -> Result<Option<Record>, Fault> {
    let mut query = RecordQuery { account, ..RecordQuery::newest(100) };
    loop {
        let page = cx.cloud().store().records(&query).map_err(Fault::internal)?;
        if let Some(found) = page.records.into_iter().find(|recorded| recorded.record.service != "bastide") {
            return Ok(Some(found.record));
        }
        match page.next {
            Some(next) => query.before = Some(next),
            None => return Ok(None),
        }
    }
}
