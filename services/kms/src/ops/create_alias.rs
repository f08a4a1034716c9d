//! KMS CreateAlias. Real: both resources are asked about, the key and the alias; quota; AWS's own prefix is reserved.

use super::prelude::*;

shape! {
    pub struct CreateAlias {
        AliasName: String,
        TargetKeyId: String,
    }
}

impl Op for CreateAlias {
    const NAME: &'static str = "CreateAlias";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_own_key(cx, "kms:CreateAlias", &self.TargetKeyId)?.and(on_alias(
            cx,
            "kms:CreateAlias",
            &self.AliasName,
        )))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        own_name(&self.AliasName)?;
        let key = managed_key(cx, &self.TargetKeyId, Self::NAME)?;
        own_key(cx, &key)?;
        if aliases::get(cx.tx, cx.account(), cx.region(), &self.AliasName).is_some() {
            let arn = key.place.alias_arn(&self.AliasName);
            return Err(fault::already_exists(format!("An alias with the name {arn} already exists")));
        }
        room_for_alias(cx, &key)?;
        let now = cx.now();
        aliases::set(cx.tx, &self.AliasName, &key.place, now);
        Ok(Nothing)
    }
}

/// `action` on the alias itself, which only IAM policies can name.
pub(super) fn on_alias(cx: &Read<'_>, action: &'static str, name: &str) -> Ask {
    let place = Place { account: cx.account(), region: cx.region(), id: String::new() };
    policy::calling(cx, Ask::action(action).on(place.alias_arn(name)))
}

/// # Errors
/// ValidationException for what is no alias; NotAuthorized-like refusal for AWS's own names.
pub(super) fn own_name(name: &str) -> Result<(), Fault> {
    if !name.starts_with("alias/") || name == "alias/" {
        return Err(fault::validation(
            "Alias must start with the prefix \"alias/\". Please see https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html",
        ));
    }
    if name.starts_with("alias/aws/") {
        return Err(fault::invalid_alias("Aliases beginning with alias/aws/ are reserved for AWS managed keys."));
    }
    Ok(())
}

/// Aliases name keys of their own account that are the customer's.
///
/// # Errors
/// NotFoundException.
pub(super) fn own_key(cx: &Cx<'_>, key: &Key) -> Result<(), Fault> {
    match key.place.account == cx.account() && key.manager == Manager::Customer {
        true => Ok(()),
        false => Err(fault::no_key(&key.arn())),
    }
}

/// # Errors
/// LimitExceededException.
pub(super) fn room_for_alias(cx: &Cx<'_>, key: &Key) -> Result<(), Fault> {
    match aliases::of_key(cx.tx, &key.place).len() >= ALIASES_PER_KEY_MAX {
        true => Err(fault::limit_exceeded(format!("{} has reached its quota of aliases.", key.arn()))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_alias_names_its_key_everywhere_a_key_is_used() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        lab.root().ok("CreateAlias", json!({"AliasName": "alias/app", "TargetKeyId": key.arn}));
        let arn = format!("arn:aws:kms:us-east-1:{ACCOUNT}:alias/app");
        for name in ["alias/app", &arn] {
            assert_eq!(lab.root().ok("DescribeKey", json!({"KeyId": name}))["KeyMetadata"]["Arn"], key.arn);
            let made = lab.root().ok("Encrypt", json!({"KeyId": name, "Plaintext": b64(b"x")}));
            assert_eq!(made["KeyId"], key.arn);
        }
        assert!(lab.root().err("DisableKey", json!({"KeyId": "alias/app"})).starts_with("NotFoundException"));
    }

    #[test]
    fn names_are_checked_in_words_recorded_from_aws() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let named = |name: &str| json!({"AliasName": name, "TargetKeyId": key.id});
        assert_eq!(
            lab.root().err("CreateAlias", named("invalid")),
            "ValidationException: Alias must start with the prefix \"alias/\". Please see \
             https://docs.aws.amazon.com/kms/latest/developerguide/kms-alias.html"
        );
        assert!(lab.root().err("CreateAlias", named("alias/aws/s3")).starts_with("InvalidAliasNameException"));
        lab.root().ok("CreateAlias", named("alias/a"));
        assert_eq!(
            lab.root().err("CreateAlias", named("alias/a")),
            format!(
                "AlreadyExistsException: An alias with the name arn:aws:kms:us-east-1:{ACCOUNT}:alias/a already exists"
            )
        );
    }

    #[test]
    fn conditions_see_the_alias_that_was_used_and_all_there_are() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        for name in ["alias/app", "alias/other"] {
            lab.root().ok("CreateAlias", json!({"AliasName": name, "TargetKeyId": key.id}));
        }
        let alice = lab.user(
            "alice",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*","Condition":{
            "StringEquals":{"kms:RequestAlias":"alias/app"},"ForAnyValue:StringEquals":{"kms:ResourceAliases":"alias/other"}}}]}"#,
        );
        alice.ok("Encrypt", json!({"KeyId": "alias/app", "Plaintext": b64(b"x")}));
        for other in ["alias/other", &key.id] {
            let refused = alice.err("Encrypt", json!({"KeyId": other, "Plaintext": b64(b"x")}));
            assert!(refused.starts_with("AccessDeniedException"), "{refused}");
        }
    }
}
