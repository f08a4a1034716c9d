//! The form of a Resource in IAM's own policies: what `CreatePolicy` refuses, in its words.

use crate::error::{IAM_RESOURCE_PATHS, PolicyError};
use std::borrow::Cow;

const PARTITIONS: [&str; 8] =
    ["aws", "aws-cn", "aws-us-gov", "aws-iso", "aws-iso-b", "aws-iso-e", "aws-iso-f", "aws-eusc"];

/// What AWS's own managed policies name besides what the message lists.
const IAM_UNLISTED: [&str; 3] = ["*", "root", "role-template/"];

/// Resources of S3 that are in a region; buckets and objects are not.
const S3_REGIONAL: [&str; 6] =
    ["accesspoint/", "job/", "storage-lens/", "storage-lens-group/", "async-request/", "access-grants/"];

pub(super) enum FormatError {
    /// The whole document fails "legacy parsing".
    Legacy,
    /// Reported unless something graver is found elsewhere.
    Message(PolicyError),
}

/// Checks the resources of one statement; of several at fault the first in alphabetical order is named.
pub(super) fn check_all(resources: &[&str]) -> Result<(), FormatError> {
    let mut sorted: Vec<&str> = resources.iter().copied().filter(|resource| *resource != "*").collect();
    sorted.sort_unstable();
    for resource in &sorted {
        check(resource).map_err(FormatError::Message)?;
    }
    // Too few parts with one of them empty, or no service, is what the older parser chokes on.
    let chokes = |resource: &&str| {
        (resource.matches(':').count() < 5 && resource.contains("::")) || resource.split(':').nth(2) == Some("")
    };
    if sorted.iter().any(chokes) { Err(FormatError::Legacy) } else { Ok(()) }
}

fn check(resource: &str) -> Result<(), PolicyError> {
    let opaque = with_opaque_variables(resource);
    let Some((_, rest)) = opaque.split_once(':') else {
        return Err(PolicyError::ResourceNotArn(resource.to_owned()));
    };
    let (partition, rest) = match rest.split_once(':') {
        Some((partition, rest)) => (partition, Some(rest)),
        None => (rest, None),
    };
    if partition != "*" && !PARTITIONS.contains(&partition) {
        return Err(invalid_partition(partition, rest.unwrap_or_default()));
    }
    let Some(rest) = rest else { return Err(PolicyError::ResourceWithoutVendor) };
    let mut parts = rest.splitn(4, ':');
    let service = parts.next().unwrap_or_default();
    let region = parts.next();
    let _account = parts.next();
    let id = parts.next().unwrap_or_default();
    let has_region = region != Some("");
    match service {
        "iam" if has_region => Err(PolicyError::IamResourceWithRegion(resource.to_owned())),
        "s3" if has_region && !S3_REGIONAL.iter().any(|kind| id.starts_with(kind)) => {
            Err(PolicyError::S3ResourceWithRegion(resource.to_owned()))
        }
        // An ARN that breaks off before its last part is the older parser's to refuse.
        "iam" if parts_missing(rest) || is_iam_path(id) => Ok(()),
        "iam" => Err(PolicyError::IamResourcePath),
        _ => Ok(()),
    }
}

/// The colons inside `${…}` part nothing.
fn with_opaque_variables(resource: &str) -> Cow<'_, str> {
    if !resource.contains("${") {
        return Cow::Borrowed(resource);
    }
    let mut inside = false;
    let opaque = resource.chars().map(|character| {
        inside = (inside || character == '{') && character != '}';
        if inside && character == ':' { '.' } else { character }
    });
    Cow::Owned(opaque.collect())
}

fn is_iam_path(id: &str) -> bool {
    IAM_RESOURCE_PATHS.iter().chain(&IAM_UNLISTED).any(|path| id.starts_with(path))
}

fn parts_missing(rest: &str) -> bool {
    rest.matches(':').count() < 3
}

/// AWS completes the ARN it complains of: missing parts are shown as `*`.
fn invalid_partition(partition: &str, rest: &str) -> PolicyError {
    let parts: Vec<&str> = rest.splitn(4, ':').collect();
    let shown = (0..4).map(|at| match parts.get(at) {
        Some(&"") if parts.len() == 1 => "*",
        Some(part) => part,
        None => "*",
    });
    PolicyError::InvalidPartition { partition: partition.to_owned(), rest: shown.collect::<Vec<_>>().join(":") }
}
