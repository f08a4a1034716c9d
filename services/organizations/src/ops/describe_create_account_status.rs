//! Organizations DescribeCreateAccountStatus. Real.

use super::prelude::*;

shape! {
    pub struct DescribeCreateAccountStatus {
        CreateAccountRequestId: String,
    }

    pub struct DescribeCreateAccountStatusResponse {
        CreateAccountStatus: wire::CreateAccountStatus,
    }
}

impl Op for DescribeCreateAccountStatus {
    const NAME: &'static str = "DescribeCreateAccountStatus";
    const READ_ONLY: bool = true;
    type Output = DescribeCreateAccountStatusResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:DescribeCreateAccountStatus"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribeCreateAccountStatusResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let row = members::creation(cx.tx, &organization.id, &self.CreateAccountRequestId)?;
        Ok(DescribeCreateAccountStatusResponse { CreateAccountStatus: wire::creation(&row) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_unknown_request_is_not_found() {
        let fault = Lab::new().err("DescribeCreateAccountStatus", json!({ "CreateAccountRequestId": "car-00000000" }));
        assert!(fault.starts_with("CreateAccountStatusNotFoundException"), "{fault}");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("DescribeCreateAccountStatus", json!({ "CreateAccountRequestId": "car-00000000" }), "*");
    }
}
