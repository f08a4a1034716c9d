//! Answers and errors byte for byte, where clients and people look at them.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use bastide_base::Timestamp;
use bastide_codec::{
    Body, ErrorOut, Fields, RequestHead, Response, Route, Value, decode, encode, encode_error, find, plain,
};
use bastide_shape::Protocol;
use http::{HeaderMap, HeaderValue};
use serde_json::{Value as Json, json};

fn answer(service: &str, protocol: Protocol, operation: &str, output: &Json) -> Response {
    let service = bastide_shape::service(service).unwrap();
    let operation = service.operation(operation).unwrap();
    let output = match operation.output {
        Some(root) => plain::from_json(service, service.structure(root.shape).unwrap(), output).unwrap(),
        None => Value::Structure(Fields::default()),
    };
    encode(service, protocol, operation, &output, "the-id").unwrap()
}

fn failure(service: &str, protocol: Protocol, error: &ErrorOut) -> Response {
    encode_error(bastide_shape::service(service).unwrap(), protocol, error, "the-id")
}

fn body(response: &Response) -> &str {
    std::str::from_utf8(&response.body).unwrap()
}

fn header<'r>(response: &'r Response, name: &str) -> &'r str {
    response.headers.get(name).map_or("", |value| value.to_str().unwrap())
}

#[test]
fn query_answers_carry_namespace_wrapper_and_request_id() {
    let created = json!({"User": {
        "Path": "/", "UserName": "a&b", "UserId": "AIDA", "Arn": "arn", "CreateDate": 1_700_000_000
    }});
    let response = answer("iam", Protocol::Query, "CreateUser", &created);
    assert_eq!(
        body(&response),
        "<CreateUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><CreateUserResult><User><Path>/</Path>\
         <UserName>a&amp;b</UserName><UserId>AIDA</UserId><Arn>arn</Arn><CreateDate>2023-11-14T22:13:20Z</CreateDate></User>\
         </CreateUserResult><ResponseMetadata><RequestId>the-id</RequestId></ResponseMetadata></CreateUserResponse>"
    );
    assert_eq!((response.status, header(&response, "content-type")), (200, "text/xml"));
    assert_eq!(header(&response, "x-amzn-requestid"), "the-id");
    assert_eq!(
        body(&answer("iam", Protocol::Query, "DeleteUser", &json!({}))),
        "<DeleteUserResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><ResponseMetadata><RequestId>the-id\
         </RequestId></ResponseMetadata></DeleteUserResponse>"
    );
}

#[test]
fn ec2_answers_have_a_prolog_lower_case_names_and_milliseconds() {
    let page = json!({"Snapshots": [{"SnapshotId": "snap-1", "StartTime": 1_700_000_000}]});
    assert_eq!(
        body(&answer("ec2", Protocol::Ec2, "DescribeSnapshots", &page)),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<DescribeSnapshotsResponse \
         xmlns=\"http://ec2.amazonaws.com/doc/2016-11-15\"><requestId>the-id</requestId><snapshotSet><item><snapshotId>snap-1\
         </snapshotId><startTime>2023-11-14T22:13:20.000Z</startTime></item></snapshotSet></DescribeSnapshotsResponse>"
    );
}

#[test]
fn s3_answers_are_named_as_in_its_reference() {
    let location = answer("s3", Protocol::RestXml, "GetBucketLocation", &json!({"LocationConstraint": "eu-west-1"}));
    assert_eq!(
        body(&location),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<LocationConstraint \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">eu-west-1</LocationConstraint>"
    );
    assert_eq!(header(&location, "x-amz-request-id"), "the-id");
    let list =
        json!({"Name": "b", "KeyCount": 1, "Contents": [{"Key": "a\u{1}\r", "ETag": "\"e\"", "LastModified": 1}]});
    assert_eq!(
        body(&answer("s3", Protocol::RestXml, "ListObjectsV2", &list)),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ListBucketResult \
         xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\"><Contents><Key>a&#x1;&#xD;</Key><LastModified>\
         1970-01-01T00:00:01.000Z</LastModified><ETag>&quot;e&quot;</ETag></Contents><Name>b</Name><KeyCount>1</KeyCount>\
         </ListBucketResult>"
    );
    let acl = json!({"Grants": [{"Grantee": {"ID": "x", "Type": "CanonicalUser"}, "Permission": "READ"}]});
    let acl = answer("s3", Protocol::RestXml, "GetBucketAcl", &acl);
    assert!(
        body(&acl).contains(
            "<Grantee xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" xsi:type=\"CanonicalUser\"><ID>x</ID></Grantee>"
        ),
        "{}",
        body(&acl)
    );
}

#[test]
fn streams_stay_with_the_caller_in_both_directions() {
    let s3 = bastide_shape::service("s3").unwrap();
    let mut headers = HeaderMap::new();
    headers.insert("x-amz-meta-colour", HeaderValue::from_static("green"));
    headers.insert("content-encoding", HeaderValue::from_static("gzip"));
    let head = RequestHead { method: "PUT", path: "/b/k", query: "", headers: &headers };
    let route = find(&head, Some("s3"), None).unwrap().route(&head, b"", None).unwrap();
    let input = decode(&route, &head, Body::Streaming).unwrap();
    let Value::Structure(fields) = &input else { panic!("a structure") };
    assert_eq!(fields.get("Body"), Some(&Value::Stream));
    let colour = Value::Map(vec![("colour".to_owned(), Value::String("green".to_owned()))]);
    assert_eq!(fields.get("Metadata"), Some(&colour));

    let mut output = Fields::default();
    output.set("Body", Value::Stream);
    output.set("ETag", Value::String("\"e\"".to_owned()));
    output.set("LastModified", Value::Timestamp(Timestamp::from_secs(1_700_000_000)));
    output.set("Metadata", colour);
    let operation = s3.operation("GetObject").unwrap();
    let response = encode(s3, Protocol::RestXml, operation, &Value::Structure(output), "the-id").unwrap();
    assert!(response.stream && response.body.is_empty());
    assert_eq!(header(&response, "content-type"), "application/octet-stream");
    assert_eq!(header(&response, "x-amz-meta-colour"), "green");
    assert_eq!(header(&response, "last-modified"), "Tue, 14 Nov 2023 22:13:20 GMT");

    let describe = bastide_shape::service("kms").unwrap();
    let operation = describe.operation("DescribeKey").unwrap();
    let wrong = encode(describe, Protocol::Json, operation, &Value::Bool(true), "the-id");
    assert!(wrong.is_err(), "an output is a structure");
    let mut fields = Fields::default();
    fields.set("KeyMetadata", Value::String("no structure".to_owned()));
    let wrong = encode(describe, Protocol::Json, operation, &Value::Structure(fields), "the-id").unwrap_err();
    assert_eq!(wrong.at, "KeyMetadata");
}

#[test]
fn each_protocol_frames_errors_in_its_own_way() {
    let missing = ErrorOut::new("NoSuchEntity", "The user with name <a> cannot be found.", 404);
    let response = failure("iam", Protocol::Query, &missing);
    assert_eq!(response.status, 404);
    assert_eq!(
        body(&response),
        "<ErrorResponse xmlns=\"https://iam.amazonaws.com/doc/2010-05-08/\"><Error><Type>Sender</Type><Code>NoSuchEntity\
         </Code><Message>The user with name &lt;a&gt; cannot be found.</Message></Error><RequestId>the-id</RequestId>\
         </ErrorResponse>"
    );
    let vpc = ErrorOut::new("InvalidVpcID.NotFound", "The vpc ID 'vpc-1' does not exist", 400);
    assert_eq!(
        body(&failure("ec2", Protocol::Ec2, &vpc)),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response><Errors><Error><Code>InvalidVpcID.NotFound</Code><Message>\
         The vpc ID 'vpc-1' does not exist</Message></Error></Errors><RequestID>the-id</RequestID></Response>"
    );
    let mut key = ErrorOut::new("NoSuchKey", "The specified key does not exist.", 404);
    key.fields.set("Key", Value::String("a/b".to_owned()));
    assert_eq!(
        body(&failure("s3", Protocol::RestXml, &key)),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error><Code>NoSuchKey</Code><Message>The specified key does not exist.\
         </Message><Key>a/b</Key><RequestId>the-id</RequestId></Error>"
    );
    let zone = ErrorOut::new("NoSuchHostedZone", "No hosted zone found with ID: Z", 404);
    assert_eq!(
        body(&failure("route53", Protocol::RestXml, &zone)),
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<ErrorResponse \
         xmlns=\"https://route53.amazonaws.com/doc/2013-04-01/\"><Error><Type>Sender</Type><Code>NoSuchHostedZone</Code>\
         <Message>No hosted zone found with ID: Z</Message></Error><RequestId>the-id</RequestId></ErrorResponse>"
    );
}

#[test]
fn json_errors_spell_the_message_as_the_model_or_the_front_does() {
    let disabled = failure("kms", Protocol::Json, &ErrorOut::new("DisabledException", "key is disabled.", 400));
    assert_eq!(body(&disabled), r#"{"__type":"DisabledException","message":"key is disabled."}"#);
    assert_eq!(header(&disabled, "content-type"), "application/x-amz-json-1.1");
    let denied = failure("kms", Protocol::Json, &ErrorOut::new("AccessDeniedException", "User: x is not", 400));
    assert_eq!(body(&denied), r#"{"__type":"AccessDeniedException","Message":"User: x is not"}"#);
    let function = ErrorOut::new("ResourceNotFoundException", "Function not found", 404);
    let function = failure("lambda", Protocol::RestJson, &function);
    assert_eq!(header(&function, "x-amzn-errortype"), "ResourceNotFoundException");
    assert_eq!(body(&function), r#"{"Message":"Function not found"}"#);
}

#[test]
fn services_that_left_query_keep_its_codes_in_a_header() {
    let missing = ErrorOut::new("QueueDoesNotExist", "The specified queue does not exist.", 400);
    let response = failure("sqs", Protocol::Json, &missing);
    assert_eq!(header(&response, "x-amzn-query-error"), "AWS.SimpleQueueService.NonExistentQueue;Sender");
    assert_eq!(body(&response), r#"{"__type":"QueueDoesNotExist","message":"The specified queue does not exist."}"#);
    let same = failure("sqs", Protocol::Query, &missing);
    assert!(body(&same).contains("<Code>AWS.SimpleQueueService.NonExistentQueue</Code>"), "{}", body(&same));
    let cbor = failure("cloudwatch", Protocol::Cbor, &ErrorOut::new("InternalFailure", "", 500));
    assert_eq!(header(&cbor, "x-amzn-query-error"), "InternalFailure;Receiver");
    assert_eq!(header(&cbor, "smithy-protocol"), "rpc-v2-cbor");
}

fn form(service: &str, text: &str) -> (Route, Json) {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded"));
    let head = RequestHead { method: "POST", path: "/", query: "", headers: &headers };
    let route = find(&head, Some(service), None).unwrap().route(&head, text.as_bytes(), None).unwrap();
    let input = decode(&route, &head, Body::Bytes(text.as_bytes())).unwrap();
    (route, plain::to_json(&input))
}

/// The query protocol that SQS's older clients still speak, from its API reference.
#[test]
fn sqs_is_still_understood_in_query() {
    let (_, input) = form(
        "sqs",
        "Action=CreateQueue&QueueName=MyQueue&Attribute.1.Name=VisibilityTimeout&Attribute.1.Value=40&Tag.1.Key=a&\
         Tag.1.Value=b&Version=2012-11-05",
    );
    assert_eq!(input, json!({"QueueName": "MyQueue", "Attributes": {"VisibilityTimeout": "40"}, "tags": {"a": "b"}}));
    let (_, input) = form(
        "sqs",
        "Action=SendMessageBatch&QueueUrl=u&SendMessageBatchRequestEntry.1.Id=1&\
         SendMessageBatchRequestEntry.1.MessageBody=a+b&SendMessageBatchRequestEntry.2.Id=2&\
         SendMessageBatchRequestEntry.2.MessageBody=c&Version=2012-11-05",
    );
    let entries = json!([{"Id": "1", "MessageBody": "a b"}, {"Id": "2", "MessageBody": "c"}]);
    assert_eq!(input, json!({"QueueUrl": "u", "Entries": entries}));
    let page = json!({"Messages": [{"MessageId": "m", "Body": "b", "Attributes": {"SenderId": "s"}}]});
    let response = answer("sqs", Protocol::Query, "ReceiveMessage", &page);
    assert!(
        body(&response).contains(
            "<ReceiveMessageResult><Message><MessageId>m</MessageId><Body>b</Body><Attribute><Name>SenderId</Name><Value>s\
             </Value></Attribute></Message></ReceiveMessageResult>"
        ),
        "{}",
        body(&response)
    );
}

/// List indices stand in any order and with gaps, names may repeat, and what nobody knows is left alone.
#[test]
fn forms_are_read_as_aws_reads_them() {
    let (route, input) = form(
        "iam",
        "Tags.member.10.Key=b&Tags.member.10.Value=2&Tags.member.2.Key=a&Tags.member.2.Value=1&UserName=first&\
         UserName=second&Nobody.1.Knows=x&Action=CreateUser&Version=2010-05-08",
    );
    assert_eq!(route.operation.name, "CreateUser");
    let tags = json!([{"Key": "a", "Value": "1"}, {"Key": "b", "Value": "2"}]);
    assert_eq!(input, json!({"UserName": "first", "Tags": tags}));
    let (_, input) =
        form("iam", "Action=SimulateCustomPolicy&Version=2010-05-08&PolicyInputList=&ActionNames.member.1=a");
    assert_eq!(input, json!({"PolicyInputList": [], "ActionNames": ["a"]}));
}
