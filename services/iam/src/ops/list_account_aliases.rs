//! IAM ListAccountAliases. Real.

use super::prelude::*;

shape! {
    pub struct ListAccountAliases {
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListAccountAliasesResponse {
        AccountAliases: Vec<String>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListAccountAliases {
    const NAME: &'static str = "ListAccountAliases";
    const READ_ONLY: bool = true;
    type Output = ListAccountAliasesResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("iam:ListAccountAliases"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListAccountAliasesResponse, Fault> {
        let alias = accounts::get(cx.tx, cx.account()).and_then(|row| row.alias.clone());
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(alias.map(|alias| (alias.clone(), alias)))?;
        Ok(ListAccountAliasesResponse {
            IsTruncated: page.truncated(),
            AccountAliases: page.items,
            Marker: page.marker,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn an_account_without_alias_lists_none() {
        let lab = Lab::new();
        let answer = json!({ "AccountAliases": [], "IsTruncated": false });
        assert_eq!(lab.root().ok("ListAccountAliases", json!({})), answer);
        lab.root().ok("CreateAccountAlias", json!({ "AccountAlias": "ours" }));
        assert_eq!(lab.root().ok("ListAccountAliases", json!({}))["AccountAliases"], json!(["ours"]));
    }

    #[test]
    fn a_made_up_marker_is_refused() {
        assert_eq!(
            Lab::new().root().err("ListAccountAliases", json!({ "Marker": "x" })),
            "ValidationError: Invalid Marker."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("ListAccountAliases", json!({}), "*");
    }
}
