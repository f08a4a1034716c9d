//! Organizations ListCreateAccountStatus. Real: states select.

use super::prelude::*;

shape! {
    pub struct ListCreateAccountStatus {
        States: Option<Vec<String>>,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListCreateAccountStatusResponse {
        CreateAccountStatuses: Vec<wire::CreateAccountStatus>,
        NextToken: Option<String>,
    }
}

impl Op for ListCreateAccountStatus {
    const NAME: &'static str = "ListCreateAccountStatus";
    const READ_ONLY: bool = true;
    type Output = ListCreateAccountStatusResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:ListCreateAccountStatus"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListCreateAccountStatusResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let states = self.States.unwrap_or_default();
        let wanted = |row: &Creation| states.is_empty() || states.iter().any(|state| state == row.state.word());
        let items = members::creations(cx.tx, &organization.id).filter(|(_, row)| wanted(row));
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?.map(|row| wire::creation(&row));
        Ok(ListCreateAccountStatusResponse { CreateAccountStatuses: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn states_select() {
        let lab = Lab::new();
        lab.ok("CreateAccount", json!({ "AccountName": "Two", "Email": "two@example.com" }));
        let names = |states| {
            let found = lab.ok("ListCreateAccountStatus", json!({ "States": states }));
            let all = found["CreateAccountStatuses"].as_array().unwrap().clone();
            all.iter().map(|status| status["AccountName"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(names(json!(["IN_PROGRESS"])), ["Two"]);
        assert_eq!(names(json!(["SUCCEEDED"])), ["First"]);
        assert_eq!(names(json!(["FAILED"])), [""; 0]);
        assert_eq!(names(json!(["IN_PROGRESS", "SUCCEEDED"])).len(), 2);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListCreateAccountStatus", json!({}), "*");
    }
}
