//! Bastide ListCalls: the record, newest first. A member account sees its own calls, the management account all.

use crate::ask;
use bastide_base::Timestamp;
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};
use bastide_store::RecordQuery;

shape! {
    pub struct ListCalls {
        Account: Option<String>,
        Principal: Option<String>,
        Service: Option<String>,
        Operation: Option<String>,
        Verdict: Option<String>,
        ErrorCode: Option<String>,
        Since: Option<Timestamp>,
        Before: Option<i64>,
        Limit: Option<i64>,
    }

    pub struct Call {
        Sequence: i64,
        Time: Timestamp,
        RequestId: String,
        Account: String,
        Principal: String,
        Service: String,
        Operation: String,
        Verdict: String,
        ErrorCode: Option<String>,
    }

    pub struct Output {
        Calls: Vec<Call>,
        Next: Option<i64>,
    }
}

const LIMIT: usize = 50;

impl Op for ListCalls {
    const NAME: &'static str = "ListCalls";
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:ListCalls", "*")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        let own = cx.account();
        let account = if own == cx.cloud().management() { self.Account } else { Some(own.to_string()) };
        let query = RecordQuery {
            account,
            principal: self.Principal,
            service: self.Service,
            action: self.Operation,
            verdict: self.Verdict,
            error: self.ErrorCode,
            since: self.Since,
            until: None,
            before: self.Before.map(|before| before.max(0) as u64),
            limit: self.Limit.map_or(LIMIT, |limit| limit as usize),
        };
        let page = cx.cloud().store().records(&query).map_err(Fault::internal)?;
        let call = |recorded: bastide_store::Recorded| {
            let record = recorded.record;
            Call {
                Sequence: recorded.seq as i64,
                Time: record.time,
                RequestId: record.request_id,
                Account: record.account.into_owned(),
                Principal: record.principal.into_owned(),
                Service: record.service.into_owned(),
                Operation: record.action.into_owned(),
                Verdict: record.verdict.into_owned(),
                ErrorCode: Some(record.error.into_owned()).filter(|code| !code.is_empty()),
            }
        };
        Ok(Output { Calls: page.records.into_iter().map(call).collect(), Next: page.next.map(|next| next as i64) })
    }
}
