//! Organizations EnableAllFeatures. Real: members that were invited approve, then the management account accepts its own handshake; ninety days.

use super::prelude::*;

shape! {
    pub struct EnableAllFeatures {}

    pub struct EnableAllFeaturesResponse {
        Handshake: wire::Handshake,
    }
}

impl Op for EnableAllFeatures {
    const NAME: &'static str = "EnableAllFeatures";
    const READ_ONLY: bool = false;
    type Output = EnableAllFeaturesResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("organizations:EnableAllFeatures"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<EnableAllFeaturesResponse, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        let ids: Vec<String> = (0..=ACCOUNTS_MAX).map(|_| fresh(cx, "h-", 32)).collect();
        let now = cx.now();
        let expires = now.plus_secs(FEATURES_DAYS * DAY_SECS);
        let row = handshakes::enable_all_features(cx.tx, &organization, ids.into_iter(), now, expires)?;
        Ok(EnableAllFeaturesResponse { Handshake: wire::handshake(&cx.read(), &row) })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    /// An organization with consolidated billing and one account that was invited.
    fn billed() -> Lab {
        let lab = Lab::new();
        lab.ok("RemoveAccountFromOrganization", json!({ "AccountId": "{member}" }));
        lab.ok("DeleteOrganization", json!({}));
        lab.ok("CreateOrganization", json!({ "FeatureSet": "CONSOLIDATED_BILLING" }));
        let invited = lab.ok("InviteAccountToOrganization", json!({ "Target": { "Id": "{member}", "Type": "ACCOUNT" } }));
        let id = json!({ "HandshakeId": invited["Handshake"]["Id"] });
        lab.ok_by(&lab.root_of(&lab.member), "AcceptHandshake", id);
        lab
    }

    fn features(lab: &Lab) -> String {
        lab.ok("DescribeOrganization", json!({}))["Organization"]["FeatureSet"].as_str().unwrap().to_owned()
    }

    #[test]
    fn members_approve_and_the_management_account_finishes() {
        let lab = billed();
        let root = lab.root_of(&lab.member);
        let whole = lab.ok("EnableAllFeatures", json!({}))["Handshake"].clone();
        assert_eq!((&whole["State"], &whole["Action"]), (&json!("REQUESTED"), &json!("ENABLE_ALL_FEATURES")));
        let id = || json!({ "HandshakeId": whole["Id"] });
        assert!(lab.err("AcceptHandshake", id()).starts_with("InvalidHandshakeTransitionException"));
        let again = lab.err("EnableAllFeatures", json!({}));
        assert!(again.starts_with("HandshakeConstraintViolationException: The organization has already started"), "{again}");
        let invite = json!({ "Target": { "Id": "{member}", "Type": "ACCOUNT" } });
        assert!(lab.err("InviteAccountToOrganization", invite).starts_with("HandshakeConstraintViolationException"));

        let filter = json!({ "Filter": { "ActionType": "APPROVE_ALL_FEATURES" } });
        let part = lab.ok_by(&root, "ListHandshakesForAccount", filter)["Handshakes"][0].clone();
        let parents = json!({ "Filter": { "ParentHandshakeId": whole["Id"] } });
        let listed = lab.ok("ListHandshakesForOrganization", parents);
        assert_eq!(listed["Handshakes"], json!([part]));
        lab.ok_by(&root, "AcceptHandshake", json!({ "HandshakeId": part["Id"] }));
        assert_eq!(features(&lab), "CONSOLIDATED_BILLING");
        assert_eq!(lab.ok("DescribeHandshake", id())["Handshake"]["State"], "OPEN");
        assert_eq!(lab.ok("AcceptHandshake", id())["Handshake"]["State"], "ACCEPTED");
        assert_eq!(features(&lab), "ALL");
        let again = lab.err("EnableAllFeatures", json!({}));
        assert!(again.starts_with("HandshakeConstraintViolationException: The organization already has"), "{again}");
    }

    #[test]
    fn who_declines_stops_it_until_it_is_begun_anew() {
        let lab = billed();
        let root = lab.root_of(&lab.member);
        let part = |lab: &Lab| {
            let filter = json!({ "Filter": { "ActionType": "APPROVE_ALL_FEATURES" } });
            let all = lab.ok_by(&root, "ListHandshakesForAccount", filter)["Handshakes"].clone();
            all.as_array().unwrap().iter().find(|row| row["State"] == "OPEN").map(|row| json!({ "HandshakeId": row["Id"] }))
        };
        let whole = json!({ "HandshakeId": lab.ok("EnableAllFeatures", json!({}))["Handshake"]["Id"] });
        lab.ok_by(&root, "DeclineHandshake", part(&lab).unwrap());
        assert!(lab.err("AcceptHandshake", whole.clone()).starts_with("InvalidHandshakeTransitionException"));
        lab.ok("CancelHandshake", whole);
        let whole = json!({ "HandshakeId": lab.ok("EnableAllFeatures", json!({}))["Handshake"]["Id"] });
        assert!(part(&lab).is_some());
        lab.ok("CancelHandshake", whole);
        assert!(part(&lab).is_none(), "the parts are cancelled with the whole");
        assert_eq!(features(&lab), "CONSOLIDATED_BILLING");
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("EnableAllFeatures", json!({}), "*");
    }
}
