//! What KMS's operations ask for: key ARNs, key policies, grants and the `kms:` condition keys (Service Authorization
//! Reference, "Actions, resources, and condition keys for AWS Key Management Service").
//!
//! An ask never tells whether a key exists: what is not there is asked about under the ARN it would have, without a key
//! policy; only a caller whom IAM allows learns that it is not there, and a stranger never does.

use crate::fault;
use crate::model::names::GrantOperation;
use crate::model::{Context, Key, POLICY_MAX, Place};
use crate::state::keys::{self, Named, Target};
use crate::state::open_iam::OpenIam;
use crate::state::{aliases, grants};
use crate::wire::{self, Tag};
use bastide_authn::Caller;
use bastide_authz::{Sources, would_allow};
use bastide_base::AccountId;
use bastide_kernel::{Ask, Cx, Fault, PolicyDocument, Read, ResourcePolicy};
use bastide_policy::PolicyKind;
use std::sync::Arc;

/// The only name that a key policy has.
pub const POLICY_NAME: &str = "default";

/// `action`, which AWS keeps to the key's own account (API Reference: "Cross-account use: No"), on the key that `text` names by
/// its id or ARN.
///
/// # Errors
/// NotFoundException for what cannot name a key here.
pub fn on_own_key(cx: &Read<'_>, action: &'static str, text: &str) -> Result<Ask, Fault> {
    Ok(on_own(cx, action, &keys::find(cx.state(), cx.call, text, Named::ByKey)?))
}

/// [`on_own_key`], of a key already found. Another account's key is asked about as one that is not there: whatever its policy
/// says, nothing on its side allows, and nothing is told of it.
pub fn on_own(cx: &Read<'_>, action: &'static str, target: &Target) -> Ask {
    match target.place.account == cx.account() {
        true => on(cx, action, target),
        false => calling(cx, Ask::action(action).on(target.arn())),
    }
}

/// `action`, which AWS lets other accounts do when both sides allow, on the key that `text` names by its id or ARN.
///
/// # Errors
/// NotFoundException for what cannot name a key here.
pub fn on_key(cx: &Read<'_>, action: &'static str, text: &str) -> Result<Ask, Fault> {
    Ok(on(cx, action, &keys::find(cx.state(), cx.call, text, Named::ByKey)?))
}

/// [`on_key`] for operations that grants can allow and that take aliases: `action` and grant operation have one name.
///
/// # Errors
/// NotFoundException for what cannot name a key here; InvalidGrantTokenException.
pub fn using(
    cx: &Read<'_>,
    operation: GrantOperation,
    text: &str,
    context: Option<&Context>,
    tokens: Option<&[String]>,
) -> Result<Ask, Fault> {
    let target = keys::find(cx.state(), cx.call, text, Named::ByKeyOrAlias)?;
    using_target(cx, operation, &target, context, tokens)
}

/// [`using`], of a key already found.
///
/// # Errors
/// InvalidGrantTokenException.
pub fn using_target(
    cx: &Read<'_>,
    operation: GrantOperation,
    target: &Target,
    context: Option<&Context>,
    tokens: Option<&[String]>,
) -> Result<Ask, Fault> {
    grants::check_tokens(cx.state(), tokens)?;
    check_context(context)?;
    let ask = with_context(on(cx, action(operation), target), context);
    Ok(ask.granted_by(grants::allowing(cx.state(), &target.place, cx.caller(), operation, |grant| grant.fits(context))))
}

/// A context is held to 8 KB (Developer Guide, "Encryption context").
fn check_context(context: Option<&Context>) -> Result<(), Fault> {
    let size: usize = context.into_iter().flatten().map(|(key, value)| key.len() + value.len()).sum();
    match size > 8192 {
        true => Err(fault::validation("The encryption context is longer than 8192 bytes.")),
        false => Ok(()),
    }
}

/// `action` on what was found, with everything that is known of it and of the call.
pub fn on(cx: &Read<'_>, action: &'static str, target: &Target) -> Ask {
    let mut ask = calling(cx, Ask::action(action).on(target.arn()));
    if let Some(alias) = target.alias.as_ref().filter(|_| target.place.account != cx.account()) {
        // What another account's alias names is that account's business.
        ask = ask.shown_as(target.place.alias_arn(alias));
    }
    if let Some(alias) = target.alias.as_ref().filter(|_| target.key.is_some()) {
        ask = ask.key("kms:RequestAlias", [alias.clone()]);
    }
    match &target.key {
        Some(key) => described(cx, ask, key),
        None => match aws_managed(cx, target) {
            Some(policy) => ask.resource_policy(Some(policy)),
            None => ask,
        },
    }
}

fn described(cx: &Read<'_>, ask: Ask, key: &Key) -> Ask {
    let policy = ResourcePolicy { name: key.arn(), document: key.policy.clone(), must_allow: true };
    let ask = ask
        .resource_policy(Some(policy))
        .resource_tags(Some(key.tag_list()))
        .key("kms:KeySpec", [key.spec.as_str().to_owned()])
        .key("kms:KeyUsage", [key.usage.as_str().to_owned()])
        .key("kms:KeyOrigin", [key.origin.as_str().to_owned()])
        .key("kms:MultiRegion", [key.multi_region.is_some().to_string()]);
    let ask = match key.region_type() {
        Some(kind) => ask.key("kms:MultiRegionKeyType", [kind.as_str().to_owned()]),
        None => ask,
    };
    let names = aliases::of_key(cx.state(), &key.place);
    if names.is_empty() { ask } else { ask.key("kms:ResourceAliases", names) }
}

/// The ask, with who calls and through which service.
pub fn calling(cx: &Read<'_>, ask: Ask) -> Ask {
    let ask = match cx.caller().principal.account() {
        Some(account) => ask.key("kms:CallerAccount", [account.to_string()]),
        None => ask,
    };
    match via(cx) {
        Some(service) => ask.key("kms:ViaService", [service]),
        None => ask,
    }
}

/// The ask, and where the request sets tags on a key that is yet to be made, kms:TagResource on it as well (API Reference of
/// CreateKey and ReplicateKey).
pub fn and_tagging(cx: &Read<'_>, ask: Ask, key: &Place, tags: Option<&[Tag]>) -> Ask {
    match tags {
        None | Some([]) => ask,
        tags => {
            let tagging = calling(cx, Ask::action("kms:TagResource").on(key.arn()));
            ask.and(tagging.request_tags(wire::tag_pairs(tags)))
        }
    }
}

/// The service that makes this call for its caller, as `kms:ViaService` names it: `s3.us-east-1.amazonaws.com`.
fn via(cx: &Read<'_>) -> Option<String> {
    let service = cx.caller().via.last()?.split('.').next()?;
    Some(format!("{service}.{}.amazonaws.com", cx.region()))
}

/// The ask, with the encryption context of the request.
pub fn with_context(mut ask: Ask, context: Option<&Context>) -> Ask {
    let Some(context) = context.filter(|context| !context.is_empty()) else { return ask };
    for (key, value) in context {
        ask = ask.key(format!("kms:EncryptionContext:{key}"), [value.clone()]);
    }
    ask.key("kms:EncryptionContextKeys", context.keys().cloned())
}

/// The IAM action behind a grant operation.
const fn action(operation: GrantOperation) -> &'static str {
    match operation {
        GrantOperation::Decrypt => "kms:Decrypt",
        GrantOperation::Encrypt => "kms:Encrypt",
        GrantOperation::GenerateDataKey => "kms:GenerateDataKey",
        GrantOperation::GenerateDataKeyWithoutPlaintext => "kms:GenerateDataKeyWithoutPlaintext",
        GrantOperation::ReEncryptFrom => "kms:ReEncryptFrom",
        GrantOperation::ReEncryptTo => "kms:ReEncryptTo",
        GrantOperation::Sign => "kms:Sign",
        GrantOperation::Verify => "kms:Verify",
        GrantOperation::GetPublicKey => "kms:GetPublicKey",
        GrantOperation::CreateGrant => "kms:CreateGrant",
        GrantOperation::RetireGrant => "kms:RetireGrant",
        GrantOperation::DescribeKey => "kms:DescribeKey",
        GrantOperation::GenerateDataKeyPair => "kms:GenerateDataKeyPair",
        GrantOperation::GenerateDataKeyPairWithoutPlaintext => "kms:GenerateDataKeyPairWithoutPlaintext",
        GrantOperation::GenerateMac => "kms:GenerateMac",
        GrantOperation::VerifyMac => "kms:VerifyMac",
        GrantOperation::DeriveSharedSecret => "kms:DeriveSharedSecret",
        GrantOperation::Encapsulate => "kms:Encapsulate",
        GrantOperation::Decapsulate => "kms:Decapsulate",
    }
}

/// The policy of a key whose maker gave none: the account, which opens it to IAM.
pub fn default_policy(account: AccountId) -> PolicyDocument {
    let text = format!(
        r#"{{
  "Version" : "2012-10-17",
  "Id" : "key-default-1",
  "Statement" : [ {{
    "Sid" : "Enable IAM User Permissions",
    "Effect" : "Allow",
    "Principal" : {{
      "AWS" : "arn:aws:iam::{account}:root"
    }},
    "Action" : "kms:*",
    "Resource" : "*"
  }} ]
}}"#
    );
    PolicyDocument::stored(text, PolicyKind::Resource)
}

/// The service for which an AWS managed key would be made here: `s3` when S3 calls about `alias/aws/s3`.
pub fn managed_for<'a>(caller: &Caller, target: &'a Target) -> Option<&'a str> {
    let service = target.alias.as_deref()?.strip_prefix("alias/aws/")?;
    let via = caller.via.last()?.split('.').next()?;
    (target.key.is_none() && via == service && caller.principal.account() == Some(target.place.account))
        .then_some(service)
}

fn aws_managed(cx: &Read<'_>, target: &Target) -> Option<ResourcePolicy> {
    let service = managed_for(cx.caller(), target)?;
    Some(ResourcePolicy { name: target.arn(), document: managed_policy(service, &target.place), must_allow: true })
}

/// The policy of an AWS managed key: for all principals of the account, through its service and in no other way.
pub fn managed_policy(service: &str, place: &Place) -> PolicyDocument {
    let Place { account, region, .. } = place;
    let text = format!(
        r#"{{"Version":"2012-10-17","Id":"auto-{service}-1","Statement":[{{"Sid":"Allow access through {service} for all principals in the account that are authorized to use it","Effect":"Allow","Principal":{{"AWS":"*"}},"Action":["kms:Encrypt","kms:Decrypt","kms:ReEncrypt*","kms:GenerateDataKey*","kms:CreateGrant","kms:DescribeKey"],"Resource":"*","Condition":{{"StringEquals":{{"kms:CallerAccount":"{account}","kms:ViaService":"{service}.{region}.amazonaws.com"}}}}}},{{"Sid":"Allow direct access to key metadata to the account","Effect":"Allow","Principal":{{"AWS":"arn:aws:iam::{account}:root"}},"Action":["kms:Describe*","kms:Get*","kms:List*","kms:RevokeGrant"],"Resource":"*"}}]}}"#
    );
    PolicyDocument::stored(text, PolicyKind::Resource)
}

/// Takes a key policy in. Unless `bypass`, it must let its caller put another one ("lockout safety check").
///
/// # Errors
/// MalformedPolicyDocumentException; LimitExceededException when it is too long.
pub fn accept(cx: &Cx<'_>, place: &Place, text: String, bypass: bool) -> Result<PolicyDocument, Fault> {
    if text.len() > POLICY_MAX {
        return Err(fault::limit_exceeded(format!("The key policy is longer than {POLICY_MAX} bytes.")));
    }
    let document = PolicyDocument::parse(text, PolicyKind::Resource)
        .map_err(|error| fault::malformed_policy(error.to_string()))?;
    if !bypass && locks_out(cx, place, &document) {
        return Err(fault::malformed_policy(
            "The new key policy will not allow you to update the key policy in the future.",
        ));
    }
    Ok(document)
}

/// Whether the caller could not put a key policy under this one, as far as the policy decides it: IAM is taken to allow
/// everything, so a policy that opens the key to IAM is enough.
fn locks_out(cx: &Cx<'_>, place: &Place, document: &PolicyDocument) -> bool {
    let policy = ResourcePolicy { name: place.arn(), document: document.clone(), must_allow: true };
    let ask = calling(&cx.read(), Ask::action("kms:PutKeyPolicy").on(place.arn())).resource_policy(Some(policy));
    let sources = Sources { policies: &[Arc::new(OpenIam)], directory: &OpenIam, state: cx.tx };
    !would_allow(&ask, cx.caller(), &cx.call.circumstances, &sources)
}
