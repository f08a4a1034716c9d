//! KMS UntagResource. Real: keys that are no tags are passed over.

use super::prelude::*;

shape! {
    pub struct UntagResource {
        KeyId: String,
        TagKeys: Vec<String>,
    }
}

impl Op for UntagResource {
    const NAME: &'static str = "UntagResource";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_own_key(cx, "kms:UntagResource", &self.KeyId)?;
        Ok(ask.key("aws:TagKeys", self.TagKeys.iter().cloned()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        keys::change(cx.tx, &key.place, |key| key.tags.retain(|name, _| !self.TagKeys.contains(name)));
        Ok(Nothing)
    }
}
