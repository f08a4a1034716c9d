//! IAM ListEntitiesForPolicy. Real: groups, roles and users that the policy is attached to or the boundary of; each sorted by name, in pages.

use super::prelude::*;
use crate::state::Stored;

shape! {
    pub struct ListEntitiesForPolicy {
        PolicyArn: String,
        EntityFilter: Option<String>,
        PathPrefix: Option<String>,
        PolicyUsageFilter: Option<String>,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListEntitiesForPolicyResponse {
        PolicyGroups: Vec<PolicyGroup>,
        PolicyUsers: Vec<PolicyUser>,
        PolicyRoles: Vec<PolicyRole>,
        IsTruncated: bool,
        Marker: Option<String>,
    }

    pub struct PolicyGroup { GroupName: String, GroupId: String }
    pub struct PolicyUser { UserName: String, UserId: String }
    pub struct PolicyRole { RoleName: String, RoleId: String }
}

impl Op for ListEntitiesForPolicy {
    const NAME: &'static str = "ListEntitiesForPolicy";
    const READ_ONLY: bool = true;
    type Output = ListEntitiesForPolicyResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:ListEntitiesForPolicy", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListEntitiesForPolicyResponse, Fault> {
        let (account, state) = (cx.account(), &*cx.tx);
        policies::get(state, &self.PolicyArn)?;
        let prefix = self.PathPrefix.as_deref().unwrap_or("/");
        let wanted = |kind: Kind| self.EntityFilter.as_deref().is_none_or(|filter| filter == kind.title());
        let mut found = BTreeMap::new();
        for usage in wire::usages(self.PolicyUsageFilter.as_deref()) {
            for (kind, id) in
                policies::users_of(state, account, &self.PolicyArn, *usage).filter(|(kind, _)| wanted(*kind))
            {
                let (name, path) = match kind {
                    Kind::User => named::<User>(state, account, &id),
                    Kind::Group => named::<Group>(state, account, &id),
                    Kind::Role => named::<Role>(state, account, &id),
                }
                .ok_or_else(|| Fault::internal("an attached policy without the identity it is attached to"))?;
                if path.starts_with(prefix) {
                    found.insert(format!("{} {}", kind.word(), name.to_lowercase()), (kind, name, id));
                }
            }
        }
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(found)?;
        let mut answer = ListEntitiesForPolicyResponse {
            PolicyGroups: Vec::new(),
            PolicyUsers: Vec::new(),
            PolicyRoles: Vec::new(),
            IsTruncated: page.truncated(),
            Marker: page.marker,
        };
        for (kind, name, id) in page.items {
            match kind {
                Kind::User => answer.PolicyUsers.push(PolicyUser { UserName: name, UserId: id }),
                Kind::Group => answer.PolicyGroups.push(PolicyGroup { GroupName: name, GroupId: id }),
                Kind::Role => answer.PolicyRoles.push(PolicyRole { RoleName: name, RoleId: id }),
            }
        }
        Ok(answer)
    }
}

fn named<E: Stored>(state: &State, account: AccountId, id: &str) -> Option<(String, String)> {
    let entity = entities::by_id::<E>(state, account, id)?;
    Some((entity.name().to_owned(), entity.identity().path.clone()))
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn who_uses_a_policy_is_found() {
        let lab = Lab::new().users(["u"]).groups(["g"]).roles(["r"]).policies(["p"]);
        let p = arn("policy/p");
        lab.root().ok("AttachUserPolicy", json!({ "UserName": "u", "PolicyArn": p }));
        lab.root().ok("AttachGroupPolicy", json!({ "GroupName": "g", "PolicyArn": p }));
        lab.root().ok("PutRolePermissionsBoundary", json!({ "RoleName": "r", "PermissionsBoundary": p }));
        let list = |mut input: serde_json::Value| {
            input["PolicyArn"] = json!(p);
            let found = lab.root().ok("ListEntitiesForPolicy", input);
            let names = [("PolicyGroups", "GroupName"), ("PolicyRoles", "RoleName"), ("PolicyUsers", "UserName")].map(
                |(list, name)| {
                    found[list]
                        .as_array()
                        .unwrap()
                        .iter()
                        .map(|one| one[name].as_str().unwrap().to_owned())
                        .collect::<String>()
                },
            );
            (names.join(" "), found["Marker"].clone())
        };
        assert_eq!(list(json!({})).0, "g r u");
        assert_eq!(list(json!({ "EntityFilter": "User" })).0, "  u");
        assert_eq!(list(json!({ "PolicyUsageFilter": "PermissionsBoundary" })).0, " r ");
        assert_eq!(list(json!({ "PathPrefix": "/none/" })).0, "  ");
        let (first, marker) = list(json!({ "MaxItems": 2 }));
        assert_eq!((first.as_str(), list(json!({ "Marker": marker })).0.as_str()), ("g r ", "  u"));
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let none = arn("policy/none");
        let fault = Lab::new().root().err("ListEntitiesForPolicy", json!({ "PolicyArn": none }));
        assert_eq!(fault, format!("NoSuchEntity: Policy {none} was not found."));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "ListEntitiesForPolicy",
            json!({ "PolicyArn": arn("policy/p") }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
