//! KMS CreateKey. Real: all key specs but those below, both origins, multi-Region primaries, key policy with the lockout
//! safety check, tags, quota. Refused: custom key stores; the specs ECC_NIST_EDWARDS25519, ML_KEM_* and SM2.

use super::prelude::*;

shape! {
    pub struct CreateKey {
        Policy: Option<String>,
        Description: Option<String>,
        KeyUsage: Option<KeyUsage>,
        CustomerMasterKeySpec: Option<KeySpec>,
        KeySpec: Option<KeySpec>,
        Origin: Option<Origin>,
        CustomKeyStoreId: Option<String>,
        BypassPolicyLockoutSafetyCheck: Option<bool>,
        Tags: Option<Vec<Tag>>,
        MultiRegion: Option<bool>,
    }

    pub struct CreateKeyResponse {
        KeyMetadata: KeyMetadata,
    }
}

impl CreateKey {
    fn spec(&self) -> KeySpec {
        self.KeySpec.or(self.CustomerMasterKeySpec).unwrap_or(KeySpec::SymmetricDefault)
    }

    fn origin(&self) -> Origin {
        self.Origin.unwrap_or(Origin::AwsKms)
    }
}

impl Op for CreateKey {
    const NAME: &'static str = "CreateKey";
    const READ_ONLY: bool = false;
    const PREPARE: Option<PrepareWork<Self>> = Some(|op| {
        let wanted = op.origin() == Origin::AwsKms && op.spec().is_asymmetric();
        let pair = if wanted { Pair::generate(op.spec()) } else { None };
        Ok(pair.map(|pair| Box::new(pair) as Box<_>))
    });
    type Output = CreateKeyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let multi_region = self.MultiRegion.unwrap_or_default();
        let mut ask = policy::calling(cx, Ask::action("kms:CreateKey"))
            .key("kms:KeySpec", [self.spec().as_str().to_owned()])
            .key("kms:KeyOrigin", [self.origin().as_str().to_owned()])
            .key("kms:MultiRegion", [multi_region.to_string()])
            .key(
                "kms:BypassPolicyLockoutSafetyCheck",
                [self.BypassPolicyLockoutSafetyCheck.unwrap_or_default().to_string()],
            );
        if let Ok(usage) = self.spec().info().and_then(|info| info.usage(self.KeyUsage)) {
            ask = ask.key("kms:KeyUsage", [usage.as_str().to_owned()]);
        }
        if multi_region {
            ask = ask.key("kms:MultiRegionKeyType", [MultiRegionKeyType::Primary.as_str().to_owned()]);
        }
        let tags = self.Tags.as_deref();
        // Its id is drawn once it is allowed.
        let place = Place { account: cx.account(), region: cx.region(), id: "*".to_owned() };
        Ok(policy::and_tagging(cx, ask.request_tags(wire::tag_pairs(tags)), &place, tags))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<CreateKeyResponse, Fault> {
        let (spec, origin) = (self.spec(), self.origin());
        if matches!(origin, Origin::AwsCloudHsm | Origin::ExternalKeyStore) || self.CustomKeyStoreId.is_some() {
            return Err(fault::not_here("custom key stores"));
        }
        if self.KeySpec.is_some() && self.CustomerMasterKeySpec.is_some() {
            return Err(fault::validation(
                "You cannot specify KeySpec and CustomerMasterKeySpec in the same request. CustomerMasterKeySpec is deprecated.",
            ));
        }
        let usage = spec.info()?.usage(self.KeyUsage)?;
        let tags = wire::tags_from(self.Tags.unwrap_or_default())?;
        let customers = |(_, key): &(String, Arc<Key>)| key.manager == Manager::Customer;
        if keys::list(cx.tx, cx.account(), cx.region()).filter(customers).count() >= KEYS_MAX {
            return Err(fault::limit_exceeded("The account has reached its quota of KMS keys in this Region."));
        }
        let multi_region = self.MultiRegion.unwrap_or_default();
        let place = make::place(cx, multi_region);
        let policy = match self.Policy {
            Some(text) => policy::accept(cx, &place, text, self.BypassPolicyLockoutSafetyCheck == Some(true))?,
            None => policy::default_policy(place.account),
        };
        let description = self.Description.unwrap_or_default();
        let plan =
            make::Plan { spec, usage, origin, manager: Manager::Customer, description, policy, tags, multi_region };
        let key = make::key(cx, place, plan)?;
        Ok(CreateKeyResponse { KeyMetadata: wire::metadata(&key)? })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn a_symmetric_key_is_what_one_gets_without_asking() {
        let lab = Lab::new();
        let made = lab.root().ok("CreateKey", json!({ "Description": "test - description" }))["KeyMetadata"].clone();
        let id = made["KeyId"].as_str().unwrap();
        assert_eq!(made["Arn"], format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/{id}"));
        for (member, value) in [
            ("AWSAccountId", json!(ACCOUNT)),
            ("CustomerMasterKeySpec", json!("SYMMETRIC_DEFAULT")),
            ("Description", json!("test - description")),
            ("Enabled", json!(true)),
            ("EncryptionAlgorithms", json!(["SYMMETRIC_DEFAULT"])),
            ("KeyManager", json!("CUSTOMER")),
            ("KeySpec", json!("SYMMETRIC_DEFAULT")),
            ("KeyState", json!("Enabled")),
            ("KeyUsage", json!("ENCRYPT_DECRYPT")),
            ("MultiRegion", json!(false)),
            ("Origin", json!("AWS_KMS")),
        ] {
            assert_eq!(made[member], value, "{member}");
        }
        assert_eq!(made["CurrentKeyMaterialId"].as_str().unwrap().len(), 64);
        assert_eq!(lab.root().ok("DescribeKey", json!({ "KeyId": id }))["KeyMetadata"], made);
    }

    #[test]
    fn an_hmac_key_has_mac_algorithms_and_nothing_of_symmetric_keys() {
        let made = Lab::new().root().ok("CreateKey", json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC"}));
        let made = &made["KeyMetadata"];
        assert_eq!((&made["MacAlgorithms"], &made["KeySpec"]), (&json!(["HMAC_SHA_256"]), &json!("HMAC_256")));
        assert_eq!((made.get("EncryptionAlgorithms"), made.get("CurrentKeyMaterialId")), (None, None));
    }

    #[test]
    fn what_does_not_fit_is_refused_in_words_recorded_from_aws() {
        let lab = Lab::new();
        for (input, error) in [
            (
                json!({"KeySpec": "HMAC_256"}),
                "ValidationException: You must specify a KeyUsage value for all KMS keys except for symmetric encryption keys.",
            ),
            (
                json!({"KeySpec": "RSA_2048", "KeyUsage": "KEY_AGREEMENT"}),
                "ValidationException: KeyUsage KEY_AGREEMENT is not compatible with KeySpec RSA_2048",
            ),
            (
                json!({"Tags": [{"TagKey": "aws:test", "TagValue": "x"}]}),
                "TagException: Tags beginning with aws: are reserved",
            ),
            (
                json!({"Tags": [{"TagKey": "AWS:test", "TagValue": "x"}]}),
                "TagException: Tags beginning with aws: are reserved",
            ),
            (
                json!({"Tags": [{"TagKey": "env", "TagValue": "prod"}, {"TagKey": "Env", "TagValue": "dev"}]}),
                "TagException: Duplicate tag keys",
            ),
        ] {
            assert_eq!(lab.root().err("CreateKey", input), error);
        }
        let refused = lab.root().err("CreateKey", json!({"KeySpec": "SM2", "KeyUsage": "SIGN_VERIFY"}));
        assert!(refused.contains("the key spec SM2"), "{refused}");
        assert!(lab.root().err("CreateKey", json!({"Origin": "AWS_CLOUDHSM"})).contains("custom key stores"));
    }

    #[test]
    fn a_policy_that_locks_its_maker_out_needs_the_bypass() {
        let lab = Lab::new();
        let policy = key_policy(&[json!({"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::444455556666:root"},
            "Action": "kms:*", "Resource": "*"})]);
        let refused = lab.root().err("CreateKey", json!({ "Policy": policy }));
        assert_eq!(
            refused,
            "MalformedPolicyDocumentException: The new key policy will not allow you to update the key policy in the future."
        );
        lab.root().ok("CreateKey", json!({ "Policy": policy, "BypassPolicyLockoutSafetyCheck": true }));
    }

    #[test]
    fn conditions_see_what_is_asked_for() {
        let lab = Lab::new();
        let alice = lab.user(
            "alice",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:TagResource","Resource":"*"},
            {"Effect":"Allow","Action":"kms:CreateKey","Resource":"*","Condition":{
            "StringEquals":{"kms:KeySpec":"HMAC_256","kms:KeyUsage":"GENERATE_VERIFY_MAC","kms:KeyOrigin":"AWS_KMS","aws:RequestTag/team":"red"},
            "Bool":{"kms:MultiRegion":"false","kms:BypassPolicyLockoutSafetyCheck":"false"}}}]}"#,
        );
        let tags = json!([{"TagKey": "team", "TagValue": "red"}]);
        assert!(alice.err("CreateKey", json!({ "Tags": tags })).starts_with("AccessDeniedException"));
        alice.ok("CreateKey", json!({"KeySpec": "HMAC_256", "KeyUsage": "GENERATE_VERIFY_MAC", "Tags": tags}));
    }

    #[test]
    fn tags_need_the_permission_to_tag() {
        let lab = Lab::new();
        let creator = r#"{"Effect":"Allow","Action":["kms:CreateKey","kms:ReplicateKey"],"Resource":"*"}"#;
        let maker = lab.user("maker", &format!(r#"{{"Version":"2012-10-17","Statement":[{creator}]}}"#));
        let red = format!(
            r#"{{"Effect":"Allow","Action":"kms:TagResource","Resource":"arn:aws:kms:*:{ACCOUNT}:key/*",
            "Condition":{{"StringEquals":{{"aws:RequestTag/team":"red"}}}}}}"#
        );
        let painter = lab.user("painter", &format!(r#"{{"Version":"2012-10-17","Statement":[{creator},{red}]}}"#));
        let tags = |value: &str| json!([{"TagKey": "team", "TagValue": value}]);
        let denied = |refused: String, arn: &str| {
            let end = format!(
                "is not authorized to perform: kms:TagResource on resource: {arn} because no identity-based policy allows \
                the kms:TagResource action"
            );
            assert!(refused.starts_with("AccessDeniedException") && refused.ends_with(&end), "{refused}");
        };
        let any = format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/*");
        denied(maker.err("CreateKey", json!({"Tags": tags("red")})), &any);
        denied(painter.err("CreateKey", json!({"Tags": tags("blue")})), &any);
        maker.ok("CreateKey", json!({"Tags": []}));
        painter.ok("CreateKey", json!({"Tags": tags("red")}));
        let key = lab.key(json!({"MultiRegion": true}));
        let replicate = |value: &str| json!({"KeyId": key.id, "ReplicaRegion": "eu-west-1", "Tags": tags(value)});
        let replica = format!("arn:aws:kms:eu-west-1:{ACCOUNT}:key/{}", key.id);
        denied(maker.err("ReplicateKey", replicate("red")), &replica);
        denied(painter.err("ReplicateKey", replicate("blue")), &replica);
        assert_eq!(painter.ok("ReplicateKey", replicate("red"))["ReplicaTags"], tags("red"));
    }
}
