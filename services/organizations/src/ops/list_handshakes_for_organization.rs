//! Organizations ListHandshakesForOrganization. Real: those of the organization, open or ended within thirty days.

use super::prelude::*;

shape! {
    pub struct ListHandshakesForOrganization {
        Filter: Option<wire::HandshakeFilter>,
        NextToken: Option<String>,
        MaxResults: Option<u32>,
    }

    pub struct ListHandshakesForOrganizationResponse {
        Handshakes: Vec<wire::Handshake>,
        NextToken: Option<String>,
    }
}

impl Op for ListHandshakesForOrganization {
    const NAME: &'static str = "ListHandshakesForOrganization";
    const READ_ONLY: bool = true;
    type Output = ListHandshakesForOrganizationResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:ListHandshakesForOrganization"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListHandshakesForOrganizationResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let filter = self.Filter.as_ref();
        let items = handshakes::list(cx.tx, cx.now(), |row| wire::passes(filter, row) && row.organization == organization.id);
        let page = page(Self::NAME, self.NextToken.as_deref(), self.MaxResults, items)?;
        let page = page.map(|row| wire::handshake(&cx.read(), &row));
        Ok(ListHandshakesForOrganizationResponse { Handshakes: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    fn invited() -> (Lab, String) {
        let lab = Lab::new();
        lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
        let made = lab.ok("InviteAccountToOrganization", json!({ "Target": { "Id": "first@example.com", "Type": "EMAIL" } }));
        let id = made["Handshake"]["Id"].as_str().unwrap().to_owned();
        (lab, id)
    }

    #[test]
    fn ended_ones_are_shown_for_a_month() {
        let (lab, id) = invited();
        let client = lab.house.root();
        let states = || {
            let found = lab.ok_by(&client, "ListHandshakesForOrganization", json!({}));
            let all = found["Handshakes"].as_array().unwrap().clone();
            all.iter().map(|row| row["State"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
        };
        assert_eq!(states(), ["OPEN"]);
        let other = json!({ "Filter": { "ActionType": "ENABLE_ALL_FEATURES" } });
        assert_eq!(lab.ok_by(&client, "ListHandshakesForOrganization", other)["Handshakes"], json!([]));
        lab.ok("CancelHandshake", json!({ "HandshakeId": id }));
        assert_eq!(states(), ["CANCELED"]);
        lab.house.advance(30 * DAY);
        assert_eq!(states(), [""; 0]);
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListHandshakesForOrganization", json!({}), "*");
    }
}
