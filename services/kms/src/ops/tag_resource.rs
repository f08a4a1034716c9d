//! KMS TagResource. Real: request tags are condition keys; 50 tags at most; the prefix aws: is reserved.

use super::prelude::*;

shape! {
    pub struct TagResource {
        KeyId: String,
        Tags: Vec<Tag>,
    }
}

impl Op for TagResource {
    const NAME: &'static str = "TagResource";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_own_key(cx, "kms:TagResource", &self.KeyId)?;
        Ok(ask.request_tags(wire::tag_pairs(Some(&self.Tags))))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        let mut all = key.tags.clone();
        all.extend(wire::tags_from(self.Tags)?);
        wire::within_tag_quota(&all)?;
        keys::change(cx.tx, &key.place, |key| key.tags = all);
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn tags_are_set_replaced_and_removed() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let tag = |key: &str, value: &str| json!({"TagKey": key, "TagValue": value});
        lab.root().ok("TagResource", json!({"KeyId": key.id, "Tags": [tag("tag2", "old"), tag("tag1", "value1")]}));
        lab.root().ok("TagResource", json!({"KeyId": key.id, "Tags": [tag("tag2", "value2")]}));
        let listed = || lab.root().ok("ListResourceTags", json!({"KeyId": key.id}))["Tags"].clone();
        assert_eq!(listed(), json!([tag("tag1", "value1"), tag("tag2", "value2")]));
        let twice = json!({"KeyId": key.id, "Tags": [tag("env", "prod"), tag("Env", "dev")]});
        assert_eq!(lab.root().err("TagResource", twice), "TagException: Duplicate tag keys");
        assert_eq!(listed(), json!([tag("tag1", "value1"), tag("tag2", "value2")]));
        lab.root().ok("UntagResource", json!({"KeyId": key.id, "TagKeys": ["tag1", "tag2", "none"]}));
        assert_eq!(listed(), json!([]));
    }

    #[test]
    fn permission_can_follow_a_tag() {
        let lab = Lab::new();
        let key = lab.key(json!({}));
        let alice = lab.user(
            "alice",
            r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:Encrypt","Resource":"*",
            "Condition":{"StringEquals":{"aws:ResourceTag/team":"red"}}}]}"#,
        );
        let input = json!({"KeyId": key.id, "Plaintext": b64(b"x")});
        assert!(alice.err("Encrypt", input.clone()).starts_with("AccessDeniedException"));
        lab.root().ok("TagResource", json!({"KeyId": key.id, "Tags": [{"TagKey": "team", "TagValue": "red"}]}));
        alice.ok("Encrypt", input);
    }
}
