//! STS GetCallerIdentity. Real: every kind of principal.

use bastide_kernel::{Ask, Cx, Fault, Granted, Op, Read, shape};

shape! {
    pub struct GetCallerIdentity {}

    pub struct Output {
        UserId: String,
        Account: String,
        Arn: String,
    }
}

impl Op for GetCallerIdentity {
    const NAME: &'static str = "GetCallerIdentity";
    const READ_ONLY: bool = true;
    type Output = Output;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::exempt(
            "AWS STS API Reference, GetCallerIdentity: no permissions are required, and a deny does not apply",
        ))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Output, Fault> {
        let principal = &cx.caller().principal;
        Ok(Output { UserId: principal.user_id(), Account: cx.account().to_string(), Arn: principal.arn() })
    }
}
