//! Bastide ExplainCall: a recorded call decided again, statement by statement, with the policies of its time.

use crate::{ask, fault};
use bastide_authz::re_evaluate;
use bastide_kernel::{Ask, CallRecord, Cx, Fault, Granted, Op, Read, shape};
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
        let call: CallRecord = serde_json::from_slice(&record.body).map_err(Fault::internal)?;

        let mut traces = Vec::new();
        if let Some((decision, principal)) =
            call.decision.as_ref().and_then(|decision| Some((decision, decision.principal.as_ref()?)))
        {
            let store = cx.cloud().store();
            let text =
                |hash: &str| store.document(&hash.parse().ok()?).ok()?.map(|document| document.text().to_owned());
            for need in &decision.needs {
                let trace = re_evaluate(principal, need, text)
                    .ok_or_else(|| Fault::internal("a policy text of this decision is gone"))?;
                traces.push(serde_json::to_value(trace).map_err(Fault::internal)?);
            }
        }
        Ok(Output { Record: serde_json::to_value(&call).map_err(Fault::internal)?, Traces: traces })
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
