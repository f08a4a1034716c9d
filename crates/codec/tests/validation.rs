//! Constraint violations in AWS's words, compared with messages recorded from AWS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use bastide_codec::{plain, validate, validation_error};
use serde_json::{Value as Json, json};

/// The error of an input, or its absence.
fn error(service: &str, operation: &str, input: &Json) -> Option<(String, String)> {
    let service = bastide_shape::service(service).unwrap();
    let root = service.operation(operation).unwrap().input.unwrap();
    let value = plain::from_json(service, service.structure(root.shape).unwrap(), input).unwrap();
    let violations = validate(service, root.shape, &value).err()?;
    let error = validation_error(service.protocols[0], &violations);
    assert_eq!((error.status, error.sender), (400, true));
    Some((error.code, error.message))
}

fn message(service: &str, operation: &str, input: &Json) -> String {
    error(service, operation, input).unwrap().1
}

/// What AWS's recorded messages say, call by call.
#[test]
fn the_words_are_awss_own() {
    let long = "a".repeat(129);
    for (service, operation, input, wanted) in [
        (
            "kms",
            "GenerateRandom",
            json!({"NumberOfBytes": 0}),
            "1 validation error detected: Value '0' at 'numberOfBytes' failed to satisfy constraint: Member must have value \
             greater than or equal to 1"
                .to_owned(),
        ),
        (
            "kms",
            "GenerateRandom",
            json!({"NumberOfBytes": 1025}),
            "1 validation error detected: Value '1025' at 'numberOfBytes' failed to satisfy constraint: Member must have \
             value less than or equal to 1024"
                .to_owned(),
        ),
        (
            "kms",
            "GenerateMac",
            json!({"KeyId": "k", "Message": "bQ==", "MacAlgorithm": "INVALID"}),
            "1 validation error detected: Value 'INVALID' at 'macAlgorithm' failed to satisfy constraint: Member must \
             satisfy enum value set: [HMAC_SHA_384, HMAC_SHA_256, HMAC_SHA_224, HMAC_SHA_512]"
                .to_owned(),
        ),
        (
            "kms",
            "DeriveSharedSecret",
            json!({"KeyId": "k", "PublicKey": "bQ==", "KeyAgreementAlgorithm": "INVALID"}),
            "1 validation error detected: Value 'INVALID' at 'keyAgreementAlgorithm' failed to satisfy constraint: Member \
             must satisfy enum value set: [ECDH]"
                .to_owned(),
        ),
        (
            "kms",
            "TagResource",
            json!({"KeyId": "k", "Tags": [{"TagKey": long, "TagValue": "v"}]}),
            format!(
                "1 validation error detected: Value '{long}' at 'tags.1.member.tagKey' failed to satisfy constraint: Member \
                 must have length less than or equal to 128"
            ),
        ),
        (
            "cloudwatch",
            "SetAlarmState",
            json!({"AlarmName": "a", "StateValue": "INVALID", "StateReason": "r"}),
            "1 validation error detected: Value 'INVALID' at 'stateValue' failed to satisfy constraint: Member must satisfy \
             enum value set: [INSUFFICIENT_DATA, ALARM, OK]"
                .to_owned(),
        ),
        (
            "events",
            "PutRule",
            json!({"Name": "Invalid Name With Spaces!"}),
            "1 validation error detected: Value 'Invalid Name With Spaces!' at 'name' failed to satisfy constraint: Member \
             must satisfy regular expression pattern: [\\.\\-_A-Za-z0-9]+"
                .to_owned(),
        ),
    ] {
        assert_eq!(message(service, operation, &input), wanted);
        assert_eq!(error(service, operation, &input).unwrap().0, "ValidationException");
    }
}

#[test]
fn what_the_model_calls_sensitive_is_not_repeated() {
    let plaintext = "A".repeat(4 * 1400);
    let message = message("kms", "Encrypt", &json!({"KeyId": "k", "Plaintext": plaintext}));
    assert_eq!(
        message,
        "1 validation error detected: Value at 'plaintext' failed to satisfy constraint: Member must have length less than \
         or equal to 4096"
    );
}

#[test]
fn the_query_protocol_has_a_code_of_its_own_and_a_missing_member_is_null() {
    let (code, message) = error("iam", "CreateRole", &json!({"AssumeRolePolicyDocument": "{}"})).unwrap();
    assert_eq!(code, "ValidationError");
    assert_eq!(
        message,
        "1 validation error detected: Value null at 'roleName' failed to satisfy constraint: Member must not be null"
    );
    let (_, message) = error("iam", "CreateUser", &json!({"UserName": ""})).unwrap();
    assert_eq!(
        message,
        "2 validation errors detected: Value '' at 'userName' failed to satisfy constraint: Member must have length greater \
         than or equal to 1; Value '' at 'userName' failed to satisfy constraint: Member must satisfy regular expression \
         pattern: [\\w+=,.@-]+"
    );
    assert_eq!(error("iam", "CreateUser", &json!({"UserName": "alice.b@c"})), None);
}

#[test]
fn scalars_in_a_list_are_blamed_on_the_list() {
    let message = message("kms", "CreateGrant", &json!({"KeyId": "k", "GranteePrincipal": "p", "Operations": ["Fly"]}));
    assert!(
        message.starts_with(
            "1 validation error detected: Value '[Fly]' at 'operations' failed to satisfy constraint: Member must satisfy \
             constraint: [Member must satisfy enum value set: ["
        ),
        "{message}"
    );
}

/// Recorded from API Gateway; only the order of the values is looked at, its paths have a prefix of its own.
#[test]
fn enumerations_stand_in_the_order_of_a_java_hash_set() {
    let kind = json!({"restApiId": "a", "location": {"type": "INVALID"}, "properties": "p"});
    let wanted = "[RESPONSE_BODY, RESPONSE, METHOD, MODEL, AUTHORIZER, RESPONSE_HEADER, RESOURCE, PATH_PARAMETER, \
                  REQUEST_BODY, QUERY_PARAMETER, API, REQUEST_HEADER]";
    let message_text = message("apigateway", "CreateDocumentationPart", &kind);
    assert!(message_text.ends_with(wanted), "{message_text}");
    let patch = json!({"restApiId": "a", "patchOperations": [{"op": "wrong"}]});
    let message_text = message("apigateway", "UpdateRestApi", &patch);
    assert!(
        message_text.ends_with(
            "at 'patchOperations.1.member.op' failed to satisfy constraint: Member must satisfy enum value set: [add, \
             remove, move, test, replace, copy]"
        ),
        "{message_text}"
    );
    let types = json!({"name": "a", "endpointConfiguration": {"types": ["wrong"]}});
    let message_text = message("apigateway", "CreateRestApi", &types);
    assert!(
        message_text.ends_with(
            "Member must satisfy constraint: [Member must satisfy enum value set: [PRIVATE, EDGE, REGIONAL]]"
        ),
        "{message_text}"
    );
}

#[test]
fn ec2_has_words_of_its_own() {
    let missing = error("ec2", "DeleteVpc", &json!({})).unwrap();
    assert_eq!(missing, ("MissingParameter".to_owned(), "The request must contain the parameter vpcId".to_owned()));
    let wrong = error("ec2", "CreateVpc", &json!({"CidrBlock": "10.0.0.0/16", "InstanceTenancy": "shared"})).unwrap();
    let words = "Value (shared) for parameter instanceTenancy is invalid.";
    assert_eq!(wrong, ("InvalidParameterValue".to_owned(), words.to_owned()));
}
