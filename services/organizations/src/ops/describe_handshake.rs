//! Organizations DescribeHandshake. Real: for both sides.

use super::prelude::*;

shape! {
    pub struct DescribeHandshake {
        HandshakeId: String,
    }

    pub struct DescribeHandshakeResponse {
        Handshake: wire::Handshake,
    }
}

impl Op for DescribeHandshake {
    const NAME: &'static str = "DescribeHandshake";
    const READ_ONLY: bool = true;
    type Output = DescribeHandshakeResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_handshake(cx, "organizations:DescribeHandshake", &self.HandshakeId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribeHandshakeResponse, Fault> {
        let row = handshakes::get(cx.tx, &self.HandshakeId, cx.account())?;
        Ok(DescribeHandshakeResponse { Handshake: wire::handshake(&cx.read(), &row) })
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
    fn both_sides_see_it_and_nobody_else() {
        let (lab, id) = invited();
        let input = || json!({ "HandshakeId": id });
        let seen = lab.ok("DescribeHandshake", input());
        assert_eq!(seen, lab.ok_by(&lab.root_of(&lab.member), "DescribeHandshake", input()));
        let third = lab.root_of(&lab.account("Third"));
        assert_eq!(lab.err_by(&third, "DescribeHandshake", input()), NOT_YOURS);
        assert_eq!(
            lab.err("DescribeHandshake", json!({ "HandshakeId": "h-00000000" })),
            "HandshakeNotFoundException: You specified a handshake that doesn't exist."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies_users("DescribeHandshake", json!({ "HandshakeId": "h-00000000" }), "arn:aws:organizations::{management}:handshake/{org}/invite/h-00000000");
    }
}
