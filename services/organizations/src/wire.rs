//! The structures that several answers share, spelled as AWS spells them, how they come from the model, and pages of lists.

use crate::fault;
use crate::model::{self, CreationState, DAY_SECS, INVITATION_DAYS, Member, PolicyType, TAGS_MAX};
use crate::state::{handshakes, organizations, tree};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bastide_base::{AccountId, Timestamp};
use bastide_kernel::{Fault, Read, shape};

shape! {
    pub struct Tag { Key: String, Value: String }

    pub struct PolicyTypeSummary { Type: &'static str, Status: &'static str }

    pub struct Organization {
        Id: String,
        Arn: String,
        FeatureSet: &'static str,
        MasterAccountArn: String,
        MasterAccountId: AccountId,
        MasterAccountEmail: String,
        AvailablePolicyTypes: Vec<PolicyTypeSummary>,
    }

    pub struct Root { Id: String, Arn: String, Name: &'static str, PolicyTypes: Vec<PolicyTypeSummary> }

    pub struct OrganizationalUnit { Id: String, Arn: String, Name: String, Path: String }

    pub struct Account {
        Id: AccountId,
        Arn: String,
        Email: String,
        Name: String,
        Status: &'static str,
        State: &'static str,
        Paths: Vec<String>,
        JoinedMethod: &'static str,
        JoinedTimestamp: Timestamp,
    }

    pub struct CreateAccountStatus {
        Id: String,
        AccountName: String,
        State: &'static str,
        RequestedTimestamp: Timestamp,
        CompletedTimestamp: Option<Timestamp>,
        AccountId: Option<AccountId>,
        FailureReason: Option<String>,
    }

    pub struct PolicySummary {
        Id: String,
        Arn: String,
        Name: String,
        Description: String,
        Type: &'static str,
        AwsManaged: bool,
    }

    pub struct Policy { PolicySummary: PolicySummary, Content: String }

    pub struct HandshakeParty { Id: String, Type: String }

    pub struct HandshakeResource { Value: String, Type: &'static str, Resources: Option<Vec<HandshakeResource>> }

    pub struct HandshakeFilter { ActionType: Option<String>, ParentHandshakeId: Option<String> }

    pub struct Handshake {
        Id: String,
        Arn: String,
        Parties: Vec<HandshakeParty>,
        State: &'static str,
        RequestedTimestamp: Timestamp,
        ExpirationTimestamp: Timestamp,
        Action: &'static str,
        Resources: Vec<HandshakeResource>,
    }

    pub struct Child { Id: String, Type: &'static str }

    pub struct EnabledServicePrincipal { ServicePrincipal: String, DateEnabled: Timestamp }

    pub struct DelegatedService { ServicePrincipal: String, DelegationEnabledDate: Timestamp }

    pub struct DelegatedAdministrator {
        Id: AccountId,
        Arn: String,
        Email: String,
        Name: String,
        Status: &'static str,
        State: &'static str,
        JoinedMethod: &'static str,
        JoinedTimestamp: Timestamp,
        DelegationEnabledDate: Timestamp,
    }

    pub struct PolicyTargetSummary { TargetId: String, Arn: String, Name: String, Type: &'static str }
}

pub const ROOT_NAME: &str = "Root";

fn enabled<'a>(kinds: impl IntoIterator<Item = &'a PolicyType>) -> Vec<PolicyTypeSummary> {
    kinds.into_iter().map(|kind| PolicyTypeSummary { Type: kind.word(), Status: "ENABLED" }).collect()
}

/// The policy types of an organization: AWS names one here and asks to look at the root instead.
pub fn organization(cx: &Read<'_>, of: &model::Organization) -> Organization {
    let available: &[PolicyType] = match of.features {
        model::FeatureSet::All => &[PolicyType::ServiceControl],
        model::FeatureSet::ConsolidatedBilling => &[],
    };
    Organization {
        Id: of.id.clone(),
        Arn: of.own_arn(),
        FeatureSet: of.features.word(),
        MasterAccountArn: of.arn("account", &of.management.to_string()),
        MasterAccountId: of.management,
        MasterAccountEmail: organizations::profile(cx.state(), of.management).email,
        AvailablePolicyTypes: enabled(available),
    }
}

pub fn root(of: &model::Organization) -> Root {
    Root { Id: of.root.clone(), Arn: of.arn("root", &of.root), Name: ROOT_NAME, PolicyTypes: enabled(&of.enabled) }
}

pub fn unit(cx: &Read<'_>, of: &model::Organization, unit: &model::Unit) -> OrganizationalUnit {
    OrganizationalUnit {
        Id: unit.id.clone(),
        Arn: of.arn("ou", &unit.id),
        Name: unit.name.clone(),
        Path: format!("{}{}/", tree::path(cx.state(), of, &unit.parent), unit.id),
    }
}

pub fn account(cx: &Read<'_>, of: &model::Organization, member: &Member) -> Account {
    let profile = organizations::profile(cx.state(), member.account);
    Account {
        Id: member.account,
        Arn: of.arn("account", &member.account.to_string()),
        Email: profile.email,
        Name: profile.name,
        Status: member.status(),
        State: member.status(),
        Paths: vec![format!("{}{}/", tree::path(cx.state(), of, &member.parent), member.account)],
        JoinedMethod: joined_method(member),
        JoinedTimestamp: member.joined,
    }
}

const fn joined_method(member: &Member) -> &'static str {
    if member.created { "CREATED" } else { "INVITED" }
}

pub fn administrator(
    cx: &Read<'_>,
    of: &model::Organization,
    member: &Member,
    since: Timestamp,
) -> DelegatedAdministrator {
    let Account { Id, Arn, Email, Name, Status, State, JoinedMethod, JoinedTimestamp, .. } = account(cx, of, member);
    DelegatedAdministrator {
        Id,
        Arn,
        Email,
        Name,
        Status,
        State,
        JoinedMethod,
        JoinedTimestamp,
        DelegationEnabledDate: since,
    }
}

pub fn creation(row: &model::Creation) -> CreateAccountStatus {
    let (completed, account, reason) = match &row.state {
        CreationState::InProgress => (None, None, None),
        CreationState::Succeeded { at, account } => (Some(*at), Some(*account), None),
        CreationState::Failed { at, reason } => (Some(*at), None, Some(reason.clone())),
    };
    CreateAccountStatus {
        Id: row.id.clone(),
        AccountName: row.name.clone(),
        State: row.state.word(),
        RequestedTimestamp: row.requested,
        CompletedTimestamp: completed,
        AccountId: account,
        FailureReason: reason,
    }
}

pub fn summary(of: &model::Organization, policy: &model::Policy) -> PolicySummary {
    PolicySummary {
        Id: policy.id.clone(),
        Arn: policy.arn(of),
        Name: policy.name.clone(),
        Description: policy.description.clone(),
        Type: policy.kind.word(),
        AwsManaged: policy.aws_managed,
    }
}

pub fn policy(of: &model::Organization, policy: &model::Policy) -> Policy {
    Policy { PolicySummary: summary(of, policy), Content: policy.document.text().to_owned() }
}

/// A handshake, as of now.
pub fn handshake(cx: &Read<'_>, row: &model::Handshake) -> Handshake {
    let asking = organizations::profile(cx.state(), row.management);
    let features = organizations::find(cx.state(), row.management).map_or("ALL", |of| of.features.word());
    let leaf =
        |kind: &'static str, value: &str| HandshakeResource { Value: value.to_owned(), Type: kind, Resources: None };
    let organization = HandshakeResource {
        Value: row.organization.clone(),
        Type: "ORGANIZATION",
        Resources: Some(vec![
            leaf("MASTER_EMAIL", &asking.email),
            leaf("MASTER_NAME", &asking.name),
            leaf("ORGANIZATION_FEATURE_SET", features),
        ]),
    };
    let mut parties = vec![HandshakeParty { Id: row.organization.clone(), Type: "ORGANIZATION".into() }];
    let mut resources = vec![organization];
    if row.action != model::Action::EnableAllFeatures {
        let (kind, id) = match &row.by_email {
            Some(email) => ("EMAIL", email.clone()),
            None => ("ACCOUNT", row.account.to_string()),
        };
        resources.push(leaf(kind, &id));
        parties.push(HandshakeParty { Id: id, Type: kind.into() });
    }
    resources.extend(row.notes.iter().map(|notes| leaf("NOTES", notes)));
    resources.extend(row.parent.iter().map(|parent| leaf("PARENT_HANDSHAKE", parent)));
    Handshake {
        Id: row.id.clone(),
        Arn: format!(
            "arn:aws:organizations::{}:handshake/{}/{}/{}",
            row.management,
            row.organization,
            row.action.path(),
            row.id
        ),
        Parties: parties,
        State: handshakes::state_of(cx.state(), row, cx.now()),
        RequestedTimestamp: row.requested,
        ExpirationTimestamp: row.expires,
        Action: row.action.word(),
        Resources: resources,
    }
}

/// When an invitation that is sent now runs out.
pub fn expiry(now: Timestamp) -> Timestamp {
    now.plus_secs(INVITATION_DAYS * DAY_SECS)
}

/// Whether a filter lets the handshake through.
pub fn passes(filter: Option<&HandshakeFilter>, row: &model::Handshake) -> bool {
    filter.is_none_or(|filter| {
        filter.ActionType.as_deref().is_none_or(|action| action == row.action.word())
            && (filter.ParentHandshakeId.is_none() || filter.ParentHandshakeId == row.parent)
    })
}

/// The policy type of a request.
///
/// # Errors
/// NotImplemented for the types that are not enforced here.
pub fn policy_type(word: &str) -> Result<PolicyType, Fault> {
    PolicyType::parse(word).ok_or_else(|| fault::unenforced(word))
}

/// Adds the request's tags to what is there.
///
/// # Errors
/// InvalidInput for keys given twice or of AWS's own; ConstraintViolation for too many.
pub fn add_tags(tags: &mut model::Tags, given: Vec<Tag>) -> Result<(), Fault> {
    let mut seen = std::collections::BTreeSet::new();
    for Tag { Key, Value } in given {
        if Key.to_lowercase().starts_with("aws:") {
            let message = "You specified tag keys that begin with aws:, which are reserved.";
            return Err(fault::invalid("INVALID_SYSTEM_TAGS_PARAMETER", message));
        }
        if !seen.insert(Key.clone()) {
            return Err(fault::invalid("DUPLICATE_TAG_KEY", "You specified the same tag key more than once."));
        }
        tags.insert(Key, Value);
    }
    match tags.len() > TAGS_MAX {
        true => Err(fault::constraint("MAX_TAG_LIMIT_EXCEEDED", "You have exceeded the number of tags allowed.")),
        false => Ok(()),
    }
}

/// The tags of something new.
///
/// # Errors
/// As [`add_tags`].
pub fn tags(given: Option<Vec<Tag>>) -> Result<model::Tags, Fault> {
    let mut tags = model::Tags::new();
    add_tags(&mut tags, given.unwrap_or_default())?;
    Ok(tags)
}

/// Items of a page when the caller does not say, and at most.
const ITEMS_DEFAULT: u32 = 20;

/// One page of a list and the token of the next.
pub struct Page<T> {
    pub items: Vec<T>,
    pub next: Option<String>,
}

/// The page of `items` that `token` asks for. Items come sorted by their keys.
///
/// # Errors
/// InvalidInput for a token that this operation did not give.
pub fn page<T>(
    operation: &str,
    token: Option<&str>,
    max: Option<u32>,
    items: impl IntoIterator<Item = (String, T)>,
) -> Result<Page<T>, Fault> {
    let bad = || fault::invalid("INVALID_NEXT_TOKEN", "Get the NextToken from the previous response.");
    let after = match token {
        None => None,
        Some(token) => {
            let text = STANDARD.decode(token).ok().and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(bad)?;
            let key = text.strip_prefix(operation).and_then(|rest| rest.strip_prefix(' ')).ok_or_else(bad)?;
            Some(key.to_owned())
        }
    };
    let max = max.unwrap_or(ITEMS_DEFAULT) as usize;
    let mut page = Page { items: Vec::new(), next: None };
    let mut last = String::new();
    for (key, item) in items.into_iter().skip_while(|(key, _)| after.as_ref().is_some_and(|after| key <= after)) {
        if page.items.len() == max {
            page.next = Some(STANDARD.encode(format!("{operation} {last}")));
            break;
        }
        page.items.push(item);
        last = key;
    }
    Ok(page)
}

impl<T> Page<T> {
    pub fn map<U>(self, change: impl FnMut(T) -> U) -> Page<U> {
        Page { items: self.items.into_iter().map(change).collect(), next: self.next }
    }
}
