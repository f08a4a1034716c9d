//! Organizations UntagResource. Real.

use super::prelude::*;

shape! {
    pub struct UntagResource {
        ResourceId: String,
        TagKeys: Vec<String>,
    }
}

impl Op for UntagResource {
    const NAME: &'static str = "UntagResource";
    const READ_ONLY: bool = false;
    type Output = Nothing;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        let ask = policy::on_entity(cx, "organizations:UntagResource", &self.ResourceId);
        Ok(ask.key("aws:TagKeys", self.TagKeys.iter().cloned()))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<Nothing, Fault> {
        let organization = organizations::managed_by(cx.tx, cx.account())?;
        tree::change_tags(cx.tx, &organization, &self.ResourceId, |tags| {
            tags.retain(|key, _| !self.TagKeys.contains(key));
            Ok(())
        })?;
        Ok(Nothing)
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_named_ones_go() {
        let lab = Lab::new();
        let tags = json!([{ "Key": "a", "Value": "1" }, { "Key": "b", "Value": "2" }]);
        lab.ok("TagResource", json!({ "ResourceId": "{ou}", "Tags": tags }));
        lab.ok("UntagResource", json!({ "ResourceId": "{ou}", "TagKeys": ["a", "z"] }));
        let left = lab.ok("ListTagsForResource", json!({ "ResourceId": "{ou}" }));
        assert_eq!(left["Tags"], json!([{ "Key": "b", "Value": "2" }]));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("UntagResource", json!({ "ResourceId": "{ou}", "TagKeys": ["a"] }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
