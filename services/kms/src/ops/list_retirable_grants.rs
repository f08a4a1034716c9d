//! KMS ListRetirableGrants. Real: the grants of the region, of whatever account's keys, that a principal of the caller's
//! account may retire.

use super::prelude::*;
use bastide_base::Arn;

shape! {
    pub struct ListRetirableGrants {
        Limit: Option<u32>,
        Marker: Option<String>,
        RetiringPrincipal: Option<String>,
        RetiringServicePrincipal: Option<String>,
    }

    pub struct ListRetirableGrantsResponse {
        Grants: Vec<wire::GrantListEntry>,
        NextMarker: Option<String>,
        Truncated: bool,
    }
}

impl Op for ListRetirableGrants {
    const NAME: &'static str = "ListRetirableGrants";
    const READ_ONLY: bool = true;
    type Output = ListRetirableGrantsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        Ok(policy::calling(cx, Ask::action("kms:ListRetirableGrants")))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListRetirableGrantsResponse, Fault> {
        if self.RetiringServicePrincipal.is_some() {
            return Err(fault::not_here("service principals in grants"));
        }
        let principal = self.RetiringPrincipal.ok_or_else(|| fault::validation("RetiringPrincipal is required."))?;
        let account = principal.parse::<Arn>().ok().and_then(|arn| arn.account());
        if account != Some(cx.account()) {
            return Err(fault::invalid_arn(format!("{principal} is not a principal of your account.")));
        }
        let all = grants::everywhere(cx.tx, cx.region());
        let retirable = all.filter(|(_, grant)| grant.retiring.as_deref() == Some(&*principal));
        let mut entries: Vec<_> =
            retirable.map(|(place, grant)| (grant.id.clone(), wire::grant(place.arn(), &grant))).collect();
        entries.sort_by(|(one, _), (other, _)| one.cmp(other));
        let page = page(Self::NAME, entries, self.Limit, 50, self.Marker.as_deref())?;
        Ok(ListRetirableGrantsResponse { Grants: page.items, NextMarker: page.marker, Truncated: page.truncated })
    }
}
