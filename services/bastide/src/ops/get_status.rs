//! Bastide GetStatus: how the house stands.

use crate::ask;
use bastide_base::Timestamp;
use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct GetStatus {}

    pub struct Output {
        Version: &'static str,
        Account: String,
        Time: Timestamp,
        Frozen: bool,
        Boot: i64,
        Records: i64,
        StateVersion: i64,
        StateHash: String,
        Services: Vec<String>,
        UnknownTables: Vec<String>,
    }
}

impl Op for GetStatus {
    const NAME: &'static str = "GetStatus";
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        ask(cx, "bastide:GetStatus", "*")
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        let cloud = cx.cloud();
        let hash = cx.tx.state_hash().map_err(Fault::internal)?;
        Ok(Output {
            Version: env!("CARGO_PKG_VERSION"),
            Account: cloud.management().to_string(),
            Time: cx.now(),
            Frozen: cloud.clock().state().frozen(),
            Boot: cloud.boot() as i64,
            Records: cloud.store().position().seq as i64,
            StateVersion: cx.tx.version() as i64,
            StateHash: hash.iter().map(|byte| format!("{byte:02x}")).collect(),
            Services: cloud.services().map(|service| service.name.to_owned()).collect(),
            UnknownTables: cloud.store().unknown_tables().map(str::to_owned).collect(),
        })
    }
}
