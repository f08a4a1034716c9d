//! Organizations InviteAccountToOrganization. Real: accounts of this house, by number or address; the invitation runs out after fifteen days. Refused: accounts that are not here (they could not answer).

use super::prelude::*;

shape! {
    pub struct InviteAccountToOrganization {
        Target: wire::HandshakeParty,
        Notes: Option<String>,
        Tags: Option<Vec<Tag>>,
    }

    pub struct InviteAccountToOrganizationResponse {
        Handshake: wire::Handshake,
    }
}

impl Op for InviteAccountToOrganization {
    const NAME: &'static str = "InviteAccountToOrganization";
    const READ_ONLY: bool = false;
    type Output = InviteAccountToOrganizationResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = match self.Target.Type.as_str() {
            "ACCOUNT" => policy::on_entity(cx, "organizations:InviteAccountToOrganization", &self.Target.Id),
            _ => Ask::action("organizations:InviteAccountToOrganization"),
        };
        Ok(policy::with_tags(cx, ask, "account", self.Tags.as_deref()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<InviteAccountToOrganizationResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let stranger = || fault::invalid("INVALID_PARTY_TYPE_TARGET", "You specified an account that isn't in this Bastide.");
        let accounts = cx.ports().accounts.clone();
        let (account, by_email) = match self.Target.Type.as_str() {
            "ACCOUNT" => (self.Target.Id.parse().ok(), None),
            "EMAIL" => (organizations::by_email(cx.tx, &self.Target.Id), Some(self.Target.Id)),
            _ => return Err(fault::invalid("INVALID_PARTY_TYPE_TARGET", "You specified an invalid party type.")),
        };
        let account = account.filter(|account| accounts.exists(cx.tx, *account)).ok_or_else(stranger)?;
        let now = cx.now();
        let row = Handshake {
            id: fresh(cx, "h-", 32),
            action: Action::Invite,
            parent: None,
            organization: organization.id.clone(),
            management: organization.management,
            account,
            by_email,
            notes: self.Notes,
            requested: now,
            expires: wire::expiry(now),
            ended: None,
            tags: wire::tags(self.Tags)?,
        };
        handshakes::invite(cx.tx, &organization, row.clone())?;
        Ok(InviteAccountToOrganizationResponse { Handshake: wire::handshake(&cx.read(), &row) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_account_of_the_house_is_invited() {
        let lab = Lab::new();
        lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
        let invite = || json!({ "Target": { "Id": "{member}", "Type": "ACCOUNT" }, "Notes": "come back" });
        let handshake = lab.ok("InviteAccountToOrganization", invite())["Handshake"].clone();
        assert_eq!((&handshake["State"], &handshake["Action"]), (&json!("OPEN"), &json!("INVITE")));
        let parties = json!([{ "Id": lab.org, "Type": "ORGANIZATION" }, { "Id": lab.member, "Type": "ACCOUNT" }]);
        assert_eq!(handshake["Parties"], parties);
        assert_eq!(handshake["Resources"][2], json!({ "Value": "come back", "Type": "NOTES" }));
        assert!(lab.err("InviteAccountToOrganization", invite()).starts_with("DuplicateHandshakeException"));
    }

    #[test]
    fn not_who_is_in_one_or_nowhere() {
        let lab = Lab::new();
        let invite = |id: &str, kind: &str| {
            lab.err("InviteAccountToOrganization", json!({ "Target": { "Id": id, "Type": kind } }))
        };
        assert_eq!(
            invite("first@example.com", "EMAIL"),
            "HandshakeConstraintViolationException: The invited account is already a member of an organization."
        );
        assert!(invite("999999999999", "ACCOUNT").starts_with("InvalidInputException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("InviteAccountToOrganization", json!({ "Target": { "Id": "{member}", "Type": "ACCOUNT" } }), "arn:aws:organizations::{management}:account/{org}/{member}");
    }
}
