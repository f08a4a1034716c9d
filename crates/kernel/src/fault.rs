//! How an operation says no: AWS's code, status and words outside, the cause inside.

use bastide_authz::Denial;
use bastide_shape::{Fields, Service, Value};
use std::borrow::Cow;
use std::fmt;

/// An error on its way to the client.
#[derive(Debug, Clone)]
pub struct Fault {
    kind: FaultKind,
    message: String,
    fields: Fields,
    cause: Option<String>,
}

#[derive(Debug, Clone, PartialEq)]
enum FaultKind {
    /// An error structure of the service's model; its code and status stand there.
    Modelled(&'static str),
    /// One of the errors that every service may give, which models do not list.
    Common { code: Cow<'static, str>, status: u16 },
}

/// What of a fault goes on the wire.
#[derive(Debug, Clone, PartialEq)]
pub struct FaultCode {
    /// The error structure of the model, where the fault is one.
    pub shape: Option<&'static str>,
    pub code: String,
    pub status: u16,
    /// The caller is at fault.
    pub sender: bool,
}

impl Fault {
    /// An error structure of the service's model, by the structure's name.
    pub fn modelled(shape: &'static str, message: impl Into<String>) -> Self {
        Fault { kind: FaultKind::Modelled(shape), message: message.into(), fields: Fields::default(), cause: None }
    }

    /// One of AWS's common errors (IAM API Reference, "Common Errors").
    pub fn common(code: impl Into<Cow<'static, str>>, status: u16, message: impl Into<String>) -> Self {
        let kind = FaultKind::Common { code: code.into(), status };
        Fault { kind, message: message.into(), fields: Fields::default(), cause: None }
    }

    /// Constraint violations and other input that the model or the service refuses.
    pub fn validation(message: impl Into<String>) -> Self {
        Fault::common("ValidationError", 400, message)
    }

    /// Something that must not happen did; the client learns no more than that, the record keeps the cause.
    pub fn internal(cause: impl fmt::Display) -> Self {
        Fault::common(
            "InternalFailure",
            500,
            "The request processing has failed because of an unknown error, exception or failure.",
        )
        .because(cause)
    }

    /// The operation exists in AWS and is not implemented here.
    pub fn not_implemented(service: &str, operation: &str) -> Self {
        Fault::common(
            "NotImplemented",
            501,
            format!("Bastide does not implement {service}:{operation}. `bastide coverage` lists what it does."),
        )
    }

    /// Policies say no. The gateway spells the code as the service's protocol does.
    pub fn denied(denial: Denial) -> Self {
        Fault::common("AccessDenied", 403, denial.sentence)
    }

    /// Adds a member of the error structure beside `message`.
    pub fn with(mut self, member: &'static str, value: Value) -> Self {
        self.fields.set(member, value);
        self
    }

    /// Adds the cause for the record; it never leaves the house.
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string());
        self
    }

    pub fn message(&self) -> &str {
        &self.message
    }

    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    pub fn fields(&self) -> &Fields {
        &self.fields
    }

    /// The name of the error structure, where the fault is one of the model's.
    pub fn shape(&self) -> Option<&'static str> {
        match self.kind {
            FaultKind::Modelled(shape) => Some(shape),
            FaultKind::Common { .. } => None,
        }
    }

    /// The same fault, no longer tied to the model it comes from.
    pub(crate) fn settled(self, service: Option<&Service>) -> Self {
        let FaultCode { code, status, .. } = self.code(service);
        Fault { kind: FaultKind::Common { code: code.into(), status }, fields: Fields::default(), ..self }
    }

    /// Code and status as the service's model gives them. A name that the model does not know is an internal failure;
    /// registration refuses such names, so that none gets here.
    pub fn code(&self, service: Option<&Service>) -> FaultCode {
        match &self.kind {
            FaultKind::Common { code, status } => {
                FaultCode { shape: None, code: code.clone().into_owned(), status: *status, sender: *status < 500 }
            }
            FaultKind::Modelled(shape) => match service.and_then(|service| error_shape(service, shape)) {
                Some(error) => FaultCode {
                    shape: Some(shape),
                    code: error.code.to_owned(),
                    status: error.status,
                    sender: error.status < 500,
                },
                None => FaultCode { shape: None, code: "InternalFailure".to_owned(), status: 500, sender: false },
            },
        }
    }
}

pub(crate) fn error_shape(service: &Service, name: &str) -> Option<bastide_shape::ErrorShape> {
    let shape = service.shapes.iter().find(|shape| shape.name == name)?;
    match &shape.kind {
        bastide_shape::Kind::Structure(structure) => structure.error,
        _ => None,
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = match &self.kind {
            FaultKind::Modelled(shape) => shape,
            FaultKind::Common { code, .. } => code.as_ref(),
        };
        write!(f, "{name}: {}", self.message)
    }
}
impl std::error::Error for Fault {}

/// Declares a service's faults: a constructor each, and `SHAPES`, which registration holds against the model.
#[macro_export]
macro_rules! faults {
    ($($(#[$meta:meta])* $name:ident = $shape:literal;)*) => {
        $($(#[$meta])* pub fn $name(message: impl Into<String>) -> $crate::Fault {
            $crate::Fault::modelled($shape, message)
        })*
        /// The error structures used here.
        pub const SHAPES: &[&str] = &[$($shape),*];
    };
}
