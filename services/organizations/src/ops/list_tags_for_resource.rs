//! Organizations ListTagsForResource. Real.

use super::prelude::*;

shape! {
    pub struct ListTagsForResource {
        ResourceId: String,
        NextToken: Option<String>,
    }

    pub struct ListTagsForResourceResponse {
        Tags: Vec<Tag>,
        NextToken: Option<String>,
    }
}

impl Op for ListTagsForResource {
    const NAME: &'static str = "ListTagsForResource";
    const READ_ONLY: bool = true;
    type Output = ListTagsForResourceResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::on_entity(cx, "organizations:ListTagsForResource", &self.ResourceId))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListTagsForResourceResponse, Fault> {
        let organization = organizations::read_by(cx.tx, cx.account())?;
        let entity = tree::find(cx.tx, &organization, &self.ResourceId).ok_or_else(fault::no_target)?;
        let tags = entity.tags(&organization).clone();
        let items = tags.into_iter().map(|(key, value)| (key.clone(), Tag { Key: key, Value: value }));
        let page = page(Self::NAME, self.NextToken.as_deref(), Some(TAGS_MAX as u32), items)?;
        Ok(ListTagsForResourceResponse { Tags: page.items, NextToken: page.next })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn what_is_not_there_has_none() {
        let lab = Lab::new();
        assert_eq!(lab.ok("ListTagsForResource", json!({ "ResourceId": "{ou}" }))["Tags"], json!([]));
        assert_eq!(
            lab.err("ListTagsForResource", json!({ "ResourceId": "999999999999" })),
            "TargetNotFoundException: You specified a target that doesn't exist."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListTagsForResource", json!({ "ResourceId": "{ou}" }), "arn:aws:organizations::{management}:ou/{org}/{ou}");
    }
}
