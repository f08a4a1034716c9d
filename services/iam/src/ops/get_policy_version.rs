//! IAM GetPolicyVersion. Real; of AWS's policies only the version in force is known.

use super::prelude::*;

shape! {
    pub struct GetPolicyVersion {
        PolicyArn: String,
        VersionId: String,
    }

    pub struct GetPolicyVersionResponse {
        PolicyVersion: wire::PolicyVersion,
    }
}

impl Op for GetPolicyVersion {
    const NAME: &'static str = "GetPolicyVersion";
    const READ_ONLY: bool = true;
    type Output = GetPolicyVersionResponse;

    fn ask(&self, cx: &Read<'_>) -> Result<Ask, Fault> {
        policy::on_policy(cx, "iam:GetPolicyVersion", &self.PolicyArn)
    }

    fn run(self, cx: &mut Cx<'_>, _: Granted<Self>) -> Result<GetPolicyVersionResponse, Fault> {
        let versions = policies::get(cx.tx, &self.PolicyArn)?.versions();
        let found = versions.into_iter().find(|(id, ..)| *id == self.VersionId);
        let (id, document, created, in_force) =
            found.ok_or_else(|| fault::no_policy_version(&self.PolicyArn, &self.VersionId))?;
        let document = Some(wire::encoded(document.text()));
        let version =
            wire::PolicyVersion { Document: document, VersionId: id, IsDefaultVersion: in_force, CreateDate: created };
        Ok(GetPolicyVersionResponse { PolicyVersion: version })
    }
}

#[cfg(test)]
mod tests {
    use crate::testing::*;

    #[test]
    fn the_document_comes_back_encoded() {
        let lab = Lab::new().policies(["p"]);
        let answer = lab.root().ok("GetPolicyVersion", json!({ "PolicyArn": arn("policy/p"), "VersionId": "v1" }));
        let version = &answer["PolicyVersion"];
        assert_eq!((&version["IsDefaultVersion"], &version["CreateDate"]), (&json!(true), &json!(NOW)));
        let document = version["Document"].as_str().unwrap();
        assert_eq!(percent_encoding::percent_decode_str(document).decode_utf8().unwrap(), allow("s3:*"));
    }

    #[test]
    fn policies_of_aws_show_the_version_in_force() {
        let lab = Lab::new();
        let get =
            |version: &str| json!({ "PolicyArn": "arn:aws:iam::aws:policy/AdministratorAccess", "VersionId": version });
        let answer = lab.root().ok("GetPolicyVersion", get("v1"));
        let document = answer["PolicyVersion"]["Document"].as_str().unwrap();
        assert!(
            percent_encoding::percent_decode_str(document).decode_utf8().unwrap().contains(r#""Action":"*""#),
            "{document}"
        );
        assert_eq!(
            lab.root().err("GetPolicyVersion", get("v9")),
            "NoSuchEntity: Policy arn:aws:iam::aws:policy/AdministratorAccess version v9 does not exist or is not attachable."
        );
    }

    #[test]
    fn nobody_else_may() {
        Lab::new().denies(
            "GetPolicyVersion",
            json!({ "PolicyArn": arn("policy/p"), "VersionId": "v1" }),
            &format!("policy {}", arn("policy/p")),
        );
    }
}
