//! Errors of the operator's service.

bastide_kernel::faults! {
    /// No such call or snapshot.
    not_found = "ResourceNotFoundException";
    /// The name is taken.
    conflict = "ConflictException";
    /// Members that do not go together, or a move the clock cannot make.
    invalid_request = "InvalidRequestException";
}
