//! STS's errors.

use bastide_kernel::Fault;

bastide_kernel::faults! {
    /// A session policy that is not a policy.
    malformed_policy_document = "MalformedPolicyDocumentException";
    /// Session policies and tags together are too long.
    packed_policy_too_large = "PackedPolicyTooLargeException";
}

/// Refusals that are not a matter of policies, worded by the operation.
pub fn access_denied(message: impl Into<String>) -> Fault {
    Fault::common("AccessDenied", 403, message)
}
