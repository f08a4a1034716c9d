//! What the codec costs an IAM call: reading the request (find, route, decode, validate) and writing the answer.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use bastide_codec::{Body, Fields, RequestHead, Value, decode, encode, find, validate};
use bastide_shape::{Kind, Protocol, Service, Structure};
use criterion::{Criterion, criterion_group, criterion_main};
use http::{HeaderMap, HeaderValue};
use std::hint::black_box;

fn text(value: &str) -> Value {
    Value::String(value.to_owned())
}

fn structure(service: &'static Service, name: &str) -> &'static Structure {
    match &service.shape_named(name).expect("a shape").kind {
        Kind::Structure(structure) => structure,
        _ => panic!("{name} is no structure"),
    }
}

fn user(service: &'static Service, number: u32) -> Value {
    let mut fields = Fields::default();
    for member in &structure(service, "User").members {
        match member.name {
            "Path" => fields.set(member.name, text("/")),
            "UserName" => fields.set(member.name, text(&format!("user-{number}"))),
            "UserId" => fields.set(member.name, text("AIDACKCEVSQ6C2EXAMPLE")),
            "Arn" => fields.set(member.name, text(&format!("arn:aws:iam::123456789012:user/user-{number}"))),
            "CreateDate" => {
                fields.set(member.name, Value::Timestamp(bastide_base::Timestamp::from_secs(1_700_000_000)))
            }
            _ => {}
        }
    }
    Value::Structure(fields)
}

fn call(headers: &HeaderMap, body: &str) -> Value {
    let head = RequestHead { method: "POST", path: "/", query: "", headers };
    let found = find(&head, Some("iam"), Some("iam.amazonaws.com")).expect("iam");
    let route = found.route(&head, body.as_bytes(), None).expect("an operation");
    let input = decode(&route, &head, Body::Bytes(body.as_bytes())).expect("an input");
    validate(route.service, route.operation.input.expect("an input").shape, &input).expect("valid");
    input
}

fn iam(bench: &mut Criterion) {
    let service = bastide_shape::service("iam").expect("iam");
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static("application/x-www-form-urlencoded; charset=utf-8"));

    let list = service.operation("ListUsers").expect("ListUsers");
    let mut page = Fields::default();
    page.set("Users", Value::List((0..10).map(|number| user(service, number)).collect()));
    page.set("IsTruncated", Value::Bool(false));
    let page = Value::Structure(page);
    bench.bench_function("ListUsers, 10 users", |bench| {
        bench.iter(|| {
            let input = call(&headers, black_box("Action=ListUsers&Version=2010-05-08&PathPrefix=%2F&MaxItems=10"));
            (input, encode(service, Protocol::Query, list, black_box(&page), "request-id").expect("an answer"))
        });
    });

    let create = service.operation("CreateUser").expect("CreateUser");
    let mut created = Fields::default();
    created.set("User", user(service, 1));
    let created = Value::Structure(created);
    let body =
        "Action=CreateUser&Version=2010-05-08&UserName=alice&Path=%2Fteam%2F&Tags.member.1.Key=a&Tags.member.1.Value=b";
    bench.bench_function("CreateUser", |bench| {
        bench.iter(|| {
            let input = call(&headers, black_box(body));
            (input, encode(service, Protocol::Query, create, black_box(&created), "request-id").expect("an answer"))
        });
    });
}

criterion_group!(benches, iam);
criterion_main!(benches);
