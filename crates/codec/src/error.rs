//! What can go wrong between bytes and values, each with the words AWS answers.

use std::fmt;

use bastide_shape::{Fields, Protocol, Service};

/// An error as AWS puts it on the wire, independent of the protocol.
#[derive(Debug, Clone, PartialEq)]
pub struct ErrorOut {
    /// `NoSuchEntity`, `AccessDenied`.
    pub code: String,
    pub message: String,
    /// HTTP status.
    pub status: u16,
    /// The caller is at fault (`Sender`), not the service (`Receiver`).
    pub sender: bool,
    /// The members of the modelled error structure, beyond its message.
    pub fields: Fields,
}

impl ErrorOut {
    /// An error whose only content is its message; the caller is at fault when `status` is below 500.
    pub fn new(code: impl Into<String>, message: impl Into<String>, status: u16) -> Self {
        ErrorOut { code: code.into(), message: message.into(), status, sender: status < 500, fields: Fields::default() }
    }
}

/// Why a request was not understood: AWS's code and text. Never holds a value of the request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DecodeError {
    /// AWS's error code where it does not depend on the protocol.
    pub code: Option<&'static str>,
    pub message: String,
}

impl DecodeError {
    pub(crate) fn new(message: impl Into<String>) -> Self {
        DecodeError { code: None, message: message.into() }
    }

    /// The same as an answer: `SerializationException` in the JSON and CBOR protocols, `MalformedXML` in rest-xml,
    /// `MalformedInput` in the query protocols.
    pub fn to_error(&self, protocol: Protocol) -> ErrorOut {
        let code = self.code.unwrap_or(match protocol {
            Protocol::Query | Protocol::Ec2 => "MalformedInput",
            Protocol::RestXml => "MalformedXML",
            Protocol::Json | Protocol::RestJson | Protocol::Cbor => "SerializationException",
        });
        let message = match (code, protocol) {
            ("MalformedXML", Protocol::RestXml) => {
                "The XML you provided was not well-formed or did not validate against our published schema".to_owned()
            }
            _ => self.message.clone(),
        };
        ErrorOut::new(code, message, 400)
    }
}

impl fmt::Display for DecodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
impl std::error::Error for DecodeError {}

/// A value that does not have the shape its model demands, or text that a header cannot carry: a defect of the caller.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EncodeError {
    /// Where in the value, as a path of member names.
    pub at: String,
    pub why: &'static str,
}

impl EncodeError {
    pub(crate) fn new(at: impl Into<String>, why: &'static str) -> Self {
        EncodeError { at: at.into(), why }
    }

    /// The same error as seen from one level further out.
    pub(crate) fn within(mut self, name: &str) -> Self {
        self.at = if self.at.is_empty() { name.to_owned() } else { format!("{name}.{}", self.at) };
        self
    }
}

impl fmt::Display for EncodeError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", if self.at.is_empty() { "the value" } else { &self.at }, self.why)
    }
}
impl std::error::Error for EncodeError {}

/// No operation answers to this request.
#[derive(Debug, Clone)]
pub enum RouteError {
    /// Neither signing name, target, path nor version names a service that a model describes.
    UnknownService,
    /// The service does not speak the protocol of the request.
    UnknownProtocol { service: &'static Service },
    /// A query request without `Action`.
    MissingAction { service: &'static Service, protocol: Protocol },
    /// The service has no operation of this name, or none on this method and path.
    UnknownOperation { service: &'static Service, protocol: Protocol, name: String, version: Option<String> },
    /// REST: the path is known, the method is not.
    MethodNotAllowed { service: &'static Service, protocol: Protocol },
    /// The form body or the path cannot be read.
    Malformed { service: &'static Service, protocol: Protocol, error: DecodeError },
}

impl RouteError {
    /// The service and protocol to answer in, where they are known.
    pub fn speaks(&self) -> Option<(&'static Service, Protocol)> {
        match self {
            RouteError::UnknownService => None,
            RouteError::UnknownProtocol { service } => Some((service, *service.protocols.first()?)),
            RouteError::MissingAction { service, protocol }
            | RouteError::UnknownOperation { service, protocol, .. }
            | RouteError::MethodNotAllowed { service, protocol }
            | RouteError::Malformed { service, protocol, .. } => Some((service, *protocol)),
        }
    }

    /// The answer AWS gives.
    pub fn to_error(&self) -> ErrorOut {
        match self {
            RouteError::UnknownService => ErrorOut::new("UnknownService", "No service answers to this request.", 404),
            RouteError::UnknownProtocol { .. } => ErrorOut::new(
                "UnknownOperationException",
                "The service does not speak the protocol of the request.",
                404,
            ),
            RouteError::MissingAction { protocol: Protocol::Ec2, .. } => {
                ErrorOut::new("MissingParameter", "The request must contain the parameter Action", 400)
            }
            RouteError::MissingAction { .. } => {
                ErrorOut::new("MissingAction", "Could not find operation in the request", 400)
            }
            RouteError::UnknownOperation { protocol, name, version, .. } => match protocol {
                Protocol::Query => ErrorOut::new(
                    "InvalidAction",
                    match version {
                        Some(version) => format!("Could not find operation {name} for version {version}"),
                        None => format!("Could not find operation {name} for version NO_VERSION_SPECIFIED"),
                    },
                    400,
                ),
                Protocol::Ec2 => {
                    ErrorOut::new("InvalidAction", format!("The action {name} is not valid for this web service."), 400)
                }
                Protocol::Json => ErrorOut::new("UnknownOperationException", "", 400),
                Protocol::Cbor | Protocol::RestJson | Protocol::RestXml => {
                    ErrorOut::new("UnknownOperationException", "", 404)
                }
            },
            RouteError::MethodNotAllowed { protocol: Protocol::RestXml, .. } => {
                ErrorOut::new("MethodNotAllowed", "The specified method is not allowed against this resource.", 405)
            }
            RouteError::MethodNotAllowed { .. } => ErrorOut::new("UnknownOperationException", "", 405),
            RouteError::Malformed { protocol, error, .. } => error.to_error(*protocol),
        }
    }
}

impl fmt::Display for RouteError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let error = self.to_error();
        write!(f, "{}: {}", error.code, error.message)
    }
}
impl std::error::Error for RouteError {}
