//! What a person reads of a decision.

use super::*;
use bastide_policy::PolicyTrace;

fn record(verdict: &str, error: serde_json::Value) -> CallRecord {
    serde_json::from_value(json!({
        "requestId": "6a9b", "time": 1_800_000_000_000_i64, "service": "iam", "operation": "CreateUser", "account": "123456789012",
        "region": "us-east-1", "sourceIp": "127.0.0.1", "userAgent": "aws-cli/1.46.3 md/x", "secure": false, "readOnly": false,
        "caller": {"principal": {"type": "User", "account": "123456789012", "path": "/", "name": "alice", "id": "AIDAX"}, "access_key_id": "AKIAX"},
        "decision": {"verdict": verdict}, "error": error,
    }))
    .unwrap()
}

fn statement(mismatch: Option<Mismatch>) -> StatementTrace {
    StatementTrace {
        index: 0,
        sid: None,
        effect: Effect::Allow,
        matched: mismatch.is_none(),
        reach: None,
        mismatch,
        exhausted: false,
    }
}

fn trace(outcome: Outcome, statement: StatementTrace) -> Trace {
    let policies =
        vec![PolicyTrace { policy: "arn:aws:iam::aws:policy/P".into(), grant: None, statements: vec![statement] }];
    Trace {
        principal: "arn:aws:iam::123456789012:user/alice".into(),
        action: "iam:CreateUser".into(),
        resource: "arn:aws:iam::123456789012:user/bob".into(),
        allowed: outcome == Outcome::Allowed,
        denied_by: None,
        layers: vec![LayerTrace { layer: Layer::Identity, level: None, outcome, policies }],
    }
}

#[test]
fn a_denial_names_what_did_not_match_and_ends_with_the_sentence() {
    let sentence = "User: alice is not authorized";
    let record = record("denied", json!({"code": "AccessDenied", "message": sentence, "status": 403}));
    let mismatch = Mismatch::Action { negated: false, wanted: vec!["iam:Get*".into(), "iam:List*".into()] };
    assert_eq!(
        text(&record, &[trace(Outcome::ImplicitDeny, statement(Some(mismatch)))]),
        "call     iam:CreateUser\n\
         by       arn:aws:iam::123456789012:user/alice (access key AKIAX)\n\
         from     127.0.0.1, plain HTTP, aws-cli/1.46.3\n\
         at       2027-01-15T08:00:00Z in us-east-1, account 123456789012\n\
         request  6a9b\n\
         answer   denied: AccessDenied (403)\n\
         \n\
         iam:CreateUser on arn:aws:iam::123456789012:user/bob: denied\n\
         \x20 identity-based policy: nothing allows\n\
         \x20   arn:aws:iam::aws:policy/P\n\
         \x20     · statement 1 (Allow) does not match: action iam:CreateUser is not in iam:Get*, iam:List*\n\
         \n\
         In the way:\n\
         \x20 no identity-based policy has {\"Effect\": \"Allow\", \"Action\": \"iam:CreateUser\", \"Resource\": \"arn:aws:iam::123456789012:user/bob\"}\n\
         \n\
         User: alice is not authorized"
    );
}

#[test]
fn what_is_in_the_way_is_every_deny_and_every_missing_allow() {
    let action = Mismatch::Action { negated: false, wanted: vec!["iam:Get*".into()] };
    let mut trace = trace(Outcome::ExplicitDeny, statement(Some(action)));
    trace.layers[0].policies[0].statements.push(StatementTrace { index: 1, effect: Effect::Deny, ..statement(None) });
    let said = |trace: &Trace| remedy::text(trace, true);
    let deny = "\n\nIn the way:\n  statement 2 of arn:aws:iam::aws:policy/P denies it";
    let missing =
        r#"{"Effect": "Allow", "Action": "iam:CreateUser", "Resource": "arn:aws:iam::123456789012:user/bob"}"#;
    assert_eq!(said(&trace), format!("{deny}\n  no identity-based policy has {missing}"));
    trace.layers[0].policies[0].statements[0].matched = true;
    assert_eq!(said(&trace), deny);
    trace.layers[0].outcome = Outcome::ImplicitDeny;
    trace.layers[0].layer = Layer::RoleTrust;
    assert!(said(&trace).ends_with(r#"no role trust policy has {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/alice"}, "Action": "iam:CreateUser"}"#));
    trace.layers.push(LayerTrace {
        layer: Layer::Identity,
        level: None,
        outcome: Outcome::ImplicitDeny,
        policies: Vec::new(),
    });
    assert!(!said(&trace).contains("no identity-based policy"), "naming the caller on the resource is enough");
    assert!(remedy::text(&trace, false).contains("no identity-based policy"), "another account's word is not");
}

#[test]
fn an_allowed_call_names_the_statement() {
    let said = text(&record("allowed", json!(null)), &[trace(Outcome::Allowed, statement(None))]);
    assert!(said.contains("✓ statement 1 (Allow) matches"), "{said}");
    assert!(
        said.ends_with("arn:aws:iam::123456789012:user/alice was allowed by statement 1 of arn:aws:iam::aws:policy/P."),
        "{said}"
    );
}

#[test]
fn a_condition_shows_the_value_seen() {
    let trace = trace(Outcome::ImplicitDeny, statement(None));
    let of = |seen: Option<Vec<String>>| {
        let (operator, key) = ("StringEquals".into(), "sts:ExternalId".into());
        mismatch_text(&Mismatch::Condition { operator, key, seen, wanted: vec!["garden".into()] }, &trace)
    };
    assert_eq!(of(None), "sts:ExternalId is not in the request, and StringEquals wants garden");
    assert_eq!(of(Some(vec!["x".into()])), "sts:ExternalId is x, and StringEquals wants garden");
    let not = Mismatch::Action { negated: true, wanted: (0..8).map(|n| format!("a:{n}")).collect() };
    assert_eq!(
        mismatch_text(&not, &trace),
        "action iam:CreateUser is in NotAction a:0, a:1, a:2, a:3, a:4, a:5 and 2 more"
    );
}

/// A layer with one policy of these statements.
fn layer(layer: Layer, outcome: Outcome, policy: &str, statements: Vec<StatementTrace>) -> LayerTrace {
    let policies = vec![PolicyTrace { policy: policy.into(), grant: None, statements }];
    LayerTrace { layer, level: None, outcome, policies }
}

fn condition(key: &str, seen: Option<&str>, wanted: &str) -> Mismatch {
    let seen = seen.map(|seen| vec![seen.to_owned()]);
    Mismatch::Condition { operator: "StringEquals".into(), key: key.into(), seen, wanted: vec![wanted.into()] }
}

#[test]
fn a_statement_that_nearly_allows_is_named_and_nothing_weaker_proposed() {
    let near = |mismatch| {
        let mut trace = trace(Outcome::ImplicitDeny, statement(None));
        trace.layers = vec![layer(Layer::RoleTrust, Outcome::ImplicitDeny, "role/r", vec![statement(Some(mismatch))])];
        remedy::text(&trace, true)
    };
    assert_eq!(
        near(condition("sts:ExternalId", Some("bad"), "secret1")),
        "\n\nIn the way:\n  no role trust policy allows it\n    \
         statement 1 of role/r would allow it, but sts:ExternalId is bad, and StringEquals wants secret1"
    );
    let somebody = Mismatch::Principal { negated: false, wanted: vec!["AIDAOTHER".into()] };
    assert_eq!(
        near(somebody),
        "\n\nIn the way:\n  no role trust policy allows it\n    statement 1 of role/r allows iam:CreateUser, but principal \
         arn:aws:iam::123456789012:user/alice is not in AIDAOTHER (a user's unique id)"
    );
}

#[test]
fn a_role_that_does_not_exist_has_no_trust_policy_to_show() {
    let mut denied = trace(Outcome::ImplicitDeny, statement(None));
    let nobody = StatementTrace { effect: Effect::Deny, ..statement(Some(condition("aws:userid", Some("AIDAX"), ""))) };
    denied.resource = "arn:aws:iam::123456789012:role/gone".into();
    denied.layers =
        vec![layer(Layer::RoleTrust, Outcome::ImplicitDeny, "arn:aws:iam::123456789012:role/gone", vec![nobody])];
    let said = text(&record("denied", json!({"code": "AccessDenied", "message": "no", "status": 403})), &[denied]);
    assert!(said.contains("\n  role trust policy: there is no such role\n"), "{said}");
    assert!(said.contains("In the way:\n  there is no role arn:aws:iam::123456789012:role/gone\n"), "{said}");
    assert!(!said.contains("userid") && !said.contains("Effect"), "{said}");
}

#[test]
fn what_only_limits_is_never_what_allowed() {
    let scp = || layer(Layer::ServiceControl, Outcome::Allowed, "FullAWSAccess", vec![statement(None)]);
    let allowed = |layers: Vec<LayerTrace>| {
        let mut trace = trace(Outcome::Allowed, statement(None));
        trace.layers.splice(0..0, layers);
        trace
    };
    let sentence = |trace: Trace| text(&record("allowed", json!(null)), &[trace]).lines().last().unwrap().to_owned();
    let alice = "arn:aws:iam::123456789012:user/alice";
    assert_eq!(
        sentence(allowed(vec![scp(), scp()])),
        format!(
            "{alice} was allowed by statement 1 of arn:aws:iam::aws:policy/P, within the limits of the service control policies."
        )
    );
    let mut root = allowed(vec![scp()]);
    root.layers[1] = LayerTrace { layer: Layer::Identity, level: None, outcome: Outcome::RootUser, policies: vec![] };
    assert_eq!(
        sentence(root),
        format!(
            "{alice} is the root user, whom identity policies do not bind, within the limits of the service control policies."
        )
    );
    let direct = StatementTrace { reach: Some(bastide_policy::Reach::Direct), ..statement(None) };
    let bucket = || layer(Layer::Resource, Outcome::Allowed, "shelf", vec![direct.clone()]);
    assert_eq!(
        sentence(allowed(vec![bucket()])),
        format!(
            "{alice} was allowed by statement 1 of shelf; statement 1 of arn:aws:iam::aws:policy/P would have been enough, too."
        )
    );
    // Another account's resource: both sides have to allow.
    let mut record = record("allowed", json!(null));
    let mut context = bastide_policy::Context::new();
    context.set("sts:ExternalId", "bad").set("aws:SecureTransport", "false").set("aws:RequestTag/team", "blue");
    let need = json!({"action": "iam:CreateUser", "resource": "x", "resourceAccount": "222222222222", "context": context,
        "policies": [], "resourceMustAllow": false, "sessionLimited": false, "allowed": true});
    record.decision.as_mut().unwrap().needs = vec![serde_json::from_value(need).unwrap()];
    let said = text(&record, &[allowed(vec![bucket()])]);
    assert!(
        said.ends_with(
            "by statement 1 of arn:aws:iam::aws:policy/P and statement 1 of shelf, which both had to allow it."
        ),
        "{said}"
    );
    assert!(said.contains("✓ statement 1 (Allow) matches, naming the caller\n"), "{said}");
    assert!(
        said.to_lowercase().contains("\n  the request has aws:requesttag/team blue; sts:externalid bad\n"),
        "{said}"
    );
}
