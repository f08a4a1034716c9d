//! What a decision costs with SCP, RCP and identity policies of 1, 100 and 1,000 statements each.

use bastide_policy::{
    Context, Policies, Policy, PolicyKind, PrincipalFacts, Request, ResourceSource, Source, evaluate,
};
use criterion::{BenchmarkId, Criterion, criterion_group, criterion_main};
use std::fmt::Write;
use std::hint::black_box;

const USER: &str = "arn:aws:iam::111122223333:user/alice";
const OPEN: &str = r#"{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}"#;

/// `count` statements over forty services: exact actions, prefixes, conditions and variables mixed, every eighth a Deny;
/// the last one allows what is asked.
fn document(kind: PolicyKind, count: usize) -> Policy {
    let principal = if kind == PolicyKind::Rcp { r#""Principal":"*","# } else { "" };
    let mut statements = String::new();
    for number in 1..count {
        let effect = if number % 8 == 0 { "Deny" } else { "Allow" };
        let (service, verb) = (number % 40, number / 40);
        let action =
            if number % 5 == 0 { format!("svc{service}:Get{verb}*") } else { format!("svc{service}:Do{verb}") };
        let condition = match number % 3 {
            0 => r#","Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:RequestTag/team}"}}"#,
            1 => r#","Condition":{"IpAddress":{"aws:SourceIp":["10.0.0.0/8","192.0.2.0/24"]}}"#,
            _ => "",
        };
        let _ = write!(
            statements,
            r#"{{"Effect":"{effect}",{principal}"Action":"{action}","Resource":"arn:aws:svc{service}:*:*:thing/{number}/*"{condition}}},"#
        );
    }
    let last = match kind {
        PolicyKind::Rcp => OPEN.to_owned(),
        _ => r#"{"Effect":"Allow","Action":["s3:Get*","s3:List*"],"Resource":"arn:aws:s3:::bucket/${aws:username}/*",
               "Condition":{"Bool":{"aws:SecureTransport":"true"}}}"#
            .to_owned(),
    };
    Policy::parse(kind, &format!(r#"{{"Version":"2012-10-17","Statement":[{statements}{last}]}}"#)).unwrap()
}

fn context(principal: &PrincipalFacts) -> Context {
    let mut context = Context::with_capacity(24);
    principal.describe(&mut context);
    for (key, value) in [
        ("aws:SourceIp", "203.0.113.7"),
        ("aws:UserAgent", "aws-cli/2"),
        ("aws:CurrentTime", "2026-11-24T00:00:00Z"),
        ("aws:EpochTime", "1795478400"),
        ("aws:RequestedRegion", "eu-west-1"),
        ("aws:PrincipalTag/team", "red"),
        ("aws:ViaAWSService", "false"),
        ("aws:ResourceAccount", "111122223333"),
        ("s3:prefix", ""),
        ("aws:SecureTransport", "true"),
    ] {
        context.set(key, value);
    }
    context
}

fn decisions(criterion: &mut Criterion) {
    let principal = PrincipalFacts::user(USER).with_unique_id("AIDAEXAMPLE");
    let context = context(&principal);
    let mut group = criterion.benchmark_group("decision");
    for count in [1, 100, 1_000] {
        let (rcp, scp, identity) =
            (document(PolicyKind::Rcp, count), document(PolicyKind::Scp, count), document(PolicyKind::Managed, count));
        let (rcps, scps) = ([vec![Source { name: "rcp", policy: &rcp }]], [vec![Source { name: "scp", policy: &scp }]]);
        let identity = [Source { name: "identity", policy: &identity }];
        let policies = Policies { rcps: &rcps, scps: &scps, identity: &identity, ..Policies::default() };
        for (name, action) in [("allowed", "s3:GetObject"), ("denied", "s3:PutObject")] {
            let resource = "arn:aws:s3:::bucket/alice/report.csv";
            let request =
                Request { principal: &principal, action, resource, resource_account: None, context: &context };
            assert_eq!(evaluate(&request, &policies).is_allowed(), name == "allowed");
            group.bench_function(BenchmarkId::new(name, count), |bencher| {
                bencher.iter(|| evaluate(black_box(&request), black_box(&policies)));
            });
        }
    }

    let bucket = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},
        "Action":"s3:GetObject","Resource":"arn:aws:s3:::bucket/*"}]}"#;
    let bucket = Policy::parse(PolicyKind::Resource, bucket).unwrap();
    let resource = [ResourceSource::Policy(Source { name: "bucket", policy: &bucket })];
    let policies = Policies { resource: &resource, ..Policies::default() };
    let (action, arn) = ("s3:GetObject", "arn:aws:s3:::bucket/k");
    let request = Request { principal: &principal, action, resource: arn, resource_account: None, context: &context };
    group.bench_function("bucket policy", |bencher| {
        bencher.iter(|| evaluate(black_box(&request), black_box(&policies)))
    });
    group.finish();

    let text = format!(r#"{{"Version":"2012-10-17","Statement":[{}{OPEN}]}}"#, format!("{OPEN},").repeat(19));
    criterion.bench_function("parse 20 statements", |bencher| {
        bencher.iter(|| Policy::parse(PolicyKind::Resource, black_box(&text)).unwrap());
    });
}

criterion_group!(benches, decisions);
criterion_main!(benches);
