//! IAM GetAccountSummary. Real counts and the quotas in force. What cannot exist here yet (MFA devices, certificates, providers) counts 0.

use super::prelude::*;

shape! {
    pub struct GetAccountSummary {

    }

    pub struct GetAccountSummaryResponse {
        SummaryMap: BTreeMap<String, i64>,
    }
}

impl Op for GetAccountSummary {
    const NAME: &'static str = "GetAccountSummary";
    const READ_ONLY: bool = true;
    type Output = GetAccountSummaryResponse;

    fn ask(&self, _: &Read<'_>) -> Result<Ask, Fault> {
        Ok(Ask::action("iam:GetAccountSummary"))
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetAccountSummaryResponse, Fault> {
        let (account, state) = (cx.account(), &*cx.tx);
        let root_keys = accounts::get(state, account).map_or(0, |row| row.root_access_keys.len());
        let versions: usize = policies::own(state, account).map(|(_, policy)| policy.versions().len()).sum();
        let figures: [(&str, usize); 27] = [
            ("Users", entities::count::<User>(state, account)),
            ("UsersQuota", Kind::User.per_account_max()),
            ("Groups", entities::count::<Group>(state, account)),
            ("GroupsQuota", Kind::Group.per_account_max()),
            ("Roles", entities::count::<Role>(state, account)),
            ("RolesQuota", Kind::Role.per_account_max()),
            ("Policies", policies::count(state, account)),
            ("PoliciesQuota", POLICIES_PER_ACCOUNT_MAX),
            ("PolicyVersionsInUse", versions),
            ("VersionsPerPolicyQuota", VERSIONS_PER_POLICY_MAX),
            ("PolicySizeQuota", MANAGED_POLICY_SIZE_MAX),
            ("AttachedPoliciesPerUserQuota", ATTACHED_MAX),
            ("AttachedPoliciesPerGroupQuota", ATTACHED_MAX),
            ("AttachedPoliciesPerRoleQuota", ATTACHED_MAX),
            ("UserPolicySizeQuota", Kind::User.inline_size_max()),
            ("GroupPolicySizeQuota", Kind::Group.inline_size_max()),
            ("RolePolicySizeQuota", Kind::Role.inline_size_max()),
            ("AssumeRolePolicySizeQuota", TRUST_POLICY_SIZE_MAX),
            ("GroupsPerUserQuota", GROUPS_PER_USER_MAX),
            ("AccessKeysPerUserQuota", ACCESS_KEYS_MAX),
            ("AccountAccessKeysPresent", usize::from(root_keys > 0)),
            ("AccountMFAEnabled", 0),
            ("MFADevices", 0),
            ("MFADevicesInUse", 0),
            ("InstanceProfiles", 0),
            ("Providers", 0),
            ("ServerCertificates", 0),
        ];
        let figures = figures.into_iter().map(|(name, figure)| (name.to_owned(), figure as i64)).collect();
        Ok(GetAccountSummaryResponse { SummaryMap: figures })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn counts_and_quotas_are_those_in_force() {
        let lab = Lab::new().users(["a", "b"]).groups(["g"]).roles(["r"]).policies(["p"]);
        lab.root().ok("CreatePolicyVersion", json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*") }));
        let map = lab.root().ok("GetAccountSummary", json!({}))["SummaryMap"].clone();
        let expected = [
            ("Users", 2),
            ("UsersQuota", 5000),
            ("Groups", 1),
            ("Roles", 1),
            ("Policies", 1),
            ("PolicyVersionsInUse", 2),
            ("AccountAccessKeysPresent", 1),
            ("AccountMFAEnabled", 0),
            ("AttachedPoliciesPerUserQuota", 10),
        ];
        for (name, figure) in expected {
            assert_eq!(map[name], figure, "{name}");
        }
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies("GetAccountSummary", json!({}), "*");
    }
}
