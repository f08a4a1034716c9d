//! IAM ListPolicyVersions. Real, newest first; of AWS's policies only the version in force is known.

use super::prelude::*;

shape! {
    pub struct ListPolicyVersions {
        PolicyArn: String,
        Marker: Option<String>,
        MaxItems: Option<u32>,
    }

    pub struct ListPolicyVersionsResponse {
        Versions: Vec<wire::PolicyVersion>,
        IsTruncated: bool,
        Marker: Option<String>,
    }
}

impl Op for ListPolicyVersions {
    const NAME: &'static str = "ListPolicyVersions";
    const READ_ONLY: bool = true;
    type Output = ListPolicyVersionsResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:ListPolicyVersions", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<ListPolicyVersionsResponse, Fault> {
        let versions = policies::get(cx.tx, &self.PolicyArn)?.versions();
        let paging = Paging { operation: Self::NAME, marker: self.Marker.as_deref(), max: self.MaxItems };
        let page = paging.of(versions.into_iter().enumerate().map(|(at, version)| (at.to_string(), version)))?;
        let page = page.map(|(id, _, created, in_force)| wire::PolicyVersion {
            Document: None,
            VersionId: id,
            IsDefaultVersion: in_force,
            CreateDate: created,
        });
        Ok(ListPolicyVersionsResponse { IsTruncated: page.truncated(), Versions: page.items, Marker: page.marker })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn versions_come_newest_first() {
        let lab = Lab::new().policies(["p"]);
        lab.root().ok("CreatePolicyVersion", json!({ "PolicyArn": arn("policy/p"), "PolicyDocument": allow("iam:*") }));
        let first = lab.root().ok("ListPolicyVersions", json!({ "PolicyArn": arn("policy/p"), "MaxItems": 1 }));
        assert_eq!(first["Versions"], json!([{ "VersionId": "v2", "IsDefaultVersion": false, "CreateDate": NOW }]));
        let second =
            lab.root().ok("ListPolicyVersions", json!({ "PolicyArn": arn("policy/p"), "Marker": first["Marker"] }));
        assert_eq!(second["Versions"], json!([{ "VersionId": "v1", "IsDefaultVersion": true, "CreateDate": NOW }]));
        assert_eq!(second["IsTruncated"], false);
    }

    #[test]
    fn what_is_not_there_is_not_found() {
        let none = arn("policy/none");
        let fault = Lab::new().root().err("ListPolicyVersions", json!({ "PolicyArn": none }));
        assert_eq!(fault, format!("NoSuchEntity: Policy {none} was not found."));
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "ListPolicyVersions",
            json!({ "PolicyArn": arn("policy/p") }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
