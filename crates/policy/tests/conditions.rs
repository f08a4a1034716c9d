//! Conditions, a table per page of the documentation.

mod support;

use bastide_policy::Layer::Identity;
use support::{Case, user};

/// Checks whether a condition lets a statement apply.
#[track_caller]
fn check(condition: &str, case: Case, expect: bool) {
    let case = case.identity(&format!(r#"{{"Effect":"Allow","Action":"*","Resource":"*","Condition":{condition}}}"#));
    if expect {
        case.allowed()
    } else {
        case.implicit(Identity)
    };
}

/// One key under one operator, against one value.
#[track_caller]
fn compare(operator: &str, wanted: &str, value: &str, expect: bool) {
    check(&format!(r#"{{"{operator}":{{"x:key":{wanted}}}}}"#), user().with("X:Key", value), expect);
}

#[test]
fn strings() {
    for (operator, wanted, value, expect) in [
        ("StringEquals", r#""a""#, "a", true),
        ("StringEquals", r#""a""#, "A", false),
        ("StringEquals", r#"["x","a"]"#, "a", true),
        ("StringEquals", r#""a*""#, "ab", false),
        ("StringNotEquals", r#"["x","a"]"#, "a", false),
        ("StringNotEquals", r#"["x","y"]"#, "a", true),
        ("StringEqualsIgnoreCase", r#""ÄB""#, "äb", true),
        ("StringNotEqualsIgnoreCase", r#""AB""#, "ab", false),
        ("StringLike", r#""a*c?""#, "abbcd", true),
        ("StringLike", r#""a*c?""#, "abbc", false),
        ("StringLike", r#""A*""#, "ab", false),
        ("StringNotLike", r#""a*""#, "ab", false),
        ("StringNotLike", r#""a*""#, "b", true),
        ("StringEquals", r#""""#, "", true),
        ("StringLike", "[]", "a", false),
        ("StringNotLike", "[]", "a", true),
    ] {
        compare(operator, wanted, value, expect);
    }
}

#[test]
fn numbers_dates_and_booleans() {
    for (operator, wanted, value, expect) in [
        ("NumericEquals", r#""10""#, "10.0", true),
        ("NumericEquals", "10", "10", true),
        ("NumericNotEquals", r#""10""#, "11", true),
        ("NumericLessThan", r#""10""#, "9.99", true),
        ("NumericLessThan", r#""10""#, "10", false),
        ("NumericLessThanEquals", r#""10""#, "10", true),
        ("NumericGreaterThan", r#""-5""#, "-4", true),
        ("NumericGreaterThanEquals", r#""9007199254740993""#, "9007199254740992", false),
        ("NumericEquals", r#""ten""#, "ten", false),
        ("NumericNotEquals", r#""10""#, "ten", true),
        ("DateEquals", r#""2026-01-01T00:00:00Z""#, "1767225600", true),
        ("DateEquals", r#""2026-01-01""#, "2026-01-01T00:00:00Z", true),
        ("DateEquals", r#""2026-01""#, "2026-01-01T00:00:00Z", true),
        ("DateEquals", r#""2026-01-01T01:00:00+01:00""#, "2026-01-01T00:00:00Z", true),
        ("DateLessThan", r#""2026-01-01T00:00:00Z""#, "2025-12-31T23:59:59Z", true),
        ("DateGreaterThan", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00Z", false),
        ("DateGreaterThanEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00Z", true),
        ("DateLessThanEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00.001Z", false),
        ("DateNotEquals", r#""2026-01-01T00:00:00Z""#, "2026-01-01T00:00:00Z", false),
        ("Bool", r#""true""#, "TRUE", true),
        ("Bool", "false", "true", false),
        ("Bool", r#""yes""#, "yes", false),
        ("BinaryEquals", r#""QmluYXJ5""#, "QmluYXJ5", true),
        ("BinaryEquals", r#""QmluYXJ5""#, "qmluyxj5", false),
    ] {
        compare(operator, wanted, value, expect);
    }
}

#[test]
fn addresses_and_arns() {
    for (operator, wanted, value, expect) in [
        ("IpAddress", r#""203.0.113.0/24""#, "203.0.113.255", true),
        ("IpAddress", r#""203.0.113.0/24""#, "203.0.114.0", false),
        ("IpAddress", r#""203.0.113.7""#, "203.0.113.7", true),
        ("IpAddress", r#""0.0.0.0/0""#, "8.8.8.8", true),
        ("IpAddress", r#""0.0.0.0/0""#, "2001:db8::1", false),
        ("IpAddress", r#"["10.0.0.0/8","2001:DB8:1234:5678::/64"]"#, "2001:db8:1234:5678::9", true),
        ("IpAddress", r#""2001:db8::/127""#, "2001:db8::2", false),
        ("IpAddress", r#""10.0.0.0/8""#, "::ffff:10.1.2.3", true),
        ("IpAddress", r#""10.0.0.0/33""#, "10.0.0.0", false),
        ("NotIpAddress", r#""10.0.0.0/8""#, "10.1.1.1", false),
        ("NotIpAddress", r#""10.0.0.0/8""#, "11.1.1.1", true),
        ("ArnEquals", r#""arn:aws:sns:*:1:t?""#, "arn:aws:sns:eu-west-1:1:t1", true),
        ("ArnLike", r#""arn:aws:sns:*:t1""#, "arn:aws:sns:eu-west-1:1:t1", false),
        ("ArnLike", r#""arn:aws:sns:*:*:*""#, "arn:aws:sns:eu-west-1:1:t1:sub", true),
        ("ArnLike", r#""arn:aws:SNS:*:*:*""#, "arn:aws:sns:eu-west-1:1:t1", false),
        ("ArnNotLike", r#""arn:aws:sns:*:*:*""#, "arn:aws:sqs:eu-west-1:1:q", true),
        ("ArnNotEquals", r#""arn:aws:sns:*:*:*""#, "arn:aws:sns:eu-west-1:1:t1", false),
    ] {
        compare(operator, wanted, value, expect);
    }
}

/// "IAM JSON policy elements: Condition operators": a missing key satisfies only negated operators, `IfExists` and Null.
#[test]
fn missing_keys() {
    for (operator, expect) in [
        ("StringEquals", false),
        ("StringNotEquals", true),
        ("StringNotLike", true),
        ("NumericLessThan", false),
        ("NotIpAddress", true),
        ("ArnNotLike", true),
        ("Bool", false),
        ("StringEqualsIfExists", true),
        ("NumericLessThanIfExists", true),
        ("ForAllValues:StringEquals", true),
        ("ForAnyValue:StringEquals", false),
        ("ForAnyValue:StringNotEquals", false),
        ("ForAnyValue:StringEqualsIfExists", true),
    ] {
        check(&format!(r#"{{"{operator}":{{"x:key":"1"}}}}"#), user(), expect);
    }
    compare("StringEqualsIfExists", r#""1""#, "2", false);
    check(r#"{"Null":{"x:key":"true"}}"#, user(), true);
    check(r#"{"Null":{"x:key":"false"}}"#, user(), false);
    compare("Null", r#""true""#, "x", false);
    compare("Null", "false", "x", true);
}

/// "Multivalued context key examples", with the tables' own cases.
#[test]
fn several_values() {
    for (condition, tags, expect) in [
        (r#"{"ForAllValues:StringNotLike":{"aws:TagKeys":"key1*"}}"#, Some(&["key1:legal"][..]), false),
        (r#"{"ForAllValues:StringNotLike":{"aws:TagKeys":"key1*"}}"#, Some(&["key1:hr", "key1:personnel"]), false),
        (r#"{"ForAllValues:StringNotLike":{"aws:TagKeys":"key1*"}}"#, Some(&["key2:audit"]), true),
        (r#"{"ForAllValues:StringNotLike":{"aws:TagKeys":"key1*"}}"#, None, true),
        (r#"{"ForAnyValue:StringLike":{"aws:TagKeys":"key1*"}}"#, Some(&["key1:legal"]), true),
        (r#"{"ForAnyValue:StringLike":{"aws:TagKeys":"key1*"}}"#, Some(&["key2:audit", "key1:x"]), true),
        (r#"{"ForAnyValue:StringLike":{"aws:TagKeys":"key1*"}}"#, Some(&["key2:audit"]), false),
        (r#"{"ForAnyValue:StringLike":{"aws:TagKeys":"key1*"}}"#, None, false),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}"#, Some(&["a", "b", "a"]), true),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}"#, Some(&["a", "c"]), false),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}"#, Some(&[]), true),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":["a","b"]}}"#, Some(&[""]), true),
        (r#"{"ForAllValues:StringEquals":{"aws:TagKeys":"a"},"Null":{"aws:TagKeys":"false"}}"#, Some(&[""]), false),
        (r#"{"ForAnyValue:StringNotEquals":{"aws:TagKeys":"a"}}"#, Some(&["a", "b"]), true),
        (r#"{"StringEquals":{"aws:TagKeys":"a"}}"#, Some(&["b", "a"]), true),
        (r#"{"StringNotEquals":{"aws:TagKeys":"a"}}"#, Some(&["b", "a"]), false),
    ] {
        let case = match tags {
            Some(tags) => user().with_many("aws:TagKeys", tags),
            None => user(),
        };
        check(condition, case, expect);
    }
}

#[test]
fn every_operator_and_every_key_must_hold() {
    let both = r#"{"StringEquals":{"a:a":"1","b:b":"2"},"Bool":{"c:c":"true"}}"#;
    let all = || user().with("a:a", "1").with("b:b", "2").with("c:c", "true");
    check(both, all(), true);
    check(both, all().with("b:b", "3"), false);
    check(both, all().with("c:c", "false"), false);
    check("{}", user(), true);
}

/// "IAM policy elements: Variables and tags".
#[test]
fn variables() {
    let own = r#"{"StringEquals":{"x:key":"${aws:username}"}}"#;
    check(own, user().with("x:key", "alice").with("aws:username", "alice"), true);
    check(own, user().with("x:key", "alice"), false);
    check(r#"{"StringNotEquals":{"x:key":"${aws:username}"}}"#, user().with("x:key", "alice"), true);
    check(
        r#"{"StringLike":{"x:key":"${aws:username}"}}"#,
        user().with("x:key", "bob").with("aws:username", "*"),
        false,
    );
    check(r#"{"StringLike":{"x:key":"${aws:PrincipalTag/team, 'all'}-*"}}"#, user().with("x:key", "all-1"), true);
    check(
        r#"{"ArnLike":{"x:key":"${aws:PrincipalArn}"}}"#,
        user().with("x:key", "a:b:c:d:e:f").with("aws:PrincipalArn", "a:b:c:d:e:f"),
        true,
    );
    check(r#"{"NumericEquals":{"x:key":"${x:key}"}}"#, user().with("x:key", "1"), false);

    let home = r#"{"Effect":"Allow","Action":"s3:*","Resource":"arn:aws:s3:::b/${aws:username}/*"}"#;
    user().on("arn:aws:s3:::b/alice/x").identity(home).with("aws:username", "alice").allowed();
    user().on("arn:aws:s3:::b/bob/x").identity(home).with("aws:username", "alice").implicit(Identity);
    user().on("arn:aws:s3:::b//x").identity(home).implicit(Identity);
}
