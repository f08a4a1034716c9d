//! Organizations CancelHandshake. Real: by the account that invited.

use super::prelude::*;

shape! {
    pub struct CancelHandshake {
        HandshakeId: String,
    }

    pub struct CancelHandshakeResponse {
        Handshake: wire::Handshake,
    }
}

impl Op for CancelHandshake {
    const NAME: &'static str = "CancelHandshake";
    const READ_ONLY: bool = false;
    type Output = CancelHandshakeResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_handshake(cx, "organizations:CancelHandshake", &self.HandshakeId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CancelHandshakeResponse, Fault> {
        let (account, now) = (cx.account(), cx.now());
        let row = handshakes::end(cx.tx, &self.HandshakeId, account, HandshakeEnd::Canceled, now)?;
        Ok(CancelHandshakeResponse { Handshake: wire::handshake(&cx.read(), &row) })
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
    fn who_invited_takes_it_back() {
        let (lab, id) = invited();
        let root = lab.root_of(&lab.member);
        let input = || json!({ "HandshakeId": id });
        assert_eq!(lab.err_by(&root, "CancelHandshake", input()), NOT_YOURS);
        assert_eq!(lab.ok("CancelHandshake", input())["Handshake"]["State"], "CANCELED");
        assert!(lab.err_by(&root, "AcceptHandshake", input()).starts_with("InvalidHandshakeTransitionException"));
        assert!(lab.err("CancelHandshake", input()).starts_with("HandshakeAlreadyInStateException"));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("CancelHandshake", json!({ "HandshakeId": "h-00000000" }), "arn:aws:organizations::{management}:handshake/{org}/invite/h-00000000");
    }
}
