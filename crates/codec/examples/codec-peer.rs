//! The codec on a pipe, for tests in other languages: one JSON object a line in, one a line out.
//!
//! `{"do": "decode", "signing_name", "host", "method", "path", "query", "headers", "body"}` gives the service, the
//! protocol, the operation and the input. `{"do": "encode", "service", "protocol", "operation", "output"}` and
//! `{"do": "error", "service", "protocol", "code", "message", "status", "fields"}` give an HTTP answer.
//! `{"do": "event", "service", "protocol", "stream", "event", "shape", "value"}` gives an event's message.
//! `{"do": "services"}` gives what is packed. Bodies and blobs are base64, timestamps seconds.

use std::error::Error;
use std::io::{BufRead, Write};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use bastide_codec::eventstream::encode_event;
use bastide_codec::{Body, ErrorOut, RequestHead, Response, Value, decode, encode, encode_error, find, plain};
use bastide_shape::{Kind, Protocol, Service};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Value as Json, json};

type Outcome<T> = Result<T, Box<dyn Error>>;

const PROTOCOLS: [(&str, Protocol); 6] = [
    ("query", Protocol::Query),
    ("ec2", Protocol::Ec2),
    ("json", Protocol::Json),
    ("rest-json", Protocol::RestJson),
    ("rest-xml", Protocol::RestXml),
    ("smithy-rpc-v2-cbor", Protocol::Cbor),
];

fn name_of(protocol: Protocol) -> &'static str {
    PROTOCOLS.iter().find(|(_, known)| *known == protocol).map_or("", |(name, _)| name)
}

fn text<'j>(command: &'j Json, key: &str) -> Outcome<&'j str> {
    command.get(key).and_then(Json::as_str).ok_or_else(|| format!("{key} is missing").into())
}

fn service(command: &Json) -> Outcome<&'static Service> {
    let name = text(command, "service")?;
    bastide_shape::service(name).ok_or_else(|| format!("there is no service {name}").into())
}

fn protocol(command: &Json) -> Outcome<Protocol> {
    let name = text(command, "protocol")?;
    let found = PROTOCOLS.iter().find(|(known, _)| *known == name);
    found.map(|(_, protocol)| *protocol).ok_or_else(|| format!("there is no protocol {name}").into())
}

fn answer(response: &Response) -> Json {
    let headers: serde_json::Map<String, Json> = response
        .headers
        .iter()
        .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
        .collect();
    json!({"status": response.status, "headers": headers, "body": STANDARD.encode(&response.body)})
}

fn run(command: &Json) -> Outcome<Json> {
    match text(command, "do")? {
        "services" => Ok(bastide_shape::entries()
            .map(|entry| {
                let protocols: Vec<_> = entry.protocols.iter().map(|protocol| name_of(*protocol)).collect();
                json!({"name": entry.name, "protocols": protocols})
            })
            .collect()),
        "decode" => {
            let mut headers = HeaderMap::new();
            for (name, value) in command["headers"].as_object().into_iter().flatten() {
                let value = value.as_str().ok_or("a header is no text")?;
                headers.insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_bytes(value.as_bytes())?);
            }
            let body = STANDARD.decode(text(command, "body")?)?;
            let head = RequestHead {
                method: text(command, "method")?,
                path: text(command, "path")?,
                query: text(command, "query")?,
                headers: &headers,
            };
            let found = find(&head, Some(text(command, "signing_name")?), Some(text(command, "host")?))?;
            let route = found.route(&head, &body, None)?;
            let input = decode(&route, &head, Body::Bytes(&body))?;
            Ok(json!({
                "service": route.service.name,
                "protocol": name_of(route.protocol),
                "operation": route.operation.name,
                "input": plain::to_json(&input),
            }))
        }
        "encode" => {
            let service = service(command)?;
            let operation = service.operation(text(command, "operation")?).ok_or("there is no such operation")?;
            let structure = operation.output.and_then(|root| service.structure(root.shape));
            let output = match structure {
                Some(structure) => plain::from_json(service, structure, &command["output"])?,
                None => Value::Structure(bastide_codec::Fields::default()),
            };
            Ok(answer(&encode(service, protocol(command)?, operation, &output, "request-id")?))
        }
        "event" => {
            let service = service(command)?;
            let structure = |name: &str| match service.shape_named(name).map(|shape| &shape.kind) {
                Some(Kind::Structure(structure)) => Ok(structure),
                _ => Err(format!("there is no structure {name}")),
            };
            let (events, name) = (structure(text(command, "stream")?)?, text(command, "event")?);
            let value = plain::from_json(service, structure(text(command, "shape")?)?, &command["value"])?;
            let message = encode_event(service, protocol(command)?, events, name, &value)?;
            Ok(json!({"message": STANDARD.encode(message.encode()?)}))
        }
        "error" => {
            let service = service(command)?;
            let status = u16::try_from(command["status"].as_u64().unwrap_or(400))?;
            let mut error = ErrorOut::new(text(command, "code")?, text(command, "message")?, status);
            if let Some(shape) = command["shape"].as_str() {
                let shape = service.shape_named(shape).ok_or("there is no such error")?;
                let Kind::Structure(structure) = &shape.kind else { return Err("no structure".into()) };
                if let Value::Structure(fields) = plain::from_json(service, structure, &command["fields"])? {
                    error.fields = fields;
                }
            }
            Ok(answer(&encode_error(service, protocol(command)?, &error, "request-id")))
        }
        other => Err(format!("nobody can {other}").into()),
    }
}

fn main() -> Outcome<()> {
    let mut out = std::io::stdout().lock();
    for line in std::io::stdin().lock().lines() {
        let command: Json = serde_json::from_str(&line?)?;
        let result = run(&command).unwrap_or_else(|error| json!({"error": error.to_string()}));
        writeln!(out, "{result}")?;
        out.flush()?;
    }
    Ok(())
}
