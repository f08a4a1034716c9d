//! Why a document is no policy, in AWS's words.

use std::fmt;

/// A malformed policy. `Display` is the message AWS sends with `MalformedPolicyDocument`.
///
/// The texts of identity-based policies are those of IAM's `CreatePolicy` and `Put*Policy`; those of trust and
/// resource-based policies come from the stricter parser behind `CreateRole` and `PutBucketPolicy`. Each was seen on AWS:
/// the recorded answers of public conformance suites say which document earns which text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PolicyError {
    /// Not JSON, duplicate keys, too deep, unknown elements, wrong types.
    Syntax,
    /// The same where the stricter parser reads (trust and resource-based policies).
    InvalidJson,
    /// The stricter parser's word for a wrong shape.
    SyntaxStrict,
    /// A managed policy must be of the current version.
    VersionTooOld,
    InvalidVersion,
    LegacyParsing,
    DuplicateSid,
    DuplicateSidStrict,
    SidNotAlphanumeric,
    EmptyStatement,
    MissingActions,
    MissingResources,
    /// A required element that is not there: `Statement`, `Effect`, `Principal`, `Action`.
    MissingField(&'static str),
    EmptyPrincipal,
    UnknownField(String),
    ProhibitedField(&'static str),
    PrincipalInIdentityPolicy,
    NotPrincipalInTrustPolicy,
    NotResourceInTrustPolicy,
    AllowWithNotPrincipal,
    InvalidEffect(String),
    /// The kind (`AWS`, `Service`…) and the value of a principal that cannot be one.
    InvalidPrincipal(String, String),
    ActionWithoutVendor,
    ActionWithTwoColons,
    InvalidVendor(String),
    TrustActionNotSts,
    ResourceNotArn(String),
    InvalidPartition {
        partition: String,
        rest: String,
    },
    ResourceWithoutVendor,
    IamResourceWithRegion(String),
    S3ResourceWithRegion(String),
    IamResourcePath,
}

/// What may follow `arn:aws:iam::account:`, in the order of AWS's message.
pub(crate) const IAM_RESOURCE_PATHS: [&str; 13] = [
    "user/",
    "federated-user/",
    "role/",
    "group/",
    "instance-profile/",
    "mfa/",
    "server-certificate/",
    "policy/",
    "sms-mfa/",
    "saml-provider/",
    "oidc-provider/",
    "report/",
    "access-report/",
];

impl fmt::Display for PolicyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PolicyError::Syntax => f.write_str("Syntax errors in policy."),
            PolicyError::InvalidJson => f.write_str("This policy contains invalid Json"),
            PolicyError::SyntaxStrict => f.write_str("Syntax error in policy."),
            PolicyError::VersionTooOld => f.write_str("Policy document must be version 2012-10-17 or greater."),
            PolicyError::InvalidVersion => f.write_str("The policy must contain a valid version string"),
            PolicyError::LegacyParsing => f.write_str("The policy failed legacy parsing"),
            PolicyError::DuplicateSid => f.write_str("Statement IDs (SID) in a single policy must be unique."),
            PolicyError::DuplicateSidStrict => f.write_str("The Statement Ids in the policy are not unique"),
            PolicyError::SidNotAlphanumeric => f.write_str(
                "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*",
            ),
            PolicyError::EmptyStatement => f.write_str("Could not parse the policy: Statement is empty!"),
            PolicyError::MissingActions => f.write_str("Policy statement must contain actions."),
            PolicyError::MissingResources => f.write_str("Policy statement must contain resources."),
            PolicyError::MissingField(name) => write!(f, "Missing required field {name}"),
            PolicyError::EmptyPrincipal => f.write_str("Missing required field Principal cannot be empty!"),
            PolicyError::UnknownField(name) => write!(f, "Unknown field {name}"),
            PolicyError::ProhibitedField(name) => write!(f, "Has prohibited field {name}"),
            PolicyError::PrincipalInIdentityPolicy => f.write_str("Policy document should not specify a principal."),
            PolicyError::NotPrincipalInTrustPolicy => {
                f.write_str("AssumeRole policy must not contain NotPrincipal field.")
            }
            PolicyError::NotResourceInTrustPolicy => f.write_str("AssumeRole policy must not contain resources."),
            PolicyError::AllowWithNotPrincipal => f.write_str("Allow with NotPrincipal is not allowed."),
            PolicyError::InvalidEffect(effect) => write!(f, "Invalid effect: {effect}"),
            PolicyError::InvalidPrincipal(kind, value) => {
                write!(f, "Invalid principal in policy: \"{kind}\":\"{value}\"")
            }
            PolicyError::ActionWithoutVendor => {
                f.write_str("Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.")
            }
            PolicyError::ActionWithTwoColons => f.write_str("Actions/Condition can contain only one colon."),
            PolicyError::InvalidVendor(vendor) => write!(f, "Vendor {vendor} is not valid"),
            PolicyError::TrustActionNotSts => f.write_str("AssumeRole policy may only specify STS AssumeRole actions."),
            PolicyError::ResourceNotArn(resource) => write!(f, "Resource {resource} must be in ARN format or \"*\"."),
            PolicyError::InvalidPartition { partition, rest } => {
                write!(f, "Partition \"{partition}\" is not valid for resource \"arn:{partition}:{rest}\".")
            }
            PolicyError::ResourceWithoutVendor => {
                f.write_str("Resource vendor must be fully qualified and cannot contain regexes.")
            }
            PolicyError::IamResourceWithRegion(resource) => {
                write!(f, "IAM resource {resource} cannot contain region information.")
            }
            PolicyError::S3ResourceWithRegion(resource) => {
                write!(f, "Resource {resource} can not contain region information.")
            }
            PolicyError::IamResourcePath => {
                write!(f, "IAM resource path must either be \"*\" or start with {}.", IAM_RESOURCE_PATHS.join(", "))
            }
        }
    }
}

impl std::error::Error for PolicyError {}
