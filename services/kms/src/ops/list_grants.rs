//! KMS ListGrants. Real: of one key; by id or grantee; in pages.

use super::create_grant::for_aws_resource;
use super::prelude::*;

shape! {
    pub struct ListGrants {
        Limit: Option<u32>,
        Marker: Option<String>,
        KeyId: String,
        GrantId: Option<String>,
        GranteePrincipal: Option<String>,
        GranteeServicePrincipal: Option<String>,
    }

    pub struct ListGrantsResponse {
        Grants: Vec<wire::GrantListEntry>,
        NextMarker: Option<String>,
        Truncated: bool,
    }
}

impl Op for ListGrants {
    const NAME: &'static str = "ListGrants";
    const READ_ONLY: bool = true;
    type Output = ListGrantsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(for_aws_resource(cx, policy::on_key(cx, "kms:ListGrants", &self.KeyId)?))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListGrantsResponse, Fault> {
        if self.GranteeServicePrincipal.is_some() {
            return Err(fault::not_here("service principals in grants"));
        }
        let key = managed_key(cx, &self.KeyId, Self::NAME)?;
        let wanted = |grant: &Arc<Grant>| {
            self.GrantId.as_ref().is_none_or(|id| *id == grant.id)
                && self.GranteePrincipal.as_ref().is_none_or(|grantee| *grantee == grant.grantee)
        };
        let all = grants::of_key(cx.tx, &key.place).filter(wanted);
        let entries = all.map(|grant| (grant.id.clone(), wire::grant(key.arn(), &grant)));
        let page = page(Self::NAME, entries, self.Limit, 50, self.Marker.as_deref())?;
        Ok(ListGrantsResponse { Grants: page.items, NextMarker: page.marker, Truncated: page.truncated })
    }
}
