//! Structures that several operations answer with.

use bastide_base::{SecretString, Timestamp};

bastide_kernel::shape! {
    pub struct Credentials {
        AccessKeyId: String,
        SecretAccessKey: SecretString,
        SessionToken: SecretString,
        Expiration: Timestamp,
    }

    pub struct AssumedRoleUser {
        AssumedRoleId: String,
        Arn: String,
    }

    pub struct Tag {
        Key: String,
        Value: String,
    }

    pub struct PolicyDescriptorType {
        arn: Option<String>,
    }
}
