//! Policies and requests made to take long: the decision is bounded, denies, and says why.

mod support;

use bastide_policy::{Layer, Outcome, StatementTrace};
use support::{Case, OPEN, user};

/// A Condition whose every alternative makes the walk start over at each byte of the User-Agent: the run it looks for is
/// half as long and never ends as wanted, and both ends are wildcards.
fn costly(effect: &str) -> String {
    let run = "a".repeat(1_000);
    let values = vec![format!(r#""*{run}b*""#); 20].join(",");
    format!(
        r#"{{"Effect":"{effect}","Action":"*","Resource":"*","Condition":{{"StringNotLike":{{"aws:UserAgent":[{values}]}}}}}}"#
    )
}

fn from_a_long_agent() -> Case {
    user().with("aws:UserAgent", &"a".repeat(30_000))
}

fn statements(case: &Case) -> Vec<StatementTrace> {
    let layers = case.trace().layers;
    layers.into_iter().flat_map(|layer| layer.policies).flat_map(|policy| policy.statements).collect()
}

#[test]
fn an_allow_that_cannot_be_judged_does_not_apply() {
    let case = from_a_long_agent().identity(&costly("Allow")).implicit(Layer::Identity);
    let [one] = statements(&case).try_into().unwrap();
    assert_eq!((one.matched, one.exhausted, one.mismatch), (false, true, None));
    // The same condition holds where it costs little.
    user().with("aws:UserAgent", "aaa").identity(&costly("Allow")).allowed();
}

#[test]
fn a_deny_that_cannot_be_judged_applies() {
    let never = costly("Deny").replace("StringNotLike", "StringLike");
    let case = from_a_long_agent().identity(OPEN).identity(&never).explicit(Layer::Identity);
    let seen: Vec<_> = statements(&case).into_iter().map(|one| (one.matched, one.exhausted)).collect();
    assert_eq!(seen, [(true, false), (true, true)]);
    assert_eq!(case.trace().layers[0].outcome, Outcome::ExplicitDeny);
    user().with("aws:UserAgent", "aaa").identity(OPEN).identity(&never).allowed();
}

#[test]
fn a_deny_of_another_action_does_not_apply_though_nothing_is_left() {
    let other = costly("Deny").replace(r#""Action":"*""#, r#""Action":"iam:*""#);
    from_a_long_agent().identity(OPEN).identity(&other).allowed();
    from_a_long_agent().identity(&costly("Allow")).identity(&other).implicit(Layer::Identity);
}

/// Nothing that is spent on the way is given back for the next layer.
#[test]
fn what_one_policy_has_spent_is_missing_to_the_next() {
    let allow = costly("Allow");
    let case = from_a_long_agent().scp(&[&allow, OPEN]).identity(OPEN).implicit(Layer::ServiceControl);
    assert!(statements(&case)[0].exhausted);
}

#[test]
fn a_pattern_that_repeats_the_text_it_is_compared_with_takes_no_walk() {
    let values = vec![r#""*${aws:UserAgent}b""#; 85].join(",");
    let hostile = |effect: &str| {
        format!(
            r#"{{"Effect":"{effect}","Action":"*","Resource":"*","Condition":{{"StringLike":{{"aws:UserAgent":[{values}]}}}}}}"#
        )
    };
    let case = from_a_long_agent().identity(OPEN).identity(&hostile("Deny")).allowed();
    assert!(statements(&case).iter().all(|one| !one.exhausted));
}
