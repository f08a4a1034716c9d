//! Event streams: framing, and events of real services.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use bastide_base::Timestamp;
use bastide_codec::eventstream::{HeaderValue, Message, decode_event, encode_event};
use bastide_codec::plain;
use bastide_shape::{Kind, Protocol};
use serde_json::json;

#[test]
fn the_empty_message_is_these_sixteen_bytes() {
    let bytes = [0, 0, 0, 16, 0, 0, 0, 0, 0x05, 0xc2, 0x48, 0xeb, 0x7d, 0x98, 0xc8, 0xff];
    assert_eq!(Message::default().encode().unwrap(), bytes);
    assert_eq!(Message::decode(&bytes).unwrap(), Some((Message::default(), 16)));
}

fn everything() -> Message {
    let headers = [
        ("t", HeaderValue::Bool(true)),
        ("f", HeaderValue::Bool(false)),
        ("byte", HeaderValue::Byte(-1)),
        ("short", HeaderValue::Short(-2)),
        ("int", HeaderValue::Integer(i32::MIN)),
        ("long", HeaderValue::Long(i64::MAX)),
        ("bytes", HeaderValue::Bytes(vec![0, 255])),
        ("text", HeaderValue::String("é".to_owned())),
        ("time", HeaderValue::Timestamp(Timestamp::from_millis(1_700_000_000_123))),
        ("uuid", HeaderValue::Uuid([7; 16])),
    ];
    let headers = headers.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Message { headers, payload: b"payload".to_vec() }
}

#[test]
fn headers_of_all_types_come_back_and_every_cut_or_flip_is_noticed() {
    let message = everything();
    let bytes = message.encode().unwrap();
    let mut two = bytes.clone();
    two.extend(&bytes);
    assert_eq!(Message::decode(&two).unwrap(), Some((message, bytes.len())));
    for length in 0..bytes.len() {
        assert_eq!(Message::decode(&bytes[..length]).unwrap(), None, "{length} bytes are not enough");
    }
    for at in 0..bytes.len() {
        let mut broken = bytes.clone();
        broken[at] ^= 1;
        assert!(Message::decode(&broken).is_err(), "a flip at {at}");
    }
}

#[test]
fn what_no_message_can_carry_is_refused() {
    let message = |name: &str, value| Message { headers: vec![(name.to_owned(), value)], payload: Vec::new() };
    assert!(message("", HeaderValue::Bool(true)).encode().is_err());
    assert!(message("x", HeaderValue::Bytes(vec![0; 70_000])).encode().is_err());
    assert!(Message { headers: Vec::new(), payload: vec![0; 25 << 20] }.encode().is_err());
}

/// S3 Select streams XML, its records as raw bytes; CloudWatch Logs tails in JSON.
#[test]
fn events_of_real_services_come_back() {
    for (service, protocol, stream, event, value) in [
        ("s3", Protocol::RestXml, "SelectObjectContentEventStream", "Records", json!({"Payload": "YSxiCg=="})),
        (
            "s3",
            Protocol::RestXml,
            "SelectObjectContentEventStream",
            "Stats",
            json!({"Details": {"BytesScanned": 7, "BytesProcessed": 8, "BytesReturned": 9}}),
        ),
        ("s3", Protocol::RestXml, "SelectObjectContentEventStream", "End", json!({})),
        (
            "logs",
            Protocol::Json,
            "StartLiveTailResponseStream",
            "sessionUpdate",
            json!({"sessionMetadata": {"sampled": false}, "sessionResults": [{"message": "é", "timestamp": 5}]}),
        ),
    ] {
        let service = bastide_shape::service(service).unwrap();
        let Kind::Structure(events) = &service.shape_named(stream).unwrap().kind else { panic!("{stream}") };
        let member = events.member(event).unwrap();
        let structure = service.structure(member.shape).unwrap();
        let value = plain::from_json(service, structure, &value).unwrap();
        let bytes = encode_event(service, protocol, events, event, &value).unwrap().encode().unwrap();
        let (message, _) = Message::decode(&bytes).unwrap().unwrap();
        assert_eq!(message.text(":message-type"), Some("event"));
        assert_eq!(message.text(":event-type"), Some(event));
        let (name, back) = decode_event(service, protocol, events, &message).unwrap().unwrap();
        assert_eq!((name, back), (event, value));
    }
}
