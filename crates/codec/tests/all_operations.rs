//! Every operation of every packed service, in every protocol the service advertises: what our client side writes, our
//! server side reads, and back.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

#[path = "support/sample.rs"]
mod sample;

use std::collections::BTreeSet;

use bastide_codec::{Body, Reply, RequestHead, decode, decode_response, encode, encode_request, find, plain};
use bastide_shape::{Operation, Protocol, Service};

fn operations() -> impl Iterator<Item = (&'static Service, Protocol, &'static Operation)> {
    bastide_shape::services().map(|name| bastide_shape::service(name).unwrap()).flat_map(|service| {
        let protocols = service.protocols.iter().copied();
        protocols
            .flat_map(move |protocol| service.operations.iter().map(move |operation| (service, protocol, operation)))
    })
}

/// A deprecated operation and its successor on one address, and two lists on one path.
const TWINS: [(&str, &str); 4] = [
    ("GetBucketLifecycle", "GetBucketLifecycleConfiguration"),
    ("GetBucketNotification", "GetBucketNotificationConfiguration"),
    ("PutBucketLifecycle", "PutBucketLifecycleConfiguration"),
    ("PutBucketNotification", "PutBucketNotificationConfiguration"),
];

#[test]
fn every_request_is_routed_and_read_as_it_was_written() {
    let mut twins = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut count = 0;
    for (service, protocol, operation) in operations() {
        count += 1;
        let name = format!("{} {protocol:?} {}", service.name, operation.name);
        let input = sample::structure(service, operation.input);
        let request = match encode_request(service, protocol, operation, &input) {
            Ok(request) => request,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        let (path, query) = request.uri.split_once('?').unwrap_or((&request.uri, ""));
        let head = RequestHead { method: request.method, path, query, headers: &request.headers };
        let found = find(&head, Some(service.signing_name), Some("localhost:4566"));
        let route = match found.and_then(|found| found.route(&head, &request.body, None)) {
            Ok(route) => route,
            Err(error) => {
                wrong.push(format!("{name}: {error}: {}", request.uri));
                continue;
            }
        };
        let got = (route.service.name, route.protocol, route.operation.name);
        if got != (service.name, protocol, operation.name) {
            if TWINS.contains(&(operation.name, route.operation.name)) {
                twins.insert(operation.name);
            } else {
                wrong.push(format!("{name}: routed to {got:?}: {}", request.uri));
            }
            continue;
        }
        match decode(&route, &head, Body::Bytes(&request.body)) {
            Ok(back) if plain::to_json(&back) == plain::to_json(&input) => {}
            Ok(back) => wrong.push(format!("{name}: {}\n    {}", plain::to_json(&back), plain::to_json(&input))),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{} of {count}:\n{}", wrong.len(), wrong.join("\n"));
    assert_eq!(twins.len(), TWINS.len());
    assert!(count > 4900, "{count} operations");
}

#[test]
fn every_answer_is_read_as_it_was_written() {
    let mut wrong = Vec::new();
    for (service, protocol, operation) in operations() {
        let name = format!("{} {protocol:?} {}", service.name, operation.name);
        let output = operation.output.and_then(|root| service.structure(root.shape));
        let events = |member: &bastide_shape::Member| service.structure(member.shape).is_some_and(|s| s.event_stream);
        // Its deprecated output has two members under one element name, so that none can be read back.
        let ambiguous = (service.name, operation.name) == ("s3", "GetBucketNotification");
        if ambiguous || output.is_some_and(|output| output.members.iter().any(events)) {
            continue;
        }
        let output = sample::structure(service, operation.output);
        let response = match encode(service, protocol, operation, &output, "id") {
            Ok(response) => response,
            Err(error) => {
                wrong.push(format!("{name}: {error}"));
                continue;
            }
        };
        match decode_response(service, protocol, operation, response.status, &response.headers, &response.body) {
            Ok(Reply::Output(back)) if plain::to_json(&back) == plain::to_json(&output) => {}
            Ok(back) => wrong.push(format!("{name}: {back:?}\n    {}", plain::to_json(&output))),
            Err(error) => wrong.push(format!("{name}: {error}")),
        }
    }
    assert!(wrong.is_empty(), "{}:\n{}", wrong.len(), wrong.join("\n"));
}
