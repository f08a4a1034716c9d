//! KMS ListKeys. Real: the caller's keys of the region, sorted by id, in pages. Refused: keys shared through RAM.

use super::prelude::*;

shape! {
    pub struct ListKeys {
        Limit: Option<u32>,
        Marker: Option<String>,
        ResourceOwners: Option<Vec<String>>,
    }

    pub struct ListKeysResponse {
        Keys: Vec<KeyListEntry>,
        NextMarker: Option<String>,
        Truncated: bool,
    }

    pub struct KeyListEntry {
        KeyId: String,
        KeyArn: String,
    }
}

impl Op for ListKeys {
    const NAME: &'static str = "ListKeys";
    const READ_ONLY: bool = true;
    type Output = ListKeysResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::calling(cx, Ask::action("kms:ListKeys")))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListKeysResponse, Fault> {
        if self.ResourceOwners.is_some_and(|owners| owners.iter().any(|owner| owner != "SELF")) {
            return Err(fault::not_here("keys shared through RAM"));
        }
        let all = keys::list(cx.tx, cx.account(), cx.region());
        let page = page(Self::NAME, all, self.Limit, 100, self.Marker.as_deref())?;
        let entry = |key: Arc<Key>| KeyListEntry { KeyId: key.place.id.clone(), KeyArn: key.arn() };
        Ok(ListKeysResponse {
            Keys: page.items.into_iter().map(entry).collect(),
            NextMarker: page.marker,
            Truncated: page.truncated,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn keys_come_in_pages_and_only_those_of_the_region() {
        let lab = Lab::new();
        let mut made: Vec<String> = (0..5).map(|_| lab.key(json!({})).id).collect();
        lab.root().in_region("eu-west-1").ok("CreateKey", json!({}));
        made.sort();
        let (mut found, mut input) = (Vec::new(), json!({"Limit": 2}));
        loop {
            let page = lab.root().ok("ListKeys", input.clone());
            let keys = page["Keys"].as_array().unwrap();
            found.extend(keys.iter().map(|key| key["KeyId"].as_str().unwrap().to_owned()));
            if page["Truncated"] == false {
                break;
            }
            input["Marker"] = page["NextMarker"].clone();
        }
        assert_eq!(found, made);
        let made_up = lab.root().err("ListKeys", json!({"Marker": "bm9uc2Vuc2U="}));
        assert!(made_up.starts_with("InvalidMarkerException"), "{made_up}");
    }
}
