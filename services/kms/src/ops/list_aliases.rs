//! KMS ListAliases. Real: all aliases of account and region, or those of one key; in pages.

use super::prelude::*;

shape! {
    pub struct ListAliases {
        KeyId: Option<String>,
        Limit: Option<u32>,
        Marker: Option<String>,
    }

    pub struct ListAliasesResponse {
        Aliases: Vec<AliasListEntry>,
        NextMarker: Option<String>,
        Truncated: bool,
    }

    pub struct AliasListEntry {
        AliasName: String,
        AliasArn: String,
        TargetKeyId: String,
        CreationDate: Timestamp,
        LastUpdatedDate: Timestamp,
    }
}

impl Op for ListAliases {
    const NAME: &'static str = "ListAliases";
    const READ_ONLY: bool = true;
    type Output = ListAliasesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::calling(cx, Ask::action("kms:ListAliases")))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAliasesResponse, Fault> {
        let key = match &self.KeyId {
            Some(text) => {
                // Nothing asked about this key, so only the caller's own are told apart from those that are not there.
                let target = keys::find(cx.tx, cx.call, text, Named::ByKey)?;
                let key = target.key.as_ref().filter(|key| key.place.account == cx.account());
                Some(key.ok_or_else(|| fault::no_key(&target.place.arn()))?.place.clone())
            }
            None => None,
        };
        let all = aliases::list(cx.tx, cx.account(), cx.region());
        let wanted = all.filter(|(_, alias)| key.as_ref().is_none_or(|place| place.id == alias.key));
        let page = page(
            Self::NAME,
            wanted.map(|(name, alias)| (name.clone(), (name, alias))),
            self.Limit,
            50,
            self.Marker.as_deref(),
        )?;
        let place = Place { account: cx.account(), region: cx.region(), id: String::new() };
        let entry = |(name, alias): (String, Arc<Alias>)| AliasListEntry {
            AliasArn: place.alias_arn(&name),
            AliasName: name,
            TargetKeyId: alias.key.clone(),
            CreationDate: alias.created,
            LastUpdatedDate: alias.updated,
        };
        Ok(ListAliasesResponse {
            Aliases: page.items.into_iter().map(entry).collect(),
            NextMarker: page.marker,
            Truncated: page.truncated,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn aliases_are_listed_by_name_and_by_key() {
        let lab = Lab::new();
        let (one, two) = (lab.key(json!({})), lab.key(json!({})));
        for (name, key) in [("alias/b", &one), ("alias/a", &one), ("alias/c", &two)] {
            lab.root().ok("CreateAlias", json!({"AliasName": name, "TargetKeyId": key.id}));
        }
        let names = |input: Json| -> Vec<String> {
            let answer = lab.root().ok("ListAliases", input);
            answer["Aliases"]
                .as_array()
                .unwrap()
                .iter()
                .map(|alias| alias["AliasName"].as_str().unwrap().to_owned())
                .collect()
        };
        assert_eq!(names(json!({})), ["alias/a", "alias/b", "alias/c"]);
        assert_eq!(names(json!({"KeyId": one.arn})), ["alias/a", "alias/b"]);
        assert_eq!(names(json!({"Limit": 1})), ["alias/a"]);
    }
}
