//! KMS's errors in AWS's exact words: from the API Reference, the table of the Developer Guide's "Key states of AWS KMS
//! keys", and answers recorded from AWS.

use bastide_kernel::Fault;

bastide_kernel::faults! {
    not_found = "NotFoundException";
    already_exists = "AlreadyExistsException";
    disabled = "DisabledException";
    invalid_state = "KMSInvalidStateException";
    invalid_usage = "InvalidKeyUsageException";
    unsupported = "UnsupportedOperationException";
    invalid_arn = "InvalidArnException";
    incorrect_key = "IncorrectKeyException";
    incorrect_material = "IncorrectKeyMaterialException";
    expired_token = "ExpiredImportTokenException";
    invalid_token = "InvalidImportTokenException";
    malformed_policy = "MalformedPolicyDocumentException";
    limit_exceeded = "LimitExceededException";
    tag = "TagException";
    invalid_marker = "InvalidMarkerException";
    invalid_grant_id = "InvalidGrantIdException";
    invalid_alias = "InvalidAliasNameException";
    conflict = "ConflictException";
    // Those that say nothing but their name, so that nobody can probe with them.
    silent_ciphertext = "InvalidCiphertextException";
    silent_signature = "KMSInvalidSignatureException";
    silent_mac = "KMSInvalidMacException";
    silent_grant_token = "InvalidGrantTokenException";
    only_dry = "DryRunOperationException";
}

/// The ciphertext is not one of this key under this context; which of these, AWS does not say.
pub fn invalid_ciphertext() -> Fault {
    silent_ciphertext("")
}

pub fn invalid_signature() -> Fault {
    silent_signature("")
}

pub fn invalid_mac() -> Fault {
    silent_mac("")
}

pub fn invalid_grant_token() -> Fault {
    silent_grant_token("")
}

/// The caller asked only whether it would be allowed.
pub fn dry_run() -> Fault {
    only_dry("The request would have succeeded, but the DryRun option is set.")
}

pub fn validation(message: impl Into<String>) -> Fault {
    Fault::common("ValidationException", 400, message)
}

pub fn no_key(arn: &str) -> Fault {
    not_found(format!("Key '{arn}' does not exist"))
}

pub fn no_alias(arn: &str) -> Fault {
    not_found(format!("Alias {arn} is not found."))
}

/// Neither an id, nor an ARN, nor an alias (where one may stand).
pub fn no_key_id(text: &str) -> Fault {
    not_found(format!("Invalid keyId '{text}'"))
}

/// The key is for something else.
pub fn wrong_usage(arn: &str, usage: &str, operation: &str) -> Fault {
    invalid_usage(format!("{arn} key usage is {usage} which is not valid for {operation}."))
}

pub fn wrong_algorithm(algorithm: &str, spec: &str) -> Fault {
    invalid_usage(format!("Algorithm {algorithm} is incompatible with key spec {spec}."))
}

/// The key's material comes from elsewhere than the operation wants.
pub fn wrong_origin(arn: &str, origin: &str) -> Fault {
    unsupported(format!("{arn} origin is {origin} which is not valid for this operation."))
}

/// Part of an operation that AWS has and Bastide does not.
pub fn not_here(what: &str) -> Fault {
    Fault::common(
        "NotImplemented",
        501,
        format!("Bastide does not implement {what}. services/kms/README.md says what KMS does here."),
    )
}
