//! Organizations DeclineHandshake. Real: by the invited account.

use super::prelude::*;

shape! {
    pub struct DeclineHandshake {
        HandshakeId: String,
    }

    pub struct DeclineHandshakeResponse {
        Handshake: wire::Handshake,
    }
}

impl Op for DeclineHandshake {
    const NAME: &'static str = "DeclineHandshake";
    const READ_ONLY: bool = false;
    type Output = DeclineHandshakeResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_handshake(cx, "organizations:DeclineHandshake", &self.HandshakeId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DeclineHandshakeResponse, Fault> {
        let (account, now) = (cx.account(), cx.now());
        let row = handshakes::end(cx.tx, &self.HandshakeId, account, HandshakeEnd::Declined, now)?;
        Ok(DeclineHandshakeResponse { Handshake: wire::handshake(&cx.read(), &row) })
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
    fn who_declines_stays_out() {
        let (lab, id) = invited();
        let root = lab.root_of(&lab.member);
        let input = || json!({ "HandshakeId": id });
        assert_eq!(lab.err("DeclineHandshake", input()), NOT_YOURS);
        assert_eq!(lab.ok_by(&root, "DeclineHandshake", input())["Handshake"]["State"], "DECLINED");
        assert!(lab.err_by(&root, "AcceptHandshake", input()).starts_with("InvalidHandshakeTransitionException"));
        assert!(lab.err_by(&root, "DescribeOrganization", json!({})).starts_with("AWSOrganizationsNotInUseException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("DeclineHandshake", json!({ "HandshakeId": "h-00000000" }), "arn:aws:organizations::{management}:handshake/{org}/invite/h-00000000");
    }
}
