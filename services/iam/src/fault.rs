//! IAM's errors in AWS's exact words. Where the words come from: IAM API Reference, answers recorded from AWS, and the
//! messages that users of AWS quote.

use crate::model::Kind;
use bastide_kernel::Fault;
use bastide_policy::PolicyError;

bastide_kernel::faults! {
    no_such_entity = "NoSuchEntityException";
    already_exists = "EntityAlreadyExistsException";
    delete_conflict = "DeleteConflictException";
    limit_exceeded = "LimitExceededException";
    malformed_policy = "MalformedPolicyDocumentException";
    invalid_input = "InvalidInputException";
    not_attachable = "PolicyNotAttachableException";
}

/// The user, group or role is not there.
pub fn no_identity(kind: Kind, name: &str) -> Fault {
    no_such_entity(format!("The {} with name {name} cannot be found.", kind.word()))
}

pub fn identity_exists(kind: Kind, name: &str) -> Fault {
    already_exists(format!("{} with name {name} already exists.", kind.title()))
}

/// The identity has no inline policy of this name.
pub fn no_inline_policy(kind: Kind, policy: &str) -> Fault {
    no_such_entity(format!("The {} policy with name {policy} cannot be found.", kind.word()))
}

pub fn no_policy(arn: &str) -> Fault {
    no_such_entity(format!("Policy {arn} was not found."))
}

/// The policy to attach is not there.
pub fn no_policy_to_attach(arn: &str) -> Fault {
    no_such_entity(format!("Policy {arn} does not exist or is not attachable."))
}

/// The policy to be a boundary is not there.
pub fn no_boundary_policy(arn: &str) -> Fault {
    no_such_entity(format!("Scope ARN: {arn} does not exist or is not attachable."))
}

pub fn no_policy_version(arn: &str, version: &str) -> Fault {
    no_such_entity(format!("Policy {arn} version {version} does not exist or is not attachable."))
}

pub fn no_access_key(id: &str) -> Fault {
    no_such_entity(format!("The Access Key with id {id} cannot be found."))
}

pub fn bad_arn(arn: &str) -> Fault {
    invalid_input(format!("ARN {arn} is not valid."))
}

/// More than `max` of what `quota` counts.
pub fn quota(quota: impl std::fmt::Display, max: usize) -> Fault {
    limit_exceeded(format!("Cannot exceed quota for {quota}: {max}"))
}

pub fn malformed(error: &PolicyError) -> Fault {
    malformed_policy(error.to_string())
}

/// A call without a user name, by a caller that is no user.
pub fn must_name_user() -> Fault {
    Fault::validation("Must specify userName when calling with non-User credentials")
}

/// AWS's own policies are not the customer's to change.
pub fn aws_managed(arn: &str) -> Fault {
    invalid_input(format!("Policy {arn} is managed by AWS and cannot be changed."))
}

/// AWS's own policies have no tags.
pub fn no_tags_here() -> Fault {
    invalid_input("Tags not supported for policies in this domain")
}
