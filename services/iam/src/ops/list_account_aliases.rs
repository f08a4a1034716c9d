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
