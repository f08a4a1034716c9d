use bastide_shape::Protocol;
use std::time::Duration;

/// What a client may take of the house before it is let in.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Connections at once; further ones wait in the kernel's backlog.
    pub connections_max: usize,
    /// From the start of a connection, or the end of the last answer, to the end of the next head; and how long a client
    /// may take to accept the next piece of an answer.
    pub head_deadline: Duration,
    /// From the end of the head to the end of the body.
    pub body_deadline: Duration,
    /// Bytes of a request head.
    pub head_bytes_max: usize,
    /// Bytes of all request bodies that are held at once; requests beyond get 503.
    pub bodies_bytes_max: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Limits {
            connections_max: 4_096,
            head_deadline: Duration::from_secs(30),
            body_deadline: Duration::from_secs(60),
            head_bytes_max: 64 * 1024,
            bodies_bytes_max: 512 * MIB,
        }
    }
}

const MIB: usize = 1024 * 1024;

/// The longest body that is read whole, in bytes, before and after decompression. Bodies that stream have no such limit.
pub(crate) const fn body_bytes_max(protocol: Protocol) -> usize {
    match protocol {
        // A form carries a policy or a template at most.
        Protocol::Query | Protocol::Ec2 => 2 * MIB,
        // CloudWatch and Logs send batches.
        Protocol::Json | Protocol::Cbor => 16 * MIB,
        // Lambda takes its code as base64 in JSON: 50 MB zipped (Lambda quotas).
        Protocol::RestJson => 72 * MIB,
        // S3 configurations: the largest, a delete of 1,000 keys, stays under it.
        Protocol::RestXml => 4 * MIB,
    }
}
