//! The API model as types. Everything is `'static`: a model is loaded once and lives as long as the process, so that
//! names can travel through requests as plain `&'static str`.

/// One AWS service as its model describes it.
#[derive(Debug)]
pub struct Service {
    /// The name under which Bastide knows the service: the folder in botocore's data, and our crate's name (`iam`).
    pub name: &'static str,
    /// `serviceId` (`IAM`, `CloudWatch Logs`).
    pub service_id: &'static str,
    /// The service name in a SigV4 credential scope (`iam`, `monitoring`).
    pub signing_name: &'static str,
    /// First label of the endpoint's host (`iam`, `monitoring`).
    pub endpoint_prefix: &'static str,
    pub api_version: &'static str,
    /// The part of `X-Amz-Target` before the dot, for json and cbor services.
    pub target_prefix: Option<&'static str>,
    /// `1.0` or `1.1`.
    pub json_version: Option<&'static str>,
    pub xml_namespace: Option<&'static str>,
    /// Every protocol the service may be spoken to in, the preferred one first.
    pub protocols: Vec<Protocol>,
    /// The service once spoke query and keeps the old error codes in `x-amzn-query-error`.
    pub query_compatible: bool,
    /// Sorted by name.
    pub operations: Vec<Operation>,
    /// Sorted by name.
    pub shapes: Vec<Shape>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Protocol {
    Query,
    Ec2,
    /// json 1.0 and 1.1; which one is the service's `json_version`.
    Json,
    RestJson,
    RestXml,
    Cbor,
}

#[derive(Debug)]
pub struct Operation {
    pub name: &'static str,
    /// HTTP method; `POST` for the protocols that do not route by it.
    pub method: &'static str,
    /// URI template of the REST protocols (`/{Bucket}/{Key+}?uploads`); `/` elsewhere.
    pub uri: &'static str,
    /// Status of a successful answer.
    pub status: u16,
    pub input: Option<Root>,
    pub output: Option<Root>,
    /// Error structures the operation declares.
    pub errors: Vec<ShapeId>,
    /// Query protocol: the element around the output (`CreateUserResult`).
    pub result_wrapper: Option<&'static str>,
    /// The model says that the operation needs no signature (`authtype: none`).
    pub unsigned: bool,
    /// The model says that the payload is not signed (`authtype: v4-unsigned-body`).
    pub unsigned_payload: bool,
    /// The model's own `readonly` trait, where it has one.
    pub read_only: Option<bool>,
    /// Host prefix template (`{AccountId}.`), where the client prepends one.
    pub host_prefix: Option<&'static str>,
    /// Whether the client compresses the body (`requestcompression`).
    pub request_compression: bool,
    /// Whether a body checksum (Content-MD5 or a flexible checksum) is required by the model.
    pub checksum_required: bool,
}

/// An operation's input or output: the structure, and how its root element is called in XML.
#[derive(Debug, Clone, Copy)]
pub struct Root {
    pub shape: ShapeId,
    pub location_name: Option<&'static str>,
    pub xml_namespace: Option<&'static str>,
}

/// Index into [`Service::shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct ShapeId(pub u32);

#[derive(Debug)]
pub struct Shape {
    pub name: &'static str,
    pub kind: Kind,
    /// The model marks the content as a secret: it never reaches a record or a log.
    pub sensitive: bool,
}

#[derive(Debug)]
pub enum Kind {
    Structure(Structure),
    List(List),
    Map(Map),
    String(StringShape),
    Blob {
        min: Option<u64>,
        max: Option<u64>,
        streaming: bool,
    },
    Boolean,
    Integer {
        min: Option<i64>,
        max: Option<i64>,
    },
    Long {
        min: Option<i64>,
        max: Option<i64>,
    },
    Float {
        min: Option<f64>,
        max: Option<f64>,
    },
    Double {
        min: Option<f64>,
        max: Option<f64>,
    },
    Timestamp(Option<TimestampFormat>),
    /// A JSON document of any shape.
    Document,
}

#[derive(Debug)]
pub struct Structure {
    /// In the model's order.
    pub members: Vec<Member>,
    /// Index of the member that is the whole body (REST).
    pub payload: Option<usize>,
    /// Exactly one member is set.
    pub union: bool,
    pub error: Option<ErrorShape>,
    pub event_stream: bool,
    /// The structure is one event of an event stream.
    pub event: bool,
}

#[derive(Debug, Clone, Copy)]
pub struct ErrorShape {
    /// The code on the wire; where the model gives none, the shape's name.
    pub code: &'static str,
    /// The code of the query protocol, where the model has one (`awsQueryError`).
    pub query_code: Option<&'static str>,
    pub status: u16,
    /// The caller is at fault (`Sender`).
    pub sender: bool,
}

/// A place in a structure, a list or a map, and how it is spelled on the wire.
#[derive(Debug)]
pub struct Member {
    /// AWS's name, as the typed skin spells it. Empty for the elements of lists and maps.
    pub name: &'static str,
    pub shape: ShapeId,
    pub required: bool,
    pub location: Location,
    pub location_name: Option<&'static str>,
    /// ec2: the name in requests, where it differs. query: the name in requests and answers, where it differs from the
    /// name that the service's other protocols use (SQS).
    pub query_name: Option<&'static str>,
    /// This list or map is flattened at this place (or its shape is).
    pub flattened: bool,
    pub xml_attribute: bool,
    pub xml_namespace: Option<XmlNamespace>,
    /// A string header that carries base64 of JSON.
    pub json_value: bool,
    pub timestamp_format: Option<TimestampFormat>,
    pub sensitive: bool,
    pub streaming: bool,
    pub idempotency_token: bool,
    /// The member is the host's label as well (`hostLabel`).
    pub host_label: bool,
    /// Event streams: the member is the event's payload or a header of it.
    pub event_payload: bool,
    pub event_header: bool,
    pub deprecated: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Location {
    Body,
    Header,
    /// A map whose keys are headers behind the prefix in `location_name`.
    Headers,
    QueryString,
    Uri,
    StatusCode,
}

#[derive(Debug, Clone, Copy)]
pub struct XmlNamespace {
    pub uri: &'static str,
    pub prefix: Option<&'static str>,
}

#[derive(Debug)]
pub struct List {
    pub element: Box<Member>,
    pub flattened: bool,
    pub min: Option<u64>,
    pub max: Option<u64>,
}

#[derive(Debug)]
pub struct Map {
    pub key: Box<Member>,
    pub value: Box<Member>,
    pub flattened: bool,
    pub min: Option<u64>,
    pub max: Option<u64>,
}

#[derive(Debug)]
pub struct StringShape {
    /// Allowed values; empty when free.
    pub values: Vec<&'static str>,
    /// Regular expression as the model gives it.
    pub pattern: Option<&'static str>,
    /// In characters.
    pub min: Option<u64>,
    pub max: Option<u64>,
    /// The string is a JSON document by media type.
    pub media_type_json: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimestampFormat {
    Iso8601,
    UnixTimestamp,
    Rfc822,
}

impl Service {
    pub fn operation(&self, name: &str) -> Option<&Operation> {
        self.operations
            .binary_search_by(|operation| operation.name.cmp(name))
            .ok()
            .and_then(|at| self.operations.get(at))
    }

    /// The shape behind an id of this service. Ids are made by the loader from the same model, so they always resolve.
    pub fn shape(&self, id: ShapeId) -> &Shape {
        &self.shapes[id.0 as usize]
    }

    /// The shape of this name. Shapes are sorted by name.
    pub fn shape_named(&self, name: &str) -> Option<&Shape> {
        self.shapes.binary_search_by(|shape| shape.name.cmp(name)).ok().and_then(|at| self.shapes.get(at))
    }

    pub fn structure(&self, id: ShapeId) -> Option<&Structure> {
        match &self.shape(id).kind {
            Kind::Structure(structure) => Some(structure),
            _ => None,
        }
    }
}

impl Structure {
    pub fn member(&self, name: &str) -> Option<&Member> {
        self.members.iter().find(|member| member.name == name)
    }
}
