//! Documents and what becomes of them: AWS's texts for the bad ones, no error for the good ones.

use bastide_policy::{Policy, PolicyKind, Version};
use proptest::prelude::*;

#[track_caller]
fn refuse(kind: PolicyKind, document: &str, message: &str) {
    match Policy::parse(kind, document) {
        Ok(_) => panic!("accepted, wanted: {message}\n{document}"),
        Err(error) => assert_eq!(error.to_string(), message, "{document}"),
    }
}

#[track_caller]
fn accept(kind: PolicyKind, document: &str) -> Policy {
    Policy::parse(kind, document).unwrap_or_else(|error| panic!("{error}\n{document}"))
}

/// A managed policy of one statement with these members.
fn managed(members: &str) -> String {
    format!(r#"{{"Version":"2012-10-17","Statement":{{{members}}}}}"#)
}

/// A managed policy that allows an action on these resources.
fn on(resource: &str) -> String {
    managed(&format!(r#""Effect":"Allow","Action":"s3:ListBucket","Resource":{resource}"#))
}

fn with(action: &str) -> String {
    managed(&format!(r#""Effect":"Allow",{action},"Resource":"*""#))
}

fn when(condition: &str) -> String {
    managed(&format!(r#""Effect":"Allow","Action":"s3:ListBucket","Resource":"*","Condition":{condition}"#))
}

const SYNTAX: &str = "Syntax errors in policy.";
const LEGACY: &str = "The policy failed legacy parsing";

#[test]
fn the_shape_of_a_managed_policy() {
    let statement = r#"{"Effect":"Allow","Action":"s3:ListBucket","Resource":"*"}"#;
    for document in [
        "This is not a json document".to_owned(),
        "[]".to_owned(),
        r#"{"Version":"2012-10-17"}"#.to_owned(),
        r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(),
        r#"{"Version":"2012-10-17","Statement":["x"]}"#.to_owned(),
        format!(r#"{{"Version":"2013-10-17","Statement":{statement}}}"#),
        format!(r#"{{"Version":"2012-10-17","Version":"2012-10-17","Statement":{statement}}}"#),
        format!(r#"{{"Version":"2012-10-17","Id":[],"Statement":{statement}}}"#),
        format!(r#"{{"Version":"2012-10-17","Extra":1,"Statement":{statement}}}"#),
        managed(r#""Effect":"Allow","Action":"s3:*","Resource":"*","Extra":"x""#),
        managed(r#""Action":"s3:*","Resource":"*""#),
        managed(r#""Effect":"Maybe","Action":"s3:*","Resource":"*""#),
        managed(r#""Sid":[],"Effect":"Allow","Action":"s3:*","Resource":"*""#),
        managed(r#""Effect":"Allow","Action":"s3:*","NotAction":[],"Resource":"*""#),
        managed(r#""Effect":"Allow","Action":"s3:*","Resource":"*","NotResource":"*""#),
        with(r#""Action":{}"#),
        with(r#""Action":[[]]"#),
        on("{}"),
        on(r#"["x",{}]"#),
        when("[]"),
        when(r#"{"StringEquals":"x"}"#),
        when(r#"{"StringEquals":{"a":{}}}"#),
        when(r#"{"StringAlmost":{"a":"b"}}"#),
        when(r#"{"ForAnyValue::StringEquals":{"a":"b"}}"#),
        when(r#"{"NullIfExists":{"a":"true"}}"#),
    ] {
        refuse(PolicyKind::Managed, &document, SYNTAX);
    }
    accept(PolicyKind::Managed, &when("{}"));
    accept(PolicyKind::Managed, &when(r#"{"StringAlmost":{}}"#));
    accept(PolicyKind::Managed, &when(r#"{"NumericLessThan":{"a":[1,"2",3.5]},"Bool":{"b":true}}"#));
}

#[test]
fn only_managed_policies_must_be_of_the_current_version() {
    let old = r#"{"Statement":{"Effect":"Allow","Action":"s3:*","Resource":"*"}}"#;
    let message = "Policy document must be version 2012-10-17 or greater.";
    refuse(PolicyKind::Managed, old, message);
    refuse(PolicyKind::Managed, r#"{"Statement":{"Effect":"denY","Action":"s3:*","Resource":"*"}}"#, message);
    assert_eq!(accept(PolicyKind::Identity, old).version(), Version::V2008);
}

#[test]
fn actions() {
    let vendor = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.";
    let none = "Policy statement must contain actions.";
    for (document, message) in [
        (with(r#""Action":"invalid""#), vendor),
        (with(r#""NotAction":"""#), vendor),
        (with(r#""Action":["s3:Get","x"]"#), vendor),
        (with(r#""Action":"a a:ListBucket""#), "Vendor a a is not valid"),
        (with(r#""Action":"s*:ListBucket""#), "Vendor s* is not valid"),
        (with(r#""Action":"s3:List:Bucket""#), "Actions/Condition can contain only one colon."),
        (with(r#""Action":[]"#), none),
        (managed(r#""Effect":"Deny""#), none),
        (managed(r#""Effect":"Allow","Resource":"*""#), none),
    ] {
        refuse(PolicyKind::Managed, &document, message);
    }
    for action in [r#""Action":"*""#, r#""Action":"s3-x.y:*""#, r#""NotAction":["iam: as df "]"#, r#""Action":"*:*""#] {
        accept(PolicyKind::Managed, &with(action));
    }
}

#[test]
fn resources() {
    let arn = |resource: &str| format!("Resource {resource} must be in ARN format or \"*\".");
    let paths = "IAM resource path must either be \"*\" or start with user/, federated-user/, role/, group/, \
                 instance-profile/, mfa/, server-certificate/, policy/, sms-mfa/, saml-provider/, oidc-provider/, report/, \
                 access-report/.";
    for (document, message) in [
        (on(r#""invalid resource""#), arn("invalid resource")),
        (on(r#""""#), arn("")),
        (on(r#"["adf"]"#), arn("adf")),
        (on(r#""a:bsd""#), r#"Partition "bsd" is not valid for resource "arn:bsd:*:*:*:*"."#.to_owned()),
        (on(r#""a:b:cad""#), r#"Partition "b" is not valid for resource "arn:b:cad:*:*:*"."#.to_owned()),
        (on(r#""a:b:c:d:e:f:g:h""#), r#"Partition "b" is not valid for resource "arn:b:c:d:e:f:g:h"."#.to_owned()),
        (on(r#""aws:s3:::b""#), r#"Partition "s3" is not valid for resource "arn:s3:::b:*"."#.to_owned()),
        (
            on(r#"["arn:error:s3::b","arn:error:s3:::b"]"#),
            r#"Partition "error" is not valid for resource "arn:error:s3:::b"."#.to_owned(),
        ),
        (on(r#""arn:aws""#), "Resource vendor must be fully qualified and cannot contain regexes.".to_owned()),
        (on(r#""arn:aws:iam:::bucket""#), paths.to_owned()),
        (
            on(r#""arn:aws:iam:us-east-1::user/x""#),
            "IAM resource arn:aws:iam:us-east-1::user/x cannot contain region information.".to_owned(),
        ),
        (
            on(r#""arn:aws:s3:us-east-1::b""#),
            "Resource arn:aws:s3:us-east-1::b can not contain region information.".to_owned(),
        ),
        (on("[]"), "Policy statement must contain resources.".to_owned()),
        (managed(r#""Effect":"Allow","Action":"s3:*""#), "Policy statement must contain resources.".to_owned()),
        (on(r#""arn:aws:s3::b""#), LEGACY.to_owned()),
        (on(r#""arn:aws::::b""#), LEGACY.to_owned()),
        (on(r#""arn:aws::b""#), LEGACY.to_owned()),
        (managed(r#""Effect":"Allow","Resource":"arn:aws:s3::b""#), LEGACY.to_owned()),
    ] {
        refuse(PolicyKind::Managed, &document, &message);
    }
    for resource in [
        r#"["arn:aws:s3:::b","*"]"#,
        r#""arn:aws:iam:::user/x""#,
        r#""arn:aws:iam::*:user/${aws:username}""#,
        r#""arn:aws:fdsasf""#,
        r#""arn:*:ec2:*:*:instance/*""#,
        r#""arn:aws:s3:eu-west-1:111122223333:accesspoint/x""#,
    ] {
        accept(PolicyKind::Managed, &on(resource));
    }
}

#[test]
fn sids_effects_and_dates() {
    let two = |first: &str, second: &str| {
        let one = |sid: &str| format!(r#"{{"Sid":"{sid}","Effect":"Allow","Action":"s3:*","Resource":"*"}}"#);
        format!(r#"{{"Version":"2012-10-17","Statement":[{},{}]}}"#, one(first), one(second))
    };
    refuse(PolicyKind::Managed, &two("a", "a"), "Statement IDs (SID) in a single policy must be unique.");
    refuse(
        PolicyKind::Managed,
        &two("a", "b c"),
        "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
    );
    accept(PolicyKind::Managed, &two("", ""));
    assert_eq!(accept(PolicyKind::Managed, &two("a", "b")).statements()[1].sid(), Some("b"));
    refuse(PolicyKind::Managed, &managed(r#""Effect":"allow","Action":"s3:*","Resource":"*""#), LEGACY);
    let dated = |value: &str| when(&format!(r#"{{"DateLessThanEquals":{{"aws:CurrentTime":"{value}"}}}}"#));
    for value in [
        "sdfdsf",
        "234-13",
        "2016-12-13t2:00:00.593194+1",
        "2016-12-13t2:00:00.1999999999+10:59",
        "9223372036854775808",
    ] {
        refuse(PolicyKind::Managed, &dated(value), LEGACY);
    }
    for value in [
        "01T",
        "2019-07-01T13:20:15Z",
        "2016-12-13T21:20:37.593194+00:00",
        "2016-12-13t2:00:00.593194+23",
        "-292275054",
        "1700000000",
    ] {
        accept(PolicyKind::Managed, &dated(value));
    }
}

#[test]
fn each_kind_has_its_elements() {
    let statement =
        |members: &str| format!(r#"{{"Version":"2012-10-17","Statement":[{{"Effect":"Allow",{members}}}]}}"#);
    let root = r#""Principal":{"AWS":"arn:aws:iam::111122223333:root"}"#;
    let assume = r#""Action":"sts:AssumeRole""#;

    let identity = statement(&format!(r#"{root},{assume},"Resource":"*""#));
    refuse(PolicyKind::Identity, &identity, "Policy document should not specify a principal.");
    refuse(PolicyKind::Scp, &identity, "Has prohibited field Principal");
    accept(PolicyKind::Resource, &identity);

    for (document, message) in [
        ("{".to_owned(), "This policy contains invalid Json"),
        (r#"{"Version":"2013","Statement":[]}"#.to_owned(), "The policy must contain a valid version string"),
        (r#"{"Version":"2012-10-17"}"#.to_owned(), "Missing required field Statement"),
        (r#"{"Version":"2012-10-17","Statement":[]}"#.to_owned(), "Could not parse the policy: Statement is empty!"),
        (r#"{"Statement":[{"Action":"sts:AssumeRole"}]}"#.to_owned(), "Missing required field Effect"),
        (r#"{"Statement":[{"Effect":"allow","Action":"sts:AssumeRole"}]}"#.to_owned(), "Invalid effect: allow"),
        (r#"{"Statements":[]}"#.to_owned(), "Unknown field Statements"),
        (identity.clone(), "Has prohibited field Resource"),
        (statement(&format!(r#"{root},{assume},"NotResource":"*""#)), "AssumeRole policy must not contain resources."),
        (statement(assume), "Missing required field Principal"),
        (statement(&format!(r#""Principal":{{}},{assume}"#)), "Missing required field Principal cannot be empty!"),
        (statement(root), "Missing required field Action"),
        (
            statement(&format!(r#"{root},"Action":["sts:AssumeRole","s3:GetObject"]"#)),
            "AssumeRole policy may only specify STS AssumeRole actions.",
        ),
        (
            statement(&format!(r#""NotPrincipal":{{"AWS":"111122223333"}},{assume}"#)),
            "Allow with NotPrincipal is not allowed.",
        ),
        (
            format!(r#"{{"Statement":[{{"Effect":"Deny","NotPrincipal":{{"AWS":"111122223333"}},{assume}}}]}}"#),
            "AssumeRole policy must not contain NotPrincipal field.",
        ),
        (
            statement(&format!(r#""Principal":{{"AWS":"arn:aws:iam::111122223333:user/a*"}},{assume}"#)),
            r#"Invalid principal in policy: "AWS":"arn:aws:iam::111122223333:user/a*""#,
        ),
        (statement(&format!(r#""Principal":{{"Robot":"x"}},{assume}"#)), r#"Invalid principal in policy: "Robot":"x""#),
        (
            format!(
                r#"{{"Statement":[{{"Sid":"a","Effect":"Allow",{root},{assume}}},{{"Sid":"a","Effect":"Allow",{root},{assume}}}]}}"#
            ),
            "The Statement Ids in the policy are not unique",
        ),
    ] {
        refuse(PolicyKind::Trust, &document, message);
    }
    accept(PolicyKind::Trust, &statement(&format!("{root},{assume}")));
    accept(PolicyKind::Trust, &statement(&format!(r#""Principal":{{"Service":["ec2.amazonaws.com"]}},{assume}"#)));
    accept(PolicyKind::Endpoint, &statement(r#""Action":"*","Resource":"*""#));
    refuse(PolicyKind::Rcp, &statement(r#""Action":"*","Resource":"*""#), "Missing required field Principal");
    accept(PolicyKind::Rcp, &statement(r#""Principal":"*","Action":"*","Resource":"*""#));
}

#[test]
fn the_keys_a_policy_reads() {
    let policy = accept(
        PolicyKind::Identity,
        r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:*",
            "Resource":"arn:aws:s3:::b/${aws:username}",
            "Condition":{"StringEquals":{"aws:PrincipalTag/team":"${aws:RequestTag/team}"},"Bool":{"aws:SecureTransport":true}}}]}"#,
    );
    assert_eq!(
        policy.context_keys(),
        ["aws:PrincipalTag/team", "aws:RequestTag/team", "aws:SecureTransport", "aws:username"]
    );
}

#[test]
fn hostile_documents_are_refused() {
    let deep = format!(r#"{{"Version":"2012-10-17","Statement":{}{}}}"#, "[".repeat(5000), "]".repeat(5000));
    refuse(PolicyKind::Managed, &deep, SYNTAX);
    let long = on(&format!(r#""arn:aws:s3:::{}""#, "x".repeat(300 * 1024)));
    refuse(PolicyKind::Managed, &long, SYNTAX);
}

#[test]
fn the_principals_a_policy_names() {
    let policy = accept(
        PolicyKind::Trust,
        r#"{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"ec2.amazonaws.com",
            "AWS":["111122223333","arn:aws:iam::111122223333:role/a/b","AIDAEXAMPLE","arn:aws:iam::111122223333:root"]}}]}"#,
    );
    assert_eq!(policy.named_arns().collect::<Vec<_>>(), ["arn:aws:iam::111122223333:role/a/b"]);
}

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

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    /// Whatever comes, there is an answer, and an error has words.
    #[test]
    fn any_text_is_a_policy_or_an_error(
        text in prop_oneof![
            any::<String>(),
            prop::collection::vec(
                prop::sample::select(vec![
                    "{", "}", "[", "]", ",", ":", "\"Statement\"", "\"Effect\"", "\"Allow\"", "\"Action\"", "\"*\"",
                    "\"Resource\"", "\"Condition\"", "\"StringLike\"", "\"${\"", "\"Principal\"", "\"AWS\"", "1", "null", "\"é:\"",
                ]),
                0..40,
            ).prop_map(|pieces| pieces.concat()),
        ],
        at in any::<prop::sample::Index>(),
        byte in any::<char>(),
    ) {
        let mut broken: Vec<char> = identity_document().chars().collect();
        let place = at.index(broken.len());
        broken[place] = byte;
        for text in [text, broken.into_iter().collect()] {
            for kind in KINDS {
                if let Err(error) = Policy::parse(kind, &text) {
                    prop_assert!(!error.to_string().is_empty());
                }
            }
        }
    }
}

fn identity_document() -> String {
    when(
        r#"{"ForAllValues:StringLikeIfExists":{"aws:TagKeys":["a*","${aws:username, 'x'}"]},"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#,
    )
}
