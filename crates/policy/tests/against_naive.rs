//! The evaluator against a second one (`naive/`), on random documents and requests.
//!
//! `BASTIDE_POLICY_CASES=1000000 cargo test -p bastide-policy --test against_naive` runs longer.

mod naive;

use bastide_policy::{
    Context, Effect, Outcome, Policies, Policy, PolicyKind, PrincipalFacts, Reach, Request, ResourceSource, Source,
    Trace, Verdict, evaluate, explain,
};
use naive::Documents;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Map, Value, json};

const ACCOUNT: &str = "111122223333";
const OTHER: &str = "444455556666";
const USER: &str = "arn:aws:iam::111122223333:user/a/alice";
const ROLE: &str = "arn:aws:iam::111122223333:role/app";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/app/run";
const FEDERATED: &str = "arn:aws:sts::111122223333:federated-user/fred";

const ACTIONS: [&str; 4] = ["s3:GetObject", "S3:PutObject", "iam:PassRole", "kms:Decrypt"];
const ACTION_PATTERNS: [&str; 12] = [
    "*",
    "*",
    "s3:*",
    "s3:Get*",
    "s3:getobject",
    "S3:?utObject",
    "iam:PassRole",
    "*:*",
    "kms:De*t",
    "iam:*Role",
    "*:Put*",
    "KMS:decrypt",
];
const RESOURCES: [&str; 6] = [
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/alice/x:y",
    "arn:aws:s3:::b/*",
    "arn:aws:iam::111122223333:role/app",
    "arn:aws:kms:eu-west-1:111122223333:key/1",
    "*",
];
const RESOURCE_PATTERNS: [&str; 16] = [
    "*",
    "*",
    "*",
    "arn:aws:s3:::b",
    "arn:aws:s3:::b/*",
    "arn:aws:s3:::b*",
    "arn:aws:s3:::b/${aws:username}/*",
    "arn:aws:s3:::b/${aws:PrincipalTag/team, 'alice'}/?*",
    "arn:aws:s3:::b/${*}",
    "arn:aws:kms:*",
    "arn:aws:*:eu-*-1:*",
    "arn:*:kms:e*-1:111122223333:key/?",
    "arn:aws:iam::*:role/*",
    "arn:aws:iam::${aws:PrincipalAccount}:role/app",
    "arn:aws:k?s:*:key/1",
    "arn:aws:s3:::b/al?ce/*:y",
];
const KEYS: [&str; 8] = [
    "aws:username",
    "aws:PrincipalTag/team",
    "aws:TagKeys",
    "aws:SourceIp",
    "aws:CurrentTime",
    "aws:SourceArn",
    "s3:max-keys",
    "aws:SecureTransport",
];
const VALUES: [&str; 24] = [
    "alice",
    "Alice",
    "",
    "al*",
    "a?ice",
    "*",
    "é",
    "${aws:username}",
    "${AWS:PrincipalTag/Team, 'red'}",
    "${aws:TagKeys}",
    "${*}lice",
    "10",
    "10.5",
    "-3",
    "true",
    "False",
    "2026-01-01T00:00:00Z",
    "1767225600",
    "203.0.113.7",
    "203.0.113.0/24",
    "2001:db8::/32",
    "YWxpY2U=",
    "arn:aws:sns:eu-west-1:111122223333:t",
    "arn:aws:sns:*:*:t*",
];
const SEEN: [&str; 14] = [
    "alice",
    "ALICE",
    "",
    "red",
    "*lice",
    "é",
    "10",
    "11",
    "true",
    "2026-01-01T00:00:00Z",
    "203.0.113.7",
    "2001:db8::1",
    "YWxpY2U=",
    "arn:aws:sns:eu-west-1:111122223333:t",
];
const OPERATORS: [&str; 27] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringNotEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericNotEquals",
    "NumericLessThan",
    "NumericLessThanEquals",
    "NumericGreaterThan",
    "NumericGreaterThanEquals",
    "DateEquals",
    "DateNotEquals",
    "DateLessThan",
    "DateLessThanEquals",
    "DateGreaterThan",
    "DateGreaterThanEquals",
    "Bool",
    "BinaryEquals",
    "IpAddress",
    "NotIpAddress",
    "ArnEquals",
    "ArnLike",
    "ArnNotEquals",
    "ArnNotLike",
    "Null",
];

fn callers() -> Vec<PrincipalFacts> {
    let session = PrincipalFacts::role_session(ROLE, SESSION).with_unique_id("AROAEXAMPLE");
    let mut managing = PrincipalFacts::user(USER);
    managing.is_management_account = true;
    let mut linked = session.clone();
    linked.is_service_linked_role = true;
    let mut canonical = PrincipalFacts::user(USER).with_unique_id("AIDAEXAMPLE");
    canonical.canonical_id = Some("abc123".to_owned());
    vec![
        PrincipalFacts::root(ACCOUNT),
        canonical,
        PrincipalFacts::user(USER),
        session.clone(),
        session,
        PrincipalFacts::federated_user(FEDERATED, USER),
        PrincipalFacts::service("sns.amazonaws.com"),
        PrincipalFacts::federated("arn:aws:iam::111122223333:oidc-provider/x"),
        PrincipalFacts::anonymous(),
        managing,
        linked,
    ]
}

fn principal_element() -> impl Strategy<Value = Value> {
    let aws = [
        "*",
        ACCOUNT,
        OTHER,
        "arn:aws:iam::111122223333:root",
        USER,
        ROLE,
        SESSION,
        FEDERATED,
        "AIDAEXAMPLE",
        "AROAEXAMPLE",
    ];
    prop_oneof![
        2 => Just(json!("*")),
        8 => subsequence(aws.to_vec(), 1..4).prop_map(|values| json!({ "AWS": values })),
        1 => select(vec!["sns.amazonaws.com", "sqs.amazonaws.com", "*"]).prop_map(|name| json!({ "Service": name })),
        1 => Just(json!({ "Federated": "arn:aws:iam::111122223333:oidc-provider/x", "CanonicalUser": "abc123" })),
    ]
}

fn operator() -> impl Strategy<Value = String> {
    (select(vec!["", "", "", "ForAllValues:", "ForAnyValue:"]), select(OPERATORS.to_vec()), prop::bool::weighted(0.2))
        .prop_map(|(quantifier, name, if_exists)| {
            let suffix = if if_exists && name != "Null" { "IfExists" } else { "" };
            format!("{quantifier}{name}{suffix}")
        })
}

/// Values that the operator can use more often than not, so that comparisons happen.
fn wanted(operator: &str) -> Vec<&'static str> {
    let fitting = |test: fn(&str) -> bool| VALUES.iter().copied().filter(|value| test(value)).collect::<Vec<_>>();
    let name = operator.rsplit(':').next().unwrap();
    if name.starts_with("Date") {
        fitting(|value| value.ends_with("00Z") || value == "1767225600" || value == "10")
    } else if name.starts_with("Null") {
        vec!["true", "false"]
    } else {
        VALUES.to_vec()
    }
}

fn condition() -> impl Strategy<Value = Value> {
    let block = (operator(), select(KEYS.to_vec()), any::<bool>()).prop_flat_map(|(operator, key, upper)| {
        let values = subsequence(wanted(&operator), 1..=2);
        let key = if upper { key.to_uppercase() } else { key.to_owned() };
        values.prop_map(move |values| (operator.clone(), key.clone(), values))
    });
    prop::collection::vec(block, 0..3).prop_map(|blocks| {
        let mut operators = Map::new();
        for (operator, key, values) in blocks {
            operators.insert(operator, json!({ key: values }));
        }
        Value::Object(operators)
    })
}

fn statement(principals: bool) -> impl Strategy<Value = Value> {
    (
        prop::bool::weighted(0.2),
        prop::bool::weighted(0.15),
        subsequence(ACTION_PATTERNS.to_vec(), 1..4),
        prop::bool::weighted(0.15),
        subsequence(RESOURCE_PATTERNS.to_vec(), 1..5),
        prop::option::weighted(0.4, condition()),
        principal_element(),
        prop::bool::weighted(0.3),
    )
        .prop_map(
            move |(deny, not_action, actions, not_resource, resources, condition, principal, not_principal)| {
                let mut statement = Map::new();
                statement.insert("Effect".into(), json!(if deny { "Deny" } else { "Allow" }));
                statement.insert(if not_action { "NotAction" } else { "Action" }.into(), json!(actions));
                statement.insert(if not_resource { "NotResource" } else { "Resource" }.into(), json!(resources));
                if principals {
                    statement
                        .insert(if deny && not_principal { "NotPrincipal" } else { "Principal" }.into(), principal);
                }
                if let Some(condition) = condition {
                    statement.insert("Condition".into(), condition);
                }
                Value::Object(statement)
            },
        )
}

fn document(principals: bool) -> impl Strategy<Value = Value> {
    let version = select(vec!["2012-10-17", "2012-10-17", "2012-10-17", "2008-10-17"]);
    (version, prop::collection::vec(statement(principals), 1..4))
        .prop_map(|(version, statements)| json!({ "Version": version, "Statement": statements }))
}

fn open_document(principals: bool) -> impl Strategy<Value = Value> {
    let mut statement = json!({ "Effect": "Allow", "Action": "*", "Resource": "*" });
    if principals {
        statement["Principal"] = json!("*");
    }
    prop_oneof![1 => document(principals), 1 => Just(json!({ "Version": "2012-10-17", "Statement": statement }))]
}

fn documents() -> impl Strategy<Value = Documents> {
    let levels = |principals| prop::collection::vec(prop::collection::vec(open_document(principals), 1..3), 0..3);
    (
        levels(true),
        levels(false),
        prop::option::weighted(0.2, open_document(true)),
        prop::collection::vec(document(true), 0..2),
        prop::collection::vec(select(vec![Reach::Account, Reach::Limited, Reach::Direct]), 0..=1),
        prop::bool::weighted(0.2),
        prop::collection::vec(open_document(false), 0..3),
        prop::option::weighted(0.3, open_document(false)),
        prop::option::weighted(0.3, prop::collection::vec(open_document(false), 0..2)),
    )
        .prop_map(|(rcps, scps, endpoint, resource, grants, resource_must_allow, identity, boundary, session)| {
            Documents { rcps, scps, endpoint, resource, grants, resource_must_allow, identity, boundary, session }
        })
}

fn context() -> impl Strategy<Value = Context> {
    let value = prop::collection::vec(select(SEEN.to_vec()), 0..3);
    prop::collection::vec(prop::option::weighted(0.7, value), KEYS.len()).prop_map(|values| {
        let mut context = Context::new();
        for (key, values) in KEYS.iter().zip(values) {
            match values {
                Some(values) if *key == "aws:TagKeys" => drop(context.set_many(*key, values)),
                Some(values) => drop(values.first().map(|value| context.set(*key, *value))),
                None => {}
            }
        }
        context
    })
}

fn compile(kind: PolicyKind, documents: &[Value]) -> Vec<(String, Policy)> {
    let compiled = documents.iter().enumerate().map(|(at, document)| {
        let text = document.to_string();
        (format!("{kind:?}{at}"), Policy::parse(kind, &text).unwrap_or_else(|error| panic!("{error}: {text}")))
    });
    compiled.collect()
}

fn sources(policies: &[(String, Policy)]) -> Vec<Source<'_>> {
    policies.iter().map(|(name, policy)| Source { name, policy }).collect()
}

fn agree(request: &Request<'_>, documents: &Documents) -> Result<(), TestCaseError> {
    let levels = |kind, levels: &[Vec<Value>]| levels.iter().map(|level| compile(kind, level)).collect::<Vec<_>>();
    let (rcps, scps) = (levels(PolicyKind::Rcp, &documents.rcps), levels(PolicyKind::Scp, &documents.scps));
    let (rcps, scps): (Vec<_>, Vec<_>) =
        (rcps.iter().map(|level| sources(level)).collect(), scps.iter().map(|level| sources(level)).collect());
    let one = |kind, document: &Option<Value>| compile(kind, document.as_slice());
    let endpoint = one(PolicyKind::Endpoint, &documents.endpoint);
    let boundary = one(PolicyKind::Identity, &documents.boundary);
    let resource = compile(PolicyKind::Resource, &documents.resource);
    let identity = compile(PolicyKind::Identity, &documents.identity);
    let session = documents.session.as_ref().map(|session| compile(PolicyKind::Session, session));
    let session = session.as_ref().map(|session| sources(session));
    let mut resources: Vec<_> = sources(&resource).into_iter().map(ResourceSource::Policy).collect();
    resources.extend(documents.grants.iter().map(|reach| ResourceSource::Grant { name: "grant", reach: *reach }));
    let identity = sources(&identity);
    let policies = Policies {
        rcps: &rcps,
        scps: &scps,
        endpoint: sources(&endpoint).first().copied(),
        resource: &resources,
        resource_must_allow: documents.resource_must_allow,
        identity: &identity,
        boundary: sources(&boundary).first().copied(),
        session: session.as_deref(),
    };
    let decision = evaluate(request, &policies);
    let ours = match decision.verdict {
        Verdict::Allow => None,
        Verdict::Deny(denial) => Some((denial.layer, denial.explicit.is_some())),
    };
    prop_assert_eq!(ours, naive::decide(request, documents));
    explained(&explain(request, &policies), &decision.verdict)
}

/// The explanation tells the same story as the decision.
fn explained(trace: &Trace, verdict: &Verdict<'_>) -> Result<(), TestCaseError> {
    let denies = |outcome| {
        trace.layers.iter().filter(|layer| layer.outcome == outcome).map(|layer| layer.layer).collect::<Vec<_>>()
    };
    let (explicit, implicit) = (denies(Outcome::ExplicitDeny), denies(Outcome::ImplicitDeny));
    match verdict {
        Verdict::Allow => {
            prop_assert!(trace.allowed && trace.denied_by.is_none());
            prop_assert!(explicit.is_empty() && implicit.is_empty(), "{:?} {:?}", explicit, implicit);
        }
        Verdict::Deny(denial) => {
            prop_assert_eq!(trace.denied_by, Some(denial.layer));
            match denial.explicit {
                None => prop_assert_eq!(implicit.first(), Some(&denial.layer)),
                Some(citation) => {
                    prop_assert_eq!(explicit.first(), Some(&denial.layer));
                    let layer = trace.layers.iter().find(|layer| layer.outcome == Outcome::ExplicitDeny).unwrap();
                    let first = layer.policies.iter().find_map(|policy| {
                        let denies = |one: &&bastide_policy::StatementTrace| one.matched && one.effect == Effect::Deny;
                        policy.statements.iter().find(denies).map(|one| (policy.policy.as_str(), one.index))
                    });
                    prop_assert_eq!(first, Some((citation.policy, citation.statement)));
                }
            }
        }
    }
    for statement in trace.layers.iter().flat_map(|layer| &layer.policies).flat_map(|policy| &policy.statements) {
        prop_assert_ne!(statement.matched, statement.mismatch.is_some());
    }
    let stored = serde_json::to_string(trace).unwrap();
    prop_assert_eq!(&serde_json::from_str::<Trace>(&stored).unwrap(), trace);
    Ok(())
}

fn cases(default: u32) -> ProptestConfig {
    let cases = std::env::var("BASTIDE_POLICY_CASES").ok().and_then(|cases| cases.parse().ok()).unwrap_or(default);
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

#[test]
fn the_evaluator_agrees_with_a_naive_one_and_explains_what_it_decides() {
    let owner = select(vec![None, Some(ACCOUNT), Some(ACCOUNT), Some(OTHER)]);
    let asked =
        (select(callers()), select(ACTIONS.to_vec()), select(RESOURCES.to_vec()), owner, context(), documents());
    proptest!(cases(2000), |((principal, action, resource, resource_account, context, documents) in asked)| {
        let request = Request { principal: &principal, action, resource, resource_account, context: &context };
        agree(&request, &documents)?;
    });
}

/// What a family of operators is given and compares with, close enough that both outcomes are common.
const COMPARED: [(&str, &[&str], &[&str]); 8] = [
    (
        "String",
        &["alice", "Alice", "al*e", "?lice", "*", "", "${aws:username}", "${*}lice", "É*", "é", "${aws:TagKeys}", "x"],
        &["alice", "ALICE", "*lice", "", "é", "É", "x"],
    ),
    (
        "Numeric",
        &["10", "10.0", "9", "11", "-1", "x", "170141183460469231731687303715884105727"],
        &["10", "10.5", "11", "-1", "x", ""],
    ),
    (
        "Date",
        &["2026-01-01T00:00:00Z", "1767225600", "2026-01-01T00:00:01Z", "2024-02-29T23:59:59Z"],
        &["2026-01-01T00:00:00Z", "1767225600", "1767225601", "2024-03-01T00:00:00Z", "x"],
    ),
    ("Bool", &["true", "FALSE", "x", "${aws:username}"], &["true", "True", "false", "x"]),
    ("Binary", &["YWxpY2U=", "YWxpY2U", "Ym9i", "x"], &["YWxpY2U=", "Ym9i", "x", ""]),
    (
        "Ip",
        &["203.0.113.0/24", "203.0.113.7", "0.0.0.0/0", "2001:db8::/33", "2001:db8::1", "::/0", "203.0.113.0/33", "x"],
        &["203.0.113.7", "203.0.112.255", "2001:db8::1", "2001:db8:8000::1", "x"],
    ),
    (
        "Arn",
        &[
            "arn:aws:sns:eu-west-1:111122223333:t",
            "arn:aws:sns:*:*:t*",
            "arn:aws:sns:*:t",
            "arn:aws:sns:eu?west-1:1*:?",
            "*",
            "arn:aws:sns:eu-west-1:111122223333:t:${aws:username}",
        ],
        &[
            "arn:aws:sns:eu-west-1:111122223333:t",
            "arn:aws:sns:eu-west-1:111122223333:t:alice",
            "arn:aws:sns:a:b:c:t",
            "x",
        ],
    ),
    ("Null", &["true", "false"], &["x", ""]),
];

#[test]
fn one_condition_at_a_time() {
    let asked = (
        operator(),
        any::<bool>(),
        prop::option::weighted(0.9, prop::collection::vec(any::<prop::sample::Index>(), 0..4)),
    )
        .prop_flat_map(|(operator, many, seen)| {
            let name = operator.rsplit(':').next().unwrap().replace("Not", "");
            let (_, wanted, values) = COMPARED.into_iter().find(|(family, ..)| name.starts_with(family)).unwrap();
            let seen = seen.map(|picks| picks.iter().map(|pick| *pick.get(values)).collect::<Vec<_>>());
            (
                Just((operator, many, seen)),
                subsequence(wanted.to_vec(), 0..3),
                select(vec!["2012-10-17", "2012-10-17", "2008-10-17"]),
            )
        });
    proptest!(cases(8000), |(((operator, many, seen), wanted, version) in asked)| {
        let mut context = Context::new();
        context.set("aws:username", "alice").set_many("aws:TagKeys", ["alice"]);
        match seen {
            Some(values) if many => drop(context.set_many("x:key", values)),
            Some(values) => drop(values.first().map(|value| context.set("x:key", *value))),
            None => {}
        }
        let statement = json!({
            "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": { operator: { "X:Key": wanted } },
        });
        let documents = Documents { identity: vec![json!({ "Version": version, "Statement": statement })], ..Documents::default() };
        let principal = PrincipalFacts::user(USER);
        let request =
            Request { principal: &principal, action: "s3:GetObject", resource: "*", resource_account: None, context: &context };
        agree(&request, &documents)?;
    });
}

#[test]
fn one_resource_at_a_time() {
    let pattern = prop::collection::vec(
        select(vec!["a", "b", ":", ":", "*", "?", "é", "${v}", "${w, 'b'}", "${none}", "${"]),
        0..14,
    );
    let text = prop::collection::vec(select(vec!["a", "b", ":", ":", ":", "é", "*"]), 0..14);
    let asked = (prop::collection::vec(pattern, 1..3), text, any::<bool>(), any::<bool>(), prop::bool::weighted(0.9));
    proptest!(cases(20_000), |((patterns, text, deny, negated, current) in asked)| {
        let mut context = Context::new();
        context.set("v", "a:*");
        let patterns: Vec<String> = patterns.iter().map(|pieces| pieces.concat()).collect();
        let element = if negated { "NotResource" } else { "Resource" };
        let effect = if deny { "Deny" } else { "Allow" };
        let statement = json!({ "Effect": effect, "Principal": "*", "Action": "*", element: patterns });
        let version = if current { "2012-10-17" } else { "2008-10-17" };
        let documents = Documents { resource: vec![json!({ "Version": version, "Statement": statement })], ..Documents::default() };
        let (principal, resource) = (PrincipalFacts::root(ACCOUNT), text.concat());
        let request =
            Request { principal: &principal, action: "s3:GetObject", resource: &resource, resource_account: Some(OTHER), context: &context };
        agree(&request, &documents)?;
    });
}

#[test]
fn who_is_named_and_how_directly() {
    let aws =
        ["*", ACCOUNT, "arn:aws:iam::111122223333:root", USER, ROLE, SESSION, FEDERATED, "AIDAEXAMPLE", "AROAEXAMPLE"];
    let named = prop_oneof![
        9 => subsequence(aws[1..].to_vec(), 1..8).prop_map(|values| json!({ "AWS": values })),
        2 => principal_element(),
    ];
    let statement = (prop::bool::weighted(0.25), any::<bool>(), named).prop_map(|(deny, negated, principal)| {
        let element = if deny && negated { "NotPrincipal" } else { "Principal" };
        json!({ "Effect": if deny { "Deny" } else { "Allow" }, element: principal, "Action": "*", "Resource": "*" })
    });
    let open = json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "*", "Resource": "*" } });
    let shut =
        json!({ "Version": "2012-10-17", "Statement": { "Effect": "Allow", "Action": "none:None", "Resource": "*" } });
    let one = || select(vec![open.clone(), shut.clone()]);
    let documents = (
        prop::collection::vec(statement, 0..4),
        any::<bool>(),
        one(),
        prop::option::of(one()),
        prop::option::of(prop::collection::vec(one(), 0..2)),
    )
        .prop_map(|(statements, resource_must_allow, identity, boundary, session)| Documents {
            resource: if statements.is_empty() { Vec::new() } else { vec![json!({ "Statement": statements })] },
            resource_must_allow,
            identity: vec![identity],
            boundary,
            session,
            ..Documents::default()
        });
    let owner = select(vec![None, Some(ACCOUNT), Some(ACCOUNT), Some(OTHER)]);
    proptest!(cases(8000), |((principal, owner, documents) in (select(callers()), owner, documents))| {
        let context = Context::new();
        let request =
            Request { principal: &principal, action: "s3:GetObject", resource: "arn:aws:s3:::b", resource_account: owner, context: &context };
        agree(&request, &documents)?;
    });
}
