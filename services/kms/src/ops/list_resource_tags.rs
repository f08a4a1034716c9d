//! KMS ListResourceTags. Real: sorted by key, in pages.

use super::prelude::*;

shape! {
    pub struct ListResourceTags {
        KeyId: String,
        Limit: Option<u32>,
        Marker: Option<String>,
    }

    pub struct ListResourceTagsResponse {
        Tags: Vec<Tag>,
        NextMarker: Option<String>,
        Truncated: bool,
    }
}

impl Op for ListResourceTags {
    const NAME: &'static str = "ListResourceTags";
    const READ_ONLY: bool = true;
    type Output = ListResourceTagsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:ListResourceTags", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListResourceTagsResponse, Fault> {
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        let tags = key.tag_list().into_iter().map(|(key, value)| (key.clone(), Tag { TagKey: key, TagValue: value }));
        let page = page(Self::NAME, tags, self.Limit, 50, self.Marker.as_deref())?;
        Ok(ListResourceTagsResponse { Tags: page.items, NextMarker: page.marker, Truncated: page.truncated })
    }
}
