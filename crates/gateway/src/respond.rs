//! The way out: faults in the words and the form of the service's protocol.

use crate::{Request, Response};
use bastide_authn::Refusal;
use bastide_codec::{ErrorOut, encode_error};
use bastide_kernel::Fault;
use bastide_shape::{Protocol, Service};
use bastide_sigv4::Dialect;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};

/// How a refusal to believe a signature is worded for a service.
pub(crate) fn dialect(service: &Service, protocol: Protocol) -> Dialect {
    match protocol {
        _ if service.name == "s3" => Dialect::S3,
        Protocol::Query | Protocol::Ec2 => Dialect::Query,
        Protocol::Json | Protocol::Cbor => Dialect::Json,
        Protocol::RestJson | Protocol::RestXml => Dialect::Rest,
    }
}

pub(crate) fn refusal(refusal: &Refusal, service: &Service, protocol: Protocol) -> Fault {
    let fault = refusal.fault(dialect(service, protocol));
    let mut out = Fault::common(fault.code, fault.status, crate::pipeline::clipped(&fault.message));
    for (name, value) in fault.details {
        out = out.with(name, bastide_shape::Value::String(value));
    }
    out
}

/// Common errors are spelled by protocol (each service's API reference, "Common Errors").
fn spelled(code: &str, status: u16, protocol: Protocol) -> (&str, u16) {
    match (code, protocol) {
        ("AccessDenied", Protocol::Ec2) => ("UnauthorizedOperation", 403),
        ("AccessDenied", Protocol::Json | Protocol::Cbor) => ("AccessDeniedException", 400),
        ("AccessDenied", Protocol::RestJson) => ("AccessDeniedException", 403),
        ("ValidationError", Protocol::Json | Protocol::Cbor | Protocol::RestJson) => ("ValidationException", 400),
        (code, _) => (code, status),
    }
}

/// A fault on the wire.
pub(crate) fn fault(fault: &Fault, service: &Service, protocol: Protocol, request_id: &str) -> Response {
    let known = fault.code(Some(service));
    let (code, status) = match known.shape {
        Some(shape) => (shape, known.status),
        None => spelled(&known.code, known.status, protocol),
    };
    let error = ErrorOut {
        code: code.to_owned(),
        message: fault.message().to_owned(),
        status,
        sender: known.sender,
        fields: fault.fields().clone(),
    };
    encoded(encode_error(service, protocol, &error, request_id))
}

/// A fault before it is known which service is meant: XML for who sent a form, as query clients do, else JSON.
pub(crate) fn stray(request: &Request, fault: &Fault, request_id: &str) -> Response {
    let known = fault.code(None);
    let form = request.header("content-type").is_some_and(|kind| kind.starts_with("application/x-www-form-urlencoded"));
    let (kind, body) = if form {
        let side = if known.sender { "Sender" } else { "Receiver" };
        let (code, message) = (escape(&known.code), escape(fault.message()));
        let error = format!("<Error><Type>{side}</Type><Code>{code}</Code><Message>{message}</Message></Error>");
        let id = escape(request_id);
        ("text/xml", format!("<ErrorResponse>{error}<RequestId>{id}</RequestId></ErrorResponse>"))
    } else {
        let body = serde_json::json!({ "__type": known.code, "message": fault.message() });
        ("application/json", body.to_string())
    };
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(kind));
    if let Ok(code) = HeaderValue::from_str(&known.code) {
        headers.insert("x-amzn-errortype", code);
    }
    if let Ok(id) = HeaderValue::from_str(request_id) {
        headers.insert("x-amzn-requestid", id);
    }
    Response { status: known.status, headers, body: Bytes::from(body) }
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

pub(crate) fn encoded(response: bastide_codec::Response) -> Response {
    Response { status: response.status, headers: response.headers, body: Bytes::from(response.body) }
}
