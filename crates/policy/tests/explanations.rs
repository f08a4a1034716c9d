//! AWS's sentence ("Troubleshoot access denied error messages") and our explanation.

mod support;

use bastide_policy::{Effect, Layer, Mismatch, Outcome, PrincipalFacts, Trace};
use serde_json::json;
use support::*;

const DENY_FOR_ALL: &str = r#"{"Effect":"Deny","Principal":"*","Action":"*","Resource":"*"}"#;

#[track_caller]
fn says(case: &Case, who: &str, reason: &str) {
    let expect =
        format!("User: {who} is not authorized to perform: {} on resource: {} {reason}", case.action, case.resource);
    assert_eq!(case.sentence(), expect);
}

#[test]
fn the_sentence_of_an_implicit_deny() {
    let user = || user().action("codecommit:ListRepositories").on("*");
    let nothing = |kind: &str| format!("because no {kind} allows the codecommit:ListRepositories action");
    says(&user(), USER, &nothing("identity-based policy"));
    says(&user().scp(&[SHUT]), USER, &nothing("service control policy"));
    says(&user().rcp(&[]), USER, &nothing("resource control policy"));
    says(&user().endpoint(SHUT), USER, &nothing("VPC endpoint policy"));
    says(&user().identity(OPEN).boundary(SHUT), USER, &nothing("permissions boundary"));
    says(&user().identity(OPEN).must_allow(), USER, &nothing("resource-based policy"));
    says(
        &session().identity(OPEN).session(&[SHUT]),
        SESSION,
        "because no session policy allows the s3:GetObject action",
    );
    let trust = user()
        .action("sts:AssumeRole")
        .trust(r#"{"Effect":"Allow","Principal":{"Service":"ec2.amazonaws.com"},"Action":"sts:AssumeRole"}"#);
    says(&trust, USER, "because no role trust policy allows the sts:AssumeRole action");
}

/// AWS Security Blog, "Enhanced access denied error messages with policy ARNs": which kinds name the policy, and to whom.
#[test]
fn the_sentence_of_an_explicit_deny_names_the_policy_among_friends() {
    let open = || user().identity(OPEN);
    let scp = "arn:aws:organizations::999999999999:policy/o-x/service_control_policy/p-1";
    let rcp = "arn:aws:organizations::999999999999:policy/o-x/resource_control_policy/p-0";
    says(
        &open().identity(DENY),
        USER,
        "with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/p1",
    );
    says(&open().scp(&[OPEN, DENY]), USER, &format!("with an explicit deny in a service control policy: {scp}"));
    says(&open().rcp(&[DENY_FOR_ALL]), USER, &format!("with an explicit deny in a resource control policy: {rcp}"));
    says(
        &open().boundary(DENY),
        USER,
        "with an explicit deny in a permissions boundary: arn:aws:iam::111122223333:policy/b0",
    );
    says(
        &session().identity(OPEN).session(&[DENY]),
        SESSION,
        "with an explicit deny in a session policy: arn:aws:iam::111122223333:policy/s0",
    );
    says(&open().endpoint(DENY_FOR_ALL), USER, "with an explicit deny in a VPC endpoint policy");
    says(&open().resource_policy(DENY_FOR_ALL), USER, "with an explicit deny in a resource-based policy");
    let trust = open().action("sts:AssumeRole").trust(r#"{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}"#);
    says(&trust, USER, "with an explicit deny in the role trust policy");

    let stranger = open().identity(DENY).owned_by(OTHER);
    says(&stranger, USER, "with an explicit deny in an identity-based policy");
    let friend = stranger.with("aws:PrincipalOrgID", "o-x").with("aws:ResourceOrgID", "o-x");
    says(&friend, USER, "with an explicit deny in an identity-based policy: arn:aws:iam::111122223333:policy/p1");
}

fn statements(trace: &Trace, layer: Layer) -> Vec<(bool, Option<Mismatch>)> {
    let layers = trace.layers.iter().filter(|one| one.layer == layer);
    layers
        .flat_map(|one| &one.policies)
        .flat_map(|policy| &policy.statements)
        .map(|one| (one.matched, one.mismatch.clone()))
        .collect()
}

#[test]
fn a_statement_that_does_not_apply_says_what_did_not_match_first() {
    let own = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let trace = user()
        .with("aws:SourceIp", "8.8.8.8")
        .identity(r#"{"Sid":"A","Effect":"Allow","Action":["s3:Put*","iam:*"],"Resource":"*"}"#)
        .identity(r#"{"Effect":"Allow","NotAction":"s3:*","Resource":"*"}"#)
        .identity(r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::other/*"}"#)
        .identity(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"Bool":{"aws:MultiFactorAuthPresent":"true"}}}"#)
        .identity(r#"{"Effect":"Allow","Action":"s3:*","Resource":"*","Condition":{"ForAnyValue:IpAddressIfExists":{"AWS:sourceip":["10.0.0.0/8"]}}}"#)
        .resource_policy(&grant_to(&aws(ROLE)))
        .trace();
    assert_eq!(trace.denied_by, Some(Layer::Identity));
    assert_eq!(
        statements(&trace, Layer::Identity),
        [
            (false, Some(Mismatch::Action { negated: false, wanted: own(&["s3:Put*", "iam:*"]) })),
            (false, Some(Mismatch::Action { negated: true, wanted: own(&["s3:*"]) })),
            (false, Some(Mismatch::Resource { negated: false, wanted: own(&["arn:aws:s3:::other/*"]) })),
            (
                false,
                Some(Mismatch::Condition {
                    operator: "Bool".to_owned(),
                    key: "aws:MultiFactorAuthPresent".to_owned(),
                    seen: None,
                    wanted: own(&["true"]),
                })
            ),
            (
                false,
                Some(Mismatch::Condition {
                    operator: "ForAnyValue:IpAddressIfExists".to_owned(),
                    key: "AWS:sourceip".to_owned(),
                    seen: Some(own(&["8.8.8.8"])),
                    wanted: own(&["10.0.0.0/8"]),
                })
            ),
        ]
    );
    assert_eq!(
        statements(&trace, Layer::Resource),
        [(false, Some(Mismatch::Principal { negated: false, wanted: own(&[ROLE]) }))]
    );
    assert_eq!(trace.layers[1].policies[0].statements[0].sid.as_deref(), Some("A"));
}

#[test]
fn the_layers_come_in_order_and_say_what_they_came_to() {
    let trace = session()
        .identity(SHUT)
        .boundary(SHUT)
        .session(&[OPEN])
        .resource_policy(&grant_to(&aws(SESSION)))
        .scp(&[OPEN])
        .scp(&[OPEN])
        .rcp(&[r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#])
        .trace();
    let outcomes: Vec<_> = trace.layers.iter().map(|layer| (layer.layer, layer.level, layer.outcome)).collect();
    assert!(trace.allowed);
    assert_eq!(
        outcomes,
        [
            (Layer::ResourceControl, Some(0), Outcome::Allowed),
            (Layer::ServiceControl, Some(0), Outcome::Allowed),
            (Layer::ServiceControl, Some(1), Outcome::Allowed),
            (Layer::Resource, None, Outcome::Allowed),
            (Layer::Identity, None, Outcome::NotNeeded),
            (Layer::Boundary, None, Outcome::NotNeeded),
            (Layer::Session, None, Outcome::Allowed),
        ]
    );
    let mut managing = root().scp(&[DENY]);
    managing.principal.is_management_account = true;
    let outcomes: Vec<_> = managing.trace().layers.iter().map(|layer| layer.outcome).collect();
    assert_eq!(outcomes, [Outcome::DoesNotApply, Outcome::RootUser]);
    let anonymous = by(PrincipalFacts::anonymous()).trace();
    assert_eq!(
        anonymous.layers.iter().map(|layer| (layer.layer, layer.outcome)).collect::<Vec<_>>(),
        [(Layer::Resource, Outcome::ImplicitDeny)]
    );
}

#[test]
fn a_trace_is_stored_and_printed_as_json() {
    let trace = user().identity(r#"{"Sid":"Own","Effect":"Deny","Action":"s3:*","Resource":"*"}"#).trace();
    let stored = serde_json::to_value(&trace).unwrap();
    assert_eq!(
        stored,
        json!({
            "Principal": USER, "Action": "s3:GetObject", "Resource": OBJECT, "Allowed": false, "DeniedBy": "Identity",
            "Layers": [{
                "Layer": "Identity", "Outcome": "ExplicitDeny",
                "Policies": [{
                    "Policy": "arn:aws:iam::111122223333:policy/p0",
                    "Statements": [{ "Index": 0, "Sid": "Own", "Effect": "Deny", "Matched": true }],
                }],
            }],
        })
    );
    let again: Trace = serde_json::from_value(stored).unwrap();
    assert_eq!(again, trace);
    assert_eq!(again.layers[0].policies[0].statements[0].effect, Effect::Deny);
    let missed = user().identity(r#"{"Effect":"Allow","Action":"iam:*","Resource":"*"}"#).trace();
    let stored = serde_json::to_value(&missed.layers[0].policies[0].statements[0]).unwrap();
    assert_eq!(stored["Mismatch"], json!({ "Element": "Action", "Negated": false, "Wanted": ["iam:*"] }));
}
