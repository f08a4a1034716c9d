//! The authorisation reference and the table of actions.

use bastide_shape::authorization::{
    AccessLevel, KeyKind, action, actions, actions_for, check_table, mapping, prefix_of, prefixes, resource_control,
};
use bastide_shape::{service, services};

#[test]
fn every_reference_opens() {
    assert_eq!(prefixes().count(), 456);
    let mut count = 0;
    for prefix in prefixes() {
        let reference = actions(prefix).unwrap();
        assert_eq!(reference.prefix, prefix);
        assert!(!reference.name.is_empty(), "{prefix}");
        for found in &reference.actions {
            assert!(std::ptr::eq(reference.action(found.name).unwrap(), found), "{prefix}:{}", found.name);
            for used in &found.resource_types {
                assert!(reference.resource_type(used.name).is_some(), "{prefix}:{} {}", found.name, used.name);
            }
        }
        count += reference.actions.len();
    }
    assert_eq!(count, 22_091);
}

#[test]
fn what_the_reference_says() {
    let get = action("S3:getobject").unwrap();
    assert_eq!((get.name, get.access_level), ("GetObject", AccessLevel::Read));
    assert!(get.condition_keys.contains(&"s3:signatureversion"));
    let s3 = actions("s3").unwrap();
    assert_eq!(s3.name, "Amazon S3");
    assert!(s3.resource_type("object").unwrap().arn.starts_with("arn:${Partition}:s3:::"));
    let age = s3.condition_key("S3:SIGNATUREAGE").unwrap();
    assert_eq!((age.kind, age.many), (KeyKind::Numeric, false));
    assert!(s3.condition_key("aws:TagKeys").unwrap().many);
    assert_eq!(action("iam:AttachUserPolicy").unwrap().access_level, AccessLevel::PermissionsManagement);
    assert_eq!(action("iam:TagUser").unwrap().access_level, AccessLevel::Tagging);
    let create = action("iam:CreateUser").unwrap();
    assert_eq!(
        create.resource_types.iter().map(|kind| (kind.name, kind.required)).collect::<Vec<_>>(),
        [("user", true)]
    );
    assert!(action("cloudtrail:CreateTrail").unwrap().dependent_actions.contains(&"iam:CreateServiceLinkedRole"));
    assert!(action("s3:NoSuchAction").is_none() && action("nonesuch:Get").is_none() && action("s3").is_none());
    assert!(resource_control("S3") && resource_control("sts") && !resource_control("iam"));
}

#[test]
fn every_operation_asks_for_something_or_says_why_not() {
    let errors: Vec<String> = check_table().iter().map(ToString::to_string).collect();
    assert!(errors.is_empty(), "models/actions.toml:\n{}", errors.join("\n"));
    for name in services() {
        for operation in &service(name).unwrap().operations {
            let mapping = mapping(name, operation.name).unwrap();
            assert_eq!(mapping.actions.is_empty(), mapping.none.is_some(), "{name} {}", operation.name);
        }
    }
}

#[test]
fn only_operations_that_carry_their_own_proof_ask_for_nothing() {
    let mut found = Vec::new();
    for name in services() {
        for operation in &service(name).unwrap().operations {
            if mapping(name, operation.name).unwrap().none.is_some() {
                assert!(operation.unsigned, "{name} {} is signed and asks for nothing", operation.name);
                found.push(name);
            }
        }
    }
    found.dedup();
    assert_eq!(found, ["cognito-idp", "signin", "sso", "sso-oidc"]);
}

/// The action names of an operation, whatever their conditions.
fn names(service: &str, operation: &str) -> Vec<&'static str> {
    actions_for(service, operation).iter().map(|mapped| mapped.action).collect()
}

#[test]
fn operations_that_are_called_otherwise() {
    assert_eq!(names("iam", "ListUsers"), ["iam:ListUsers"]);
    assert_eq!(names("s3", "ListBuckets"), ["s3:ListAllMyBuckets"]);
    assert_eq!(names("s3", "ListObjectsV2"), ["s3:ListBucket"]);
    assert_eq!(names("s3", "GetBucketLifecycleConfiguration"), ["s3:GetLifecycleConfiguration"]);
    assert_eq!(names("s3", "PutBucketCors"), ["s3:PutBucketCORS"], "the reference's spelling");
    assert_eq!(names("s3control", "CreateBucket"), ["s3-outposts:CreateBucket"]);
    assert_eq!(names("lambda", "Invoke"), ["lambda:InvokeFunction"]);
    assert_eq!(names("kms", "ReEncrypt"), ["kms:ReEncryptFrom", "kms:ReEncryptTo"]);
    assert_eq!(names("apigateway", "CreateRestApi"), ["apigateway:POST"]);
    assert_eq!(names("apigateway", "UpdateStage"), ["apigateway:PATCH"]);
    assert_eq!(names("apigatewayv2", "CreatePortal"), ["apigateway:CreatePortal"]);
    assert_eq!(names("cloudwatch", "PutMetricData"), ["cloudwatch:PutMetricData"]);
    assert_eq!(names("elbv2", "DescribeLoadBalancers"), ["elasticloadbalancing:DescribeLoadBalancers"]);
    assert_eq!(names("resourcegroupstaggingapi", "GetResources"), ["tag:GetResources"]);
    assert_eq!(names("ec2", "DescribeInstances"), ["ec2:DescribeInstances"]);
    assert_eq!(names("bastide", "GetStatus"), ["bastide:GetStatus"]);
    assert!(names("iam", "NoSuchOperation").is_empty());
    assert_eq!(prefix_of("stepfunctions"), Some("states"));
}

#[test]
fn operations_that_need_several() {
    let get = actions_for("s3", "GetObject");
    assert_eq!((get[0].action, &get[0].unless[..]), ("s3:GetObject", &["VersionId"][..]));
    assert_eq!((get[1].action, &get[1].when[..]), ("s3:GetObjectVersion", &["VersionId"][..]));
    assert_eq!(
        names("s3", "CopyObject"),
        [
            "s3:GetObject",
            "s3:GetObjectVersion",
            "s3:PutObject",
            "s3:PutObjectAcl",
            "s3:GetObjectTagging",
            "s3:PutObjectTagging",
            "s3:PutObjectRetention",
            "s3:PutObjectLegalHold"
        ]
    );
    let run = actions_for("ec2", "RunInstances");
    assert_eq!(run[0].action, "ec2:RunInstances");
    assert_eq!((run[1].action, &run[1].when[..]), ("ec2:CreateTags", &["TagSpecifications"][..]));
    assert_eq!(names("kms", "TagResource"), ["kms:TagResource"], "a rule for all does not repeat an action");
    let assume = actions_for("sts", "AssumeRole");
    assert_eq!(assume.iter().map(|mapped| mapped.when.len()).collect::<Vec<_>>(), [0, 2, 1, 1]);
}
