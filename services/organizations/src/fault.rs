//! Organizations' errors. Where the words come from: the Organizations API Reference, and the messages that users of AWS
//! quote.

use bastide_kernel::{Fault, Value};

bastide_kernel::faults! {
    access_denied_because = "AccessDeniedException";
    not_in_use_because = "AWSOrganizationsNotInUseException";
    account_already_closed = "AccountAlreadyClosedException";
    account_already_registered = "AccountAlreadyRegisteredException";
    account_not_found_because = "AccountNotFoundException";
    account_not_registered = "AccountNotRegisteredException";
    already_in_organization = "AlreadyInOrganizationException";
    child_not_found = "ChildNotFoundException";
    constraint_violation = "ConstraintViolationException";
    creation_not_found = "CreateAccountStatusNotFoundException";
    destination_not_found = "DestinationParentNotFoundException";
    duplicate_account = "DuplicateAccountException";
    duplicate_attachment = "DuplicatePolicyAttachmentException";
    duplicate_handshake = "DuplicateHandshakeException";
    duplicate_policy = "DuplicatePolicyException";
    duplicate_unit = "DuplicateOrganizationalUnitException";
    handshake_already = "HandshakeAlreadyInStateException";
    handshake_constraint_violation = "HandshakeConstraintViolationException";
    handshake_not_found = "HandshakeNotFoundException";
    invalid_input = "InvalidInputException";
    invalid_transition = "InvalidHandshakeTransitionException";
    malformed_policy = "MalformedPolicyDocumentException";
    master_cannot_leave = "MasterCannotLeaveOrganizationException";
    not_empty = "OrganizationNotEmptyException";
    parent_not_found = "ParentNotFoundException";
    policy_in_use = "PolicyInUseException";
    policy_not_attached = "PolicyNotAttachedException";
    policy_not_found = "PolicyNotFoundException";
    root_not_found = "RootNotFoundException";
    source_not_found = "SourceParentNotFoundException";
    target_not_found = "TargetNotFoundException";
    type_enabled = "PolicyTypeAlreadyEnabledException";
    type_not_available = "PolicyTypeNotAvailableForOrganizationException";
    type_not_enabled = "PolicyTypeNotEnabledException";
    unit_not_empty = "OrganizationalUnitNotEmptyException";
    unit_not_found = "OrganizationalUnitNotFoundException";
}

/// The operation is the management account's alone (or a delegated administrator's), whatever policies say.
pub fn access_denied() -> Fault {
    access_denied_because("You don't have permissions to access this resource.")
}

pub fn not_in_use() -> Fault {
    not_in_use_because("Your account is not a member of an organization.")
}

pub fn account_not_found() -> Fault {
    account_not_found_because("You specified an account that doesn't exist.")
}

pub fn no_parent() -> Fault {
    parent_not_found("You specified a parent that doesn't exist.")
}

pub fn no_unit() -> Fault {
    unit_not_found("You specified an organizational unit that doesn't exist.")
}

pub fn no_policy() -> Fault {
    policy_not_found("You specified a policy that doesn't exist.")
}

pub fn no_target() -> Fault {
    target_not_found("You specified a target that doesn't exist.")
}

pub fn no_handshake() -> Fault {
    handshake_not_found("You specified a handshake that doesn't exist.")
}

pub fn constraint(reason: &'static str, message: &str) -> Fault {
    constraint_violation(message).with("Reason", Value::String(reason.to_owned()))
}

pub fn handshake_constraint(reason: &'static str, message: &str) -> Fault {
    handshake_constraint_violation(message).with("Reason", Value::String(reason.to_owned()))
}

pub fn invalid(reason: &'static str, message: &str) -> Fault {
    invalid_input(message).with("Reason", Value::String(reason.to_owned()))
}

/// A policy type that AWS has and that nothing here enforces: it is refused instead of being kept without effect.
pub fn unenforced(kind: &str) -> Fault {
    Fault::common(
        "NotImplemented",
        501,
        format!("Bastide does not enforce policies of type {kind}, so it does not take them."),
    )
}
