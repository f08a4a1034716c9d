//! Which service, protocol and operation a request means.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use bastide_codec::{RequestHead, Route, RouteError, find};
use bastide_shape::Protocol;
use http::{HeaderMap, HeaderName, HeaderValue};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded; charset=utf-8");

struct Call {
    method: &'static str,
    path: &'static str,
    query: &'static str,
    headers: HeaderMap,
    body: &'static str,
    host: &'static str,
    bucket: Option<&'static str>,
}

fn call(method: &'static str, target: &'static str) -> Call {
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    Call { method, path, query, headers: HeaderMap::new(), body: "", host: "localhost:4566", bucket: None }
}

impl Call {
    fn header(mut self, (name, value): (&'static str, &'static str)) -> Self {
        self.headers.insert(HeaderName::from_static(name), HeaderValue::from_static(value));
        self
    }

    fn form(mut self, body: &'static str) -> Self {
        self.body = body;
        self.header(FORM)
    }

    fn route(&self, signing_name: Option<&str>) -> Result<Route, RouteError> {
        let head = RequestHead { method: self.method, path: self.path, query: self.query, headers: &self.headers };
        let found = find(&head, signing_name, Some(self.host))?;
        assert_eq!(found.needs_body(), !self.body.is_empty() || self.query.contains("Action="), "{}", self.path);
        found.route(&head, self.body.as_bytes(), self.bucket)
    }

    fn is(&self, signing_name: &str, service: &str, protocol: Protocol, operation: &str) -> Route {
        let route = self.route((!signing_name.is_empty()).then_some(signing_name)).unwrap();
        assert_eq!((route.service.name, route.protocol, route.operation.name), (service, protocol, operation));
        route
    }
}

#[test]
fn a_form_names_its_operation_in_the_body_or_the_query_string() {
    call("POST", "/").form("Action=CreateUser&Version=2010-05-08&UserName=a").is(
        "iam",
        "iam",
        Protocol::Query,
        "CreateUser",
    );
    call("GET", "/?Action=ListUsers&Version=2010-05-08").is("iam", "iam", Protocol::Query, "ListUsers");
    call("POST", "/").form("Version=2016-11-15&Action=DescribeVpcs").is("ec2", "ec2", Protocol::Ec2, "DescribeVpcs");
}

#[test]
fn one_service_is_spoken_to_in_several_protocols() {
    call("POST", "/").form("Action=ListMetrics&Version=2010-08-01").is(
        "monitoring",
        "cloudwatch",
        Protocol::Query,
        "ListMetrics",
    );
    let json = call("POST", "/").header(("x-amz-target", "GraniteServiceVersion20100801.ListMetrics"));
    json.is("monitoring", "cloudwatch", Protocol::Json, "ListMetrics");
    json.is("", "cloudwatch", Protocol::Json, "ListMetrics");
    call("POST", "/service/GraniteServiceVersion20100801/operation/ListMetrics")
        .header(("smithy-protocol", "rpc-v2-cbor"))
        .is("monitoring", "cloudwatch", Protocol::Cbor, "ListMetrics");
}

#[test]
fn services_that_share_a_signing_name_are_told_apart() {
    let classic = "Action=DescribeLoadBalancers&Version=2012-06-01";
    let second = "Action=DescribeLoadBalancers&Version=2015-12-01";
    if bastide_shape::service("elb").is_some() {
        call("POST", "/").form(classic).is("elasticloadbalancing", "elb", Protocol::Query, "DescribeLoadBalancers");
    }
    call("POST", "/").form(second).is("elasticloadbalancing", "elbv2", Protocol::Query, "DescribeLoadBalancers");
    call("GET", "/v20180820/configuration/publicAccessBlock").header(("x-amz-account-id", "123456789012")).is(
        "s3",
        "s3control",
        Protocol::RestXml,
        "GetPublicAccessBlock",
    );
}

#[test]
fn an_unsigned_form_is_known_by_its_version_and_an_unsigned_path_by_its_host() {
    call("POST", "/").form("Action=AssumeRoleWithWebIdentity&Version=2011-06-15&RoleArn=x").is(
        "",
        "sts",
        Protocol::Query,
        "AssumeRoleWithWebIdentity",
    );
    let mut hosted = call("GET", "/bucket/key");
    hosted.host = "s3.eu-west-1.amazonaws.com";
    hosted.is("", "s3", Protocol::RestXml, "GetObject");
}

#[test]
fn the_most_literal_path_and_what_the_model_requires_decide() {
    for (method, target, operation) in [
        ("GET", "/", "ListBuckets"),
        ("GET", "/b", "ListObjects"),
        ("GET", "/b/", "ListObjects"),
        ("GET", "/b?list-type=2", "ListObjectsV2"),
        ("GET", "/b?acl", "GetBucketAcl"),
        ("GET", "/b?acl=", "GetBucketAcl"),
        ("GET", "/b/k?acl", "GetObjectAcl"),
        ("GET", "/b/k?x-id=GetObject", "GetObject"),
        ("GET", "/b/k?uploadId=1", "ListParts"),
        ("PUT", "/b/k", "PutObject"),
        ("PUT", "/b/k?partNumber=1&uploadId=2", "UploadPart"),
        ("POST", "/b/k?uploads", "CreateMultipartUpload"),
        ("POST", "/b/k?uploadId=1", "CompleteMultipartUpload"),
        ("POST", "/b?delete", "DeleteObjects"),
        ("HEAD", "/b", "HeadBucket"),
        ("HEAD", "/b/k", "HeadObject"),
        ("GET", "/b?analytics&id=x", "GetBucketAnalyticsConfiguration"),
        ("GET", "/b?analytics", "ListBucketAnalyticsConfigurations"),
        ("GET", "/b?lifecycle", "GetBucketLifecycleConfiguration"),
    ] {
        let route = call(method, target).route(Some("s3")).unwrap();
        assert_eq!(route.operation.name, operation, "{method} {target}");
    }
    let copy = call("PUT", "/b/k").header(("x-amz-copy-source", "/a/k"));
    copy.is("s3", "s3", Protocol::RestXml, "CopyObject");
}

#[test]
fn labels_are_decoded_and_a_greedy_one_keeps_its_slashes() {
    let labels = |target| call("GET", target).is("s3", "s3", Protocol::RestXml, "GetObject").labels;
    let pair = |bucket: &str, key: &str| vec![("Bucket", bucket.to_owned()), ("Key", key.to_owned())];
    assert_eq!(labels("/b/a/b%20c/d+e"), pair("b", "a/b c/d+e"));
    assert_eq!(labels("/b//a/"), pair("b", "/a/"));
    assert_eq!(labels("/b/%2F..%2F../x"), pair("b", "/../../x"));
    let mut hosted = call("GET", "/k");
    hosted.bucket = Some("virtual");
    assert_eq!(hosted.is("s3", "s3", Protocol::RestXml, "GetObject").labels, pair("virtual", "k"));
    let mut root = call("GET", "/");
    root.bucket = Some("virtual");
    root.is("s3", "s3", Protocol::RestXml, "ListObjects");
    assert!(matches!(call("GET", "/b/%ff").route(Some("s3")), Err(RouteError::Malformed { .. })));
}

#[test]
fn an_unknown_operation_is_not_an_unknown_service() {
    let code = |call: Call, signing: &str| {
        let error = call.route(Some(signing)).unwrap_err();
        (error.to_error().code, error.to_error().status, error.speaks().map(|(service, _)| service.name))
    };
    let iam = call("POST", "/").form("Action=MakeCoffee&Version=2010-05-08");
    assert_eq!(
        iam.route(Some("iam")).unwrap_err().to_error().message,
        "Could not find operation MakeCoffee for version 2010-05-08"
    );
    assert_eq!(code(iam, "iam"), ("InvalidAction".to_owned(), 400, Some("iam")));
    let old = call("POST", "/").form("Action=ListUsers&Version=1999-01-01");
    assert_eq!(code(old, "iam"), ("InvalidAction".to_owned(), 400, Some("iam")));
    let ec2 = call("POST", "/").form("Action=MakeCoffee&Version=2016-11-15");
    assert_eq!(
        ec2.route(Some("ec2")).unwrap_err().to_error().message,
        "The action MakeCoffee is not valid for this web service."
    );
    let kms = || call("POST", "/").header(("x-amz-target", "TrentService.MakeCoffee"));
    assert_eq!(code(kms(), "kms"), ("UnknownOperationException".to_owned(), 400, Some("kms")));
    assert_eq!(code(call("POST", "/").form("Foo=1"), "iam"), ("MissingAction".to_owned(), 400, Some("iam")));
    assert_eq!(code(call("PATCH", "/b/k"), "s3"), ("MethodNotAllowed".to_owned(), 405, Some("s3")));
    assert_eq!(
        code(call("GET", "/nowhere/at/all"), "lambda"),
        ("UnknownOperationException".to_owned(), 404, Some("lambda"))
    );
    assert_eq!(code(call("GET", "/x"), "frobnicate"), ("UnknownService".to_owned(), 404, None));
}

#[test]
fn streaming_bodies_are_announced_by_the_route() {
    let put = call("PUT", "/b/k").is("s3", "s3", Protocol::RestXml, "PutObject");
    assert!((put.streams_input(), put.streams_output()) == (true, false));
    let get = call("GET", "/b/k").is("s3", "s3", Protocol::RestXml, "GetObject");
    assert!((get.streams_input(), get.streams_output()) == (false, true));
}
