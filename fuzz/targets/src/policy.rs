//! The IAM policy language.

use bastide_policy::{
    Context, Policies, Policy, PolicyKind, PrincipalFacts, Request, ResourceSource, Source, evaluate, explain,
};

const KINDS: [PolicyKind; 9] = [
    PolicyKind::Identity,
    PolicyKind::Managed,
    PolicyKind::Resource,
    PolicyKind::Trust,
    PolicyKind::Scp,
    PolicyKind::Rcp,
    PolicyKind::Session,
    PolicyKind::Boundary,
    PolicyKind::Endpoint,
];

/// A document is parsed as every kind; what parses decides and is explained, and both say the same.
pub fn document(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let principal = PrincipalFacts::user("arn:aws:iam::111122223333:user/alice");
    let mut context = Context::new();
    context
        .set("aws:username", "alice")
        .set("aws:SourceIp", "203.0.113.7")
        .set("aws:CurrentTime", "2026-11-24T01:02:03Z");
    context.set("s3:prefix", "home/alice").set("aws:SecureTransport", "true").set("aws:MultiFactorAuthAge", "30");
    let request = Request {
        principal: &principal,
        action: "s3:GetObject",
        resource: "arn:aws:s3:::bucket/home/alice/file",
        resource_account: None,
        context: &context,
    };
    for kind in KINDS {
        let policy = match Policy::parse(kind, text) {
            Ok(policy) => policy,
            Err(error) => {
                assert!(
                    error.to_string().len() <= 1024 + 4 * text.len(),
                    "an error is no longer than what it is about"
                );
                continue;
            }
        };
        let source = Source { name: "fuzzed", policy: &policy };
        let (identity, resource) = ([source], [ResourceSource::Policy(source)]);
        let named = matches!(kind, PolicyKind::Resource | PolicyKind::Trust | PolicyKind::Rcp | PolicyKind::Endpoint);
        let policies = match named {
            true => Policies { resource: &resource, ..Policies::default() },
            false => Policies { identity: &identity, ..Policies::default() },
        };
        let decision = evaluate(&request, &policies);
        let trace = explain(&request, &policies);
        assert_eq!(decision.is_allowed(), trace.allowed, "the explanation says what the decision was");
    }
}
