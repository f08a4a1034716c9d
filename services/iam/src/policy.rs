//! What IAM's operations ask for: ARNs, condition keys, and how AWS's AccessDenied sentences call the resource
//! (Service Authorization Reference, "Actions, resources, and condition keys for AWS Identity and Access Management").
//!
//! An ask never tells whether something exists: what is not there is asked about under the ARN it would have with the
//! path `/`, and only a caller who is allowed learns that it is not there.

use crate::fault;
use crate::model::User;
use crate::state::policies::{self, Managed};
use crate::state::{Stored, entities};
use crate::wire::Tag;
use bastide_authn::Principal;
use bastide_base::Arn;
use bastide_kernel::{Ask, Fault, Read};

/// The permissions boundary of the identity in question, or the one that the request sets.
const BOUNDARY: &str = "iam:PermissionsBoundary";

/// `action` on the user, group or role called `name`.
pub fn on<E: Stored>(cx: &Read<'_>, action: &'static str, name: &str) -> Ask {
    on_found::<E>(cx, action, name, &entities::find::<E>(cx.state(), cx.account(), name))
}

/// [`on`], for actions that can be held to the identity's permissions boundary.
pub fn on_bounded<E: Stored>(cx: &Read<'_>, action: &'static str, name: &str) -> Ask {
    let entity = entities::find::<E>(cx.state(), cx.account(), name);
    let boundary = entity.as_ref().and_then(|entity| entity.identity().boundary.clone());
    with_boundary(on_found::<E>(cx, action, name, &entity), boundary.as_deref())
}

fn on_found<E: Stored>(cx: &Read<'_>, action: &'static str, name: &str, entity: &Option<std::sync::Arc<E>>) -> Ask {
    let word = E::KIND.word();
    let ask = match entity {
        Some(entity) => {
            let tags = &entity.identity().tags;
            let ask = Ask::action(action).on(entity.arn(cx.account()));
            ask.resource_tags((!tags.is_empty()).then(|| tags.to_vec()))
        }
        None => Ask::action(action).on(cx.global_arn("iam", format_args!("{word}/{name}"))),
    };
    ask.shown_as(format!("{word} {name}"))
}

/// `action` on the user called `name`, or on the caller where the request names nobody.
///
/// # Errors
/// ValidationError for a caller that is neither a user nor root.
pub fn on_user_or_self(cx: &Read<'_>, action: &'static str, name: Option<&str>) -> Result<Ask, Fault> {
    match (name, &cx.caller().principal) {
        (Some(name), _) => Ok(on::<User>(cx, action, name)),
        (None, Principal::User { name, .. }) => Ok(on::<User>(cx, action, name)),
        (None, Principal::Root { account }) => Ok(Ask::action(action).on(Arn::new("iam", "", Some(*account), "root"))),
        (None, _) => Err(fault::must_name_user()),
    }
}

/// [`on_user_or_self`], about access keys. Of a caller's own keys AWS's sentence calls the resource `user null…`.
///
/// # Errors
/// ValidationError for a caller that is neither a user nor root.
pub fn on_keys_of(cx: &Read<'_>, action: &'static str, name: Option<&str>) -> Result<Ask, Fault> {
    let ask = on_user_or_self(cx, action, name)?;
    Ok(match (name, &cx.caller().principal) {
        (None, Principal::User { name, .. }) => ask.shown_as(format!("user null{name}")),
        _ => ask,
    })
}

/// `action` that creates a user, group or role.
pub fn creating<E: Stored>(cx: &Read<'_>, action: &'static str, path: Option<&str>, name: &str) -> Ask {
    Ask::action(action).on(cx.global_arn("iam", format_args!("{}{}{name}", E::KIND.word(), path.unwrap_or("/"))))
}

/// `action` that lists users, groups or roles.
pub fn listing<E: Stored>(cx: &Read<'_>, action: &'static str, prefix: Option<&str>) -> Ask {
    Ask::action(action).on(cx.global_arn("iam", format_args!("{}{}", E::KIND.word(), prefix.unwrap_or("/"))))
}

/// `action` on a managed policy.
///
/// # Errors
/// InvalidInput for what is no policy ARN.
pub fn on_policy(cx: &Read<'_>, action: &'static str, arn: &str) -> Result<Ask, Fault> {
    policies::parse_arn(arn)?;
    let tags = match policies::find(cx.state(), arn) {
        Some(Managed::Own(_, policy)) if !policy.tags.is_empty() => Some(policy.tags.to_vec()),
        _ => None,
    };
    Ok(Ask::action(action).on(arn).shown_as(format!("policy {arn}")).resource_tags(tags))
}

/// The ask, with the managed policy that the request attaches or detaches.
pub fn with_policy(ask: Ask, arn: &str) -> Ask {
    ask.key("iam:PolicyARN", [arn.to_owned()])
}

/// The ask, with the permissions boundary that it is about, if any.
pub fn with_boundary(ask: Ask, arn: Option<&str>) -> Ask {
    match arn {
        Some(arn) => ask.key(BOUNDARY, [arn.to_owned()]),
        None => ask,
    }
}

/// The ask, with the tags that the request sets.
pub fn with_tags(ask: Ask, tags: &[Tag]) -> Ask {
    ask.request_tags(tags.iter().map(|tag| (tag.Key.as_str(), tag.Value.as_str())))
}

/// The ask that creates something, with the tags that the request gives it: then it needs `tag` on the same resource, too.
///
/// The second need has no `iam:PermissionsBoundary`: that key belongs to actions on boundaries, not to tagging.
pub fn with_first_tags(create: Ask, tag: Ask, tags: Option<&[Tag]>) -> Ask {
    match tags.unwrap_or_default() {
        [] => create,
        tags => with_tags(create, tags).and(with_tags(tag, tags)),
    }
}

/// The ask, with the keys of the tags that the request removes.
pub fn with_tag_keys(ask: Ask, keys: &[String]) -> Ask {
    ask.key("aws:TagKeys", keys.iter().cloned())
}
