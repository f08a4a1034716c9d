//! Organizations AcceptHandshake. Real: the invited account joins below the root; a member approves all features, and the management account finishes.

use super::prelude::*;

shape! {
    pub struct AcceptHandshake {
        HandshakeId: String,
    }

    pub struct AcceptHandshakeResponse {
        Handshake: wire::Handshake,
    }
}

impl Op for AcceptHandshake {
    const NAME: &'static str = "AcceptHandshake";
    const READ_ONLY: bool = false;
    type Output = AcceptHandshakeResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_handshake(cx, "organizations:AcceptHandshake", &self.HandshakeId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<AcceptHandshakeResponse, Fault> {
        let (account, now) = (cx.account(), cx.now());
        let row = handshakes::end(cx.tx, &self.HandshakeId, account, HandshakeEnd::Accepted, now)?;
        Ok(AcceptHandshakeResponse { Handshake: wire::handshake(&cx.read(), &row) })
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
    fn who_accepts_is_in() {
        let (lab, id) = invited();
        let root = lab.root_of(&lab.member);
        let input = || json!({ "HandshakeId": id });
        assert_eq!(lab.err("AcceptHandshake", input()), NOT_YOURS);
        let done = lab.ok_by(&root, "AcceptHandshake", input());
        assert_eq!(done["Handshake"]["State"], "ACCEPTED");
        let found = lab.ok("DescribeAccount", json!({ "AccountId": "{member}" }));
        assert_eq!(found["Account"]["JoinedMethod"], "INVITED");
        assert_eq!(found["Account"]["Paths"], json!([lab.fill("{org}/{root}/{member}/")]));
        lab.ok("AttachPolicy", json!({ "PolicyId": "{scp}", "TargetId": "{root}" }));
        assert_eq!(root.call("iam", "CreateUser", json!({ "UserName": "eve" })).unwrap_err().code, "AccessDenied");
        assert_eq!(
            lab.err_by(&root, "AcceptHandshake", input()),
            "HandshakeAlreadyInStateException: The specified handshake is already in the requested state."
        );
    }

    #[test]
    fn an_invitation_runs_out_by_the_clock() {
        let (lab, id) = invited();
        let root = lab.root_of(&lab.member);
        lab.house.advance(15 * DAY);
        assert_eq!(lab.ok("DescribeHandshake", json!({ "HandshakeId": id }))["Handshake"]["State"], "EXPIRED");
        assert!(lab.err_by(&root, "AcceptHandshake", json!({ "HandshakeId": id })).starts_with("InvalidHandshakeTransition"));
        let again = json!({ "Target": { "Id": "{member}", "Type": "ACCOUNT" } });
        let id = lab.ok("InviteAccountToOrganization", again)["Handshake"]["Id"].clone();
        lab.ok_by(&root, "AcceptHandshake", json!({ "HandshakeId": id }));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("AcceptHandshake", json!({ "HandshakeId": "h-00000000" }), "arn:aws:organizations::{management}:handshake/{org}/invite/h-00000000");
    }
}
