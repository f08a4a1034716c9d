//! KMS DescribeKey. Real: by id, ARN, alias or alias ARN; through grants. Refused: making an AWS managed key by describing
//! its alias (a service's first use makes it).

use super::prelude::*;

shape! {
    pub struct DescribeKey {
        KeyId: String,
        GrantTokens: Option<Vec<String>>,
    }

    pub struct DescribeKeyResponse {
        KeyMetadata: KeyMetadata,
    }
}

impl Op for DescribeKey {
    const NAME: &'static str = "DescribeKey";
    const READ_ONLY: bool = true;
    type Output = DescribeKeyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::using(cx, GrantOperation::DescribeKey, &self.KeyId, None, self.GrantTokens.as_deref())
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<DescribeKeyResponse, Fault> {
        let target = keys::find(cx.tx, cx.call, &self.KeyId, Named::ByKeyOrAlias)?;
        Ok(DescribeKeyResponse { KeyMetadata: wire::metadata(target.key()?)? })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn what_cannot_name_a_key_here_is_told_as_aws_tells_it() {
        let lab = Lab::new();
        for id in ["fake-key-id", "134f2428cec14b25a1ae9048164dba47", "mrk-fake-key-id"] {
            let error = lab.root().err("DescribeKey", json!({ "KeyId": id }));
            assert_eq!(error, format!("NotFoundException: Invalid keyId '{id}'"));
        }
        let key = lab.key(json!({}));
        for arn in [
            key.arn.replace("arn:aws:", "arn:aws-cn:"),
            key.arn.replace("key/", ""),
            key.arn.replace("key/", "keys/"),
            key.arn.replace("key/", "key/key/"),
            format!("arn:aws-cn:kms:us-east-1:{ACCOUNT}:alias/none"),
            format!("arn:aws:kms:us-east-1:{ACCOUNT}:key/alias/none"),
        ] {
            let error = lab.root().err("DescribeKey", json!({ "KeyId": arn }));
            assert_eq!(error, format!("NotFoundException: Invalid keyId '{arn}'"));
        }
        let west = lab.root().in_region("us-west-2");
        let by_id = west.err("DescribeKey", json!({ "KeyId": key.id }));
        let there = format!("arn:aws:kms:us-west-2:{ACCOUNT}:key/{}", key.id);
        assert_eq!(by_id, format!("NotFoundException: Key '{there}' does not exist"));
        assert_eq!(west.err("DescribeKey", json!({ "KeyId": key.arn })), "NotFoundException: Invalid arn us-east-1");
        let alias = lab.root().err("DescribeKey", json!({ "KeyId": "alias/none" }));
        assert_eq!(alias, format!("NotFoundException: Alias arn:aws:kms:us-east-1:{ACCOUNT}:alias/none is not found."));
    }

    #[test]
    fn a_stranger_does_not_learn_what_exists() {
        let lab = Lab::new();
        let (key, nobody) = (lab.key(json!({})), lab.user("nobody", NOTHING));
        let missing = "11111111-1111-4111-8111-111111111111";
        let words = |id: &str| nobody.err("DescribeKey", json!({ "KeyId": id })).replace(id, "ID");
        assert_eq!(words(&key.id), words(missing));
    }
}
