//! Paths for probes and for tooling that was written for another emulator. They say nothing that needs a permission.

use crate::{Request, Response};
use bastide_kernel::Cloud;
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use serde_json::json;

/// The answer, if the request is for one of these paths and carries no credentials.
pub(crate) fn answer(request: &Request, cloud: &Cloud) -> Option<Response> {
    // Presigned queries of both versions have a signature; then it is S3 that is asked, for a bucket of that name.
    let signed = request.headers.contains_key("authorization") || request.query.contains("Signature=");
    if signed || !matches!(request.method.as_str(), "GET" | "HEAD") {
        return None;
    }
    let body = match request.path.as_str() {
        "/livez" | "/readyz" => return Some(respond("text/plain", "ok\n".to_owned())),
        "/_localstack/health" => {
            let services: serde_json::Map<_, _> =
                cloud.services().map(|service| (service.name.to_owned(), json!("running"))).collect();
            json!({ "services": services, "edition": "bastide", "version": env!("CARGO_PKG_VERSION") })
        }
        "/_localstack/info" => json!({
            "edition": "bastide",
            "version": env!("CARGO_PKG_VERSION"),
            "is_license_activated": false,
            "is_docker": false,
        }),
        _ => return None,
    };
    Some(respond("application/json", format!("{body}\n")))
}

fn respond(content_type: &'static str, body: String) -> Response {
    let mut headers = HeaderMap::new();
    headers.insert("content-type", HeaderValue::from_static(content_type));
    Response { status: 200, headers, body: Bytes::from(body) }
}
