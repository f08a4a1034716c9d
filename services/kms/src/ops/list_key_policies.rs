//! KMS ListKeyPolicies. Real: there is one, and it is called default.

use super::prelude::*;

shape! {
    pub struct ListKeyPolicies {
        KeyId: String,
        Limit: Option<u32>,
        Marker: Option<String>,
    }

    pub struct ListKeyPoliciesResponse {
        PolicyNames: Vec<String>,
        NextMarker: Option<String>,
        Truncated: bool,
    }
}

impl Op for ListKeyPolicies {
    const NAME: &'static str = "ListKeyPolicies";
    const READ_ONLY: bool = true;
    type Output = ListKeyPoliciesResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_own_key(cx, "kms:ListKeyPolicies", &self.KeyId)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListKeyPoliciesResponse, Fault> {
        managed_key(cx, &self.KeyId, Self::NAME)?;
        let names = [(policy::POLICY_NAME, policy::POLICY_NAME.to_owned())];
        let page = page(Self::NAME, names, self.Limit, 100, self.Marker.as_deref())?;
        Ok(ListKeyPoliciesResponse { PolicyNames: page.items, NextMarker: page.marker, Truncated: page.truncated })
    }
}
