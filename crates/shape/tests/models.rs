//! The packed API models: all of them open, and what they say is what AWS's models say.

use bastide_shape::{
    Kind, Location, Member, Operation, Protocol, Service, ShapeId, Structure, TimestampFormat, by_endpoint_prefix,
    by_query_version, by_signing_name, by_target_prefix, entries, entry, pack, service, services,
};

fn model(name: &str) -> &'static Service {
    service(name).unwrap()
}

fn operation(service: &'static Service, name: &str) -> &'static Operation {
    service.operation(name).unwrap()
}

fn input(service: &'static Service, name: &str) -> &'static Structure {
    service.structure(operation(service, name).input.unwrap().shape).unwrap()
}

fn output(service: &'static Service, name: &str) -> &'static Structure {
    service.structure(operation(service, name).output.unwrap().shape).unwrap()
}

fn member(structure: &'static Structure, name: &str) -> &'static Member {
    structure.member(name).unwrap()
}

fn kind(service: &'static Service, member: &Member) -> &'static Kind {
    &service.shape(member.shape).kind
}

/// Every reference of a service to one of its shapes.
fn references(service: &Service) -> Vec<ShapeId> {
    let roots = service.operations.iter().flat_map(|operation| operation.input.iter().chain(&operation.output));
    let mut ids: Vec<ShapeId> = roots.map(|root| root.shape).collect();
    ids.extend(service.operations.iter().flat_map(|operation| &operation.errors));
    for shape in &service.shapes {
        match &shape.kind {
            Kind::Structure(structure) => ids.extend(structure.members.iter().map(|member| member.shape)),
            Kind::List(list) => ids.push(list.element.shape),
            Kind::Map(map) => ids.extend([map.key.shape, map.value.shape]),
            _ => {}
        }
    }
    ids
}

#[test]
fn every_model_opens_and_is_consistent() {
    assert_eq!(services().count(), 63);
    let mut operations = 0;
    for name in services() {
        let service = model(name);
        let entry = entry(name).unwrap();
        assert_eq!((service.name, service.signing_name), (name, entry.signing_name));
        assert_eq!((service.target_prefix, &service.protocols), (entry.target_prefix, &entry.protocols));
        assert!(!service.protocols.is_empty(), "{name} speaks nothing");
        assert!(service.operations.is_sorted_by_key(|operation| operation.name), "{name}");
        assert!(service.shapes.is_sorted_by_key(|shape| shape.name), "{name}");
        let known = service.shapes.len() as u32;
        assert!(references(service).iter().all(|id| id.0 < known), "{name}");
        for operation in &service.operations {
            for root in operation.input.iter().chain(&operation.output) {
                assert!(service.structure(root.shape).is_some(), "{name} {}", operation.name);
            }
            for error in &operation.errors {
                assert!(service.structure(*error).unwrap().error.is_some(), "{name} {}", operation.name);
            }
        }
        operations += service.operations.len();
    }
    assert!(operations > 4_670, "{operations}");
    assert!(service("nonesuch").is_none());
}

#[test]
fn packing_what_was_opened_gives_the_same_bytes() {
    let aws: Vec<Service> =
        entries().filter(|entry| entry.name != "bastide").map(|entry| entry.open().unwrap()).collect();
    let committed = include_bytes!("../../../models/api.bin");
    assert!(pack::write(&aws) == committed, "a model is not what it was packed from, or packing is not deterministic");
}

#[test]
fn services_are_found_by_what_a_request_carries() {
    assert_eq!(by_signing_name("elasticloadbalancing"), ["elb", "elbv2"]);
    assert_eq!(by_signing_name("iam"), ["iam", "iam-toolbox"]);
    assert_eq!(by_signing_name("monitoring"), ["cloudwatch"]);
    assert_eq!(by_signing_name("s3"), ["s3", "s3control"]);
    assert!(by_signing_name("nonesuch").is_empty());
    assert_eq!(by_endpoint_prefix("s3-control"), ["s3control"]);
    assert_eq!(by_target_prefix("TrentService"), Some("kms"));
    assert_eq!(by_target_prefix("GraniteServiceVersion20100801"), Some("cloudwatch"));
    assert_eq!(by_target_prefix("Bastide_20261124"), Some("bastide"));
    assert_eq!(by_target_prefix("trentservice"), None);
    assert_eq!(by_query_version("2011-06-15"), ["sts"]);
    assert_eq!(by_query_version("2012-06-01"), ["elb"]);
    assert!(by_query_version("2014-11-01").is_empty(), "KMS does not speak query");
}

#[test]
fn iam_create_user() {
    let iam = model("iam");
    assert_eq!((iam.service_id, iam.api_version, iam.operations.len()), ("IAM", "2010-05-08", 180));
    assert_eq!(iam.protocols, [Protocol::Query]);
    assert_eq!(iam.xml_namespace, Some("https://iam.amazonaws.com/doc/2010-05-08/"));
    let create = operation(iam, "CreateUser");
    assert_eq!((create.method, create.uri, create.result_wrapper), ("POST", "/", Some("CreateUserResult")));
    assert!(!create.unsigned);
    let members: Vec<_> =
        input(iam, "CreateUser").members.iter().map(|member| (member.name, member.required)).collect();
    assert_eq!(members, [("Path", false), ("UserName", true), ("PermissionsBoundary", false), ("Tags", false)]);
    let Kind::String(name) = kind(iam, member(input(iam, "CreateUser"), "UserName")) else { panic!("not a string") };
    assert_eq!((name.min, name.max, name.pattern), (Some(1), Some(64), Some("[\\w+=,.@-]+")));
    let Kind::List(tags) = kind(iam, member(input(iam, "CreateUser"), "Tags")) else { panic!("not a list") };
    assert_eq!((tags.max, tags.flattened), (Some(50), false));
    let error = iam.structure(create.errors[1]).unwrap().error.unwrap();
    assert_eq!((error.code, error.status, error.sender), ("EntityAlreadyExists", 409, true));
    let secret = iam.shape_named("accessKeySecretType").unwrap();
    assert!(secret.sensitive);
}

#[test]
fn sts_says_which_calls_need_no_signature() {
    let sts = model("sts");
    let open: Vec<_> = sts.operations.iter().filter(|operation| operation.unsigned).map(|found| found.name).collect();
    assert_eq!(open, ["AssumeRoleWithSAML", "AssumeRoleWithWebIdentity"]);
}

#[test]
fn s3_streams_and_places() {
    let s3 = model("s3");
    let put = input(s3, "PutObject");
    let body = &put.members[put.payload.unwrap()];
    assert_eq!((body.name, body.streaming), ("Body", true));
    assert!(matches!(kind(s3, body), Kind::Blob { .. }));
    assert_eq!((operation(s3, "PutObject").method, operation(s3, "PutObject").uri), ("PUT", "/{Bucket}/{Key+}"));
    let key = member(put, "Key");
    assert_eq!((key.location, key.location_name, key.required), (Location::Uri, Some("Key"), true));
    let metadata = member(put, "Metadata");
    assert_eq!((metadata.location, metadata.location_name), (Location::Headers, Some("x-amz-meta-")));
    let get = output(s3, "GetObject");
    assert!(get.members[get.payload.unwrap()].streaming);
    assert_eq!(member(get, "LastModified").location, Location::Header);
    let version = member(input(s3, "GetObject"), "VersionId");
    assert_eq!((version.location, version.location_name), (Location::QueryString, Some("versionId")));
    assert!(operation(s3, "DeleteObjects").checksum_required);
    assert!(!operation(s3, "PutObject").checksum_required);
    let delete = input(s3, "DeleteObjects");
    let payload = &delete.members[delete.payload.unwrap()];
    assert_eq!(payload.xml_namespace.unwrap().uri, "http://s3.amazonaws.com/doc/2006-03-01/");
    let events = output(s3, "SelectObjectContent");
    let payload = &events.members[events.payload.unwrap()];
    let stream = s3.structure(payload.shape).unwrap();
    assert!(stream.event_stream);
    let records = s3.structure(member(stream, "Records").shape).unwrap();
    assert!(records.event && member(records, "Payload").event_payload);
}

#[test]
fn s3_grantee_carries_its_type_as_an_attribute() {
    let s3 = model("s3");
    let Kind::Structure(grantee) = &s3.shape_named("Grantee").unwrap().kind else { panic!("not a structure") };
    let kind = member(grantee, "Type");
    assert!(kind.xml_attribute && kind.location_name == Some("xsi:type"));
    let Kind::Structure(grant) = &s3.shape_named("Grant").unwrap().kind else { panic!("not a structure") };
    let namespace = member(grant, "Grantee").xml_namespace.unwrap();
    assert_eq!(
        (namespace.uri, namespace.prefix),
        ("http://www.w3.org/2001/XMLSchema-instance", Some("xsi")),
        "a member inherits what its shape says"
    );
}

#[test]
fn xml_roots_have_names_and_namespaces() {
    let root = operation(model("route53"), "CreateHostedZone").input.unwrap();
    assert_eq!(root.location_name, Some("CreateHostedZoneRequest"));
    assert_eq!(root.xml_namespace, Some("https://route53.amazonaws.com/doc/2013-04-01/"));
    assert_eq!(operation(model("route53"), "CreateHostedZone").status, 201);
}

#[test]
fn cloudwatch_speaks_three_protocols_and_keeps_its_old_codes() {
    let cloudwatch = model("cloudwatch");
    assert_eq!(cloudwatch.protocols, [Protocol::Cbor, Protocol::Json, Protocol::Query]);
    assert!(cloudwatch.query_compatible);
    assert!(operation(cloudwatch, "PutMetricData").request_compression);
    let Kind::Structure(error) = &cloudwatch.shape_named("ResourceNotFound").unwrap().kind else {
        panic!("no structure")
    };
    assert_eq!(error.error.unwrap().code, "ResourceNotFound");
    let Kind::Structure(fault) = &cloudwatch.shape_named("LimitExceededFault").unwrap().kind else {
        panic!("no structure")
    };
    let fault = fault.error.unwrap();
    assert_eq!((fault.code, fault.query_code, fault.status), ("LimitExceededFault", Some("LimitExceeded"), 400));
}

#[test]
fn sqs_speaks_query_beside_json() {
    let sqs = model("sqs");
    assert_eq!(sqs.protocols, [Protocol::Json, Protocol::Query]);
    assert_eq!(
        (sqs.json_version, sqs.xml_namespace),
        (Some("1.0"), Some("http://queue.amazonaws.com/doc/2012-11-05/"))
    );
    assert_eq!(operation(sqs, "SendMessage").result_wrapper, Some("SendMessageResult"));
    assert_eq!(operation(sqs, "PurgeQueue").result_wrapper, None);
    let attributes = member(input(sqs, "CreateQueue"), "Attributes");
    assert_eq!((attributes.location_name, attributes.query_name), (None, Some("Attribute")), "json keeps the name");
    assert!(attributes.flattened);
    let Kind::Map(map) = kind(sqs, attributes) else { panic!("not a map") };
    assert_eq!((map.key.location_name, map.value.location_name), (Some("Name"), Some("Value")));
    let messages = member(output(sqs, "ReceiveMessage"), "Messages");
    let Kind::List(list) = kind(sqs, messages) else { panic!("not a list") };
    assert_eq!((list.element.location_name, list.flattened), (Some("Message"), true));
    let Kind::Structure(missing) = &sqs.shape_named("QueueDoesNotExist").unwrap().kind else { panic!("no structure") };
    let missing = missing.error.unwrap();
    assert_eq!(missing.code, "QueueDoesNotExist");
    assert_eq!(missing.query_code, Some("AWS.SimpleQueueService.NonExistentQueue"));
}

#[test]
fn other_traits() {
    let ec2 = model("ec2");
    let addresses = ec2.shapes.iter().filter_map(|shape| match &shape.kind {
        Kind::Structure(structure) => structure.members.iter().find(|member| member.query_name.is_some()),
        _ => None,
    });
    assert_eq!(addresses.filter_map(|member| member.query_name).collect::<Vec<_>>(), ["Ipv6Addresses"]);
    let Kind::Structure(item) = &model("iam").shape_named("PolicyIdentifier").unwrap().kind else { panic!() };
    assert!(item.union);
    assert!(matches!(model("iam-toolbox").shape_named("Document").unwrap().kind, Kind::Document));
    assert!(member(input(model("secretsmanager"), "CreateSecret"), "ClientRequestToken").idempotency_token);
    assert!(member(input(model("secretsmanager"), "CreateSecret"), "SecretString").sensitive);
    let host = operation(model("s3control"), "CreateJob").host_prefix;
    assert_eq!(host, Some("{AccountId}."));
    assert!(member(input(model("s3control"), "CreateJob"), "AccountId").host_label);
    assert_eq!(operation(model("iam-toolbox"), "GetRequestAuthorizationDetails").read_only, Some(true));
    assert!(operation(model("s3"), "WriteGetObjectResponse").unsigned_payload);
    let code = member(output(model("lambda"), "Invoke"), "StatusCode");
    assert_eq!(code.location, Location::StatusCode);
    let until = member(input(model("s3"), "PutObject"), "ObjectLockRetainUntilDate");
    assert_eq!(until.timestamp_format, Some(TimestampFormat::Iso8601));
    let gone = member(input(model("ec2"), "RunInstances"), "MaxCount");
    assert!(matches!(kind(ec2, gone), Kind::Integer { .. }) && gone.required);
}

#[test]
fn our_own_service_is_there() {
    let bastide = model("bastide");
    assert_eq!((bastide.signing_name, bastide.json_version), ("bastide", Some("1.1")));
    assert_eq!(bastide.protocols, [Protocol::Json]);
    assert!(output(bastide, "GetStatus").member("Version").is_some());
}
